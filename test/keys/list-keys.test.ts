import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import { type KeyRow, type ListOptions, type ListResult, listKeys } from '../../src/keys/list-keys.js';
import { type FilterOptions, KeyFilter } from '../../src/keyspace/filters.js';
import { Directory, redis72 } from '../cli/files.js';
import { CORPUS, FIXTURES, goldens, lines } from '../helpers/corpus.js';
import { oldZsetValue, setValue, stringValue } from '../helpers/rdb-builder.js';

interface Truth {
  readonly db: number;
  readonly key: string;
  readonly type: string;
  readonly expireAtMs: number | string | null;
}

const dir = new Directory();

async function list(path: string, options: Partial<ListOptions> = {}): Promise<ListResult & { rows: KeyRow[] }> {
  const rows: KeyRow[] = [];
  const dataset = await openDataset(path);
  const result = await listKeys(dataset, {
    ...{ filter: {}, now: 'file', allocator: 'official' },
    ...options,
    onKey: (row) => {
      rows.push({ ...row, key: Buffer.from(row.key.slice()) });
    },
  });
  await dataset.close();
  return { ...result, rows };
}

const names = (rows: readonly KeyRow[]) => rows.map(({ key }) => Buffer.from(key).toString());
const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))];

describe('keys are those that the server tells', () => {
  it.each(files)('$name', async ({ rdb, truth }) => {
    const { rows, ...result } = await list(rdb);
    const told = rows.map(({ db, key, type, expireAtMs }) => ({
      ...{ db, key: Buffer.from(key).toString('base64'), type },
      expireAtMs,
    }));
    // Times beyond 2^53 are rounded.
    const said = (lines(truth) as unknown as Truth[]).map(({ db, key, type, expireAtMs }) => ({
      ...{ db, key, type },
      expireAtMs: expireAtMs === null ? null : Number(expireAtMs),
    }));
    const sorted = (keys: typeof told) => keys.sort((a, b) => (`${a.db} ${a.key}` < `${b.db} ${b.key}` ? -1 : 1));
    expect(sorted(told)).toEqual(sorted(said));
    expect(result).toMatchObject({ complete: true, limited: false, outcome: 'sound', keys: said.length });
  });
});

describe('filters choose keys', () => {
  const NOW = 1_790_000_000_000;
  const bytes = redis72()
    .selectDb(0)
    .key('a', stringValue('1'))
    .expireMs(NOW + 1000)
    .key('b', setValue(['x', 'y', 'z']))
    .selectDb(2)
    .expireMs(NOW - 1000)
    .key('c', stringValue('x'.repeat(100)))
    .key('d', setValue(['x']))
    .finish();
  const path = dir.write('four.rdb', bytes);

  it.each<[string, FilterOptions, string[]]>([
    ['none', {}, ['a', 'b', 'c', 'd']],
    ['db', { dbs: [2] }, ['c', 'd']],
    ['type', { types: ['set'] }, ['b', 'd']],
    ['elements', { minElements: 2 }, ['b']],
    ['most elements', { types: ['set'], maxElements: 1 }, ['d']],
    ['size', { minSize: 100 }, ['c']],
    ['expired', { ttl: [{ kind: 'expired' }] }, ['c']],
    ['limit', { notMatch: ['a'], limit: 2 }, ['b', 'c']],
  ])('%s', async (_, filter, expected) => {
    const { rows } = await list(path, { filter, now: NOW });
    expect(names(rows)).toEqual(expected);
  });

  it('by all that the key takes in the file', async () => {
    const { rows } = await list(path);
    // Type, name and value, each with a length of one byte; a set has a count; an expiry takes nine bytes.
    expect(rows.map((row) => row.bytes)).toEqual([1 + 2 + 2, 9 + 1 + 2 + 1 + 6, 9 + 1 + 2 + 102, 1 + 2 + 1 + 2]);
  });

  it('and say so when they stopped early', async () => {
    const { limited, complete, outcome, keys } = await list(path, { filter: { limit: 1 } });
    expect({ limited, complete, outcome, keys }).toEqual({
      ...{ limited: true, complete: false, outcome: 'sound', keys: 1 },
    });
  });

  it.each(files.filter(({ name }) => name.includes('types-small')))('of $name as one by one', async ({ rdb }) => {
    const { rows } = await list(rdb);
    const filter: FilterOptions = { types: ['hash', 'zset'], match: ['*:*', 'h*'], minElements: 2, maxSize: 500 };
    const one = new KeyFilter(filter);
    const wanted = rows.filter((row) => {
      if (!one.matchesName(row.key) || !['hash', 'zset'].includes(row.type)) return false;
      return row.elements >= 2 && row.bytes <= 500;
    });
    expect(wanted.length).toBeGreaterThan(0);
    expect((await list(rdb, { filter })).rows).toEqual(wanted);
  });
});

describe('damage', () => {
  const sound = () => redis72().selectDb(0).key('a', stringValue('1')).key('b', stringValue('2'));

  it('behind keys leaves those in front', async () => {
    const { rows, ...result } = await list(dir.write('cut.rdb', sound().finish().subarray(0, -12)));
    expect(names(rows)).toEqual(['a']);
    expect(result).toMatchObject({ complete: false, outcome: 'damaged', findings: [{ code: 'RDB_TRUNCATED' }] });
  });

  it('of the checksum alone leaves all', async () => {
    const { rows, ...result } = await list(dir.write('sum.rdb', sound().finish('wrong')));
    expect(names(rows)).toEqual(['a', 'b']);
    expect(result).toMatchObject({ complete: true, outcome: 'damaged', findings: [{ code: 'RDB_CHECKSUM_MISMATCH' }] });
  });

  it('that can be read past is told with its key', async () => {
    const bytes = redis72()
      .selectDb(0)
      .key('a', oldZsetValue([['m', 'many']]))
      .finish();
    const { outcome, findings } = await list(dir.write('score.rdb', bytes));
    expect({ outcome, found: findings.map(({ code, key }) => [code, key && Buffer.from(key).toString()]) }).toEqual({
      ...{ outcome: 'damaged', found: [['ZSET_SCORE_INVALID', 'a']] },
    });
  });
});
