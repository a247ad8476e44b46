// An export as JSON lines says of every key what a server said of it. docs/export.md has the mapping between the two.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines } from '../../src/export/text/json-format.js';
import { rdbkit } from '../cli/run.js';
import { exported } from '../export/exported.js';
import { CORPUS, FIXTURES, type Golden, goldens, lines } from '../helpers/corpus.js';
import { sample } from '../helpers/runs.js';
import { differences, type Json, type Origin, type TruthRecord, truthOf } from '../helpers/truth.js';
import { Contract } from '../values/contract.js';

type Fields = { [name: string]: Json };

const STREAM_LISTPACKS_5 = 27;

/** The only types of modules among the files; what their values hold is the module's own. */
const MODULES = new Set(['vectorset']);

/** What a server said, without what an export leaves out: how values are held in memory, and what follows from the rest. */
function mapped(truth: Fields): Fields {
  const { encoding: _memory, rdbType: _number, importing: _slot, keyMeta: _modules, ...rest } = truth;
  return { ...rest, expireAtMs: rounded(truth.expireAtMs), value: mappedValue(String(truth.type), truth.value) };
}

function mappedValue(type: string, value: Json): Json {
  if (MODULES.has(type)) return null;
  if (type === 'array') {
    const { nextIndex: _computed, tags: _storage, info: _memory, ...rest } = value as Fields;
    return rest;
  }
  if (type !== 'stream') return value;
  const { radixTreeKeys: _nodes, firstId: _computed, groups, idmp, ...rest } = value as Fields;
  return {
    ...rest,
    groups: (groups as Fields[]).map(({ lag: _lag, nacked: _null, ...group }) => group),
    ...(idmp === undefined ? {} : { idmp }),
  };
}

/** Times beyond 2^53 are those of the nearest double. */
function rounded(ms: Json): Json {
  return ms === null ? null : Number(ms);
}

/** Nothing is taken from what was read by other means. */
const NOTHING = { value: {} } as TruthRecord;

/** The line of an export in the words of the truth. */
function told(contract: Contract, line: string): Fields {
  const json = JSON.parse(line) as Fields;
  const { db, key, type, expireAtMs, freq, idle, value } = contract.record(line, () => NOTHING);
  if (MODULES.has(type)) expect(json.module).toMatchObject({ name: type, bytes: expect.any(Number) });
  return { db, key, type, expireAtMs: rounded(expireAtMs), freq, idle, value: withoutComputed(type, value) } as Fields;
}

function withoutComputed(type: string, value: Json): Json {
  return type === 'stream' || type === 'array' ? mappedValue(type, value) : value;
}

async function exportedLines(path: string, form: 'text' | 'base64'): Promise<string[]> {
  const { bytes, results } = await exported([path], jsonLines(form));
  expect(results).toMatchObject([{ complete: true, limited: false }]);
  return bytes.toString().split('\n').slice(0, -1);
}

const counted = new Map<string, { files: number; keys: number }>();

function count(set: string, keys: number): void {
  const { files, keys: before } = counted.get(set) ?? { files: 0, keys: 0 };
  counted.set(set, { files: files + 1, keys: before + keys });
}

afterAll(() => {
  for (const [set, { files, keys }] of counted) console.info(`exported: ${set}: ${files} files, ${keys} keys`);
});

describe.each([
  { set: 'fixtures', files: goldens(FIXTURES) },
  { set: 'corpus', files: goldens(join(CORPUS, 'rdb')) },
])('$set: an export is what the server said that wrote the file', ({ set, files }) => {
  if (set === 'fixtures') it('are there', () => expect(files.length).toBeGreaterThan(0));
  else if (files.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(files)('$name', async ({ rdb, truth }) => {
    const wanted = new Map(
      (lines(truth) as Fields[]).map((line): [string, Fields] => [`${line.db} ${line.key}`, mapped(line)]),
    );
    const inBase64 = await exportedLines(rdb, 'base64');
    const found = inBase64.map((line) => told(new Contract('base64'), line));
    expect(found).toHaveLength(wanted.size);
    for (const key of found) expect(key).toEqual(wanted.get(`${key.db} ${key.key}`));
    // The other form of bytes reads back to the same ones.
    const inText = await exportedLines(rdb, 'text');
    expect(inText.map((line) => told(new Contract('text'), line))).toEqual(found);
    count(set, found.length);
  });
});

describe.each<{ set: string; files: Golden[]; origin: Origin }>([
  { set: 'sources of the damaged files', files: goldens(join(CORPUS, 'damaged')), origin: 'reloader' },
  { set: 'dumps of public projects', files: goldens(join(CORPUS, 'public')), origin: 'loader' },
])('$set: an export is what a server says that loaded the file', ({ set, files, origin }) => {
  if (files.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(files)('$name', async ({ rdb, truth }) => {
    const { records } = await truthOf(readFileSync(rdb));
    const parsed = new Map(records.map((record) => [`${record.db} ${record.key}`, record]));
    const contract = new Contract('base64');
    const found = (await exportedLines(rdb, 'base64')).map((line) =>
      contract.record(line, (db, key) => {
        const record = parsed.get(`${db} ${key}`);
        contract.nacks = record?.rdbType === STREAM_LISTPACKS_5;
        return record;
      }),
    );
    expect(differences(lines(truth), found, origin)).toEqual([]);
    count(set, found.length);
  });
});

describe('the program writes the same', () => {
  const some = [
    ...goldens(FIXTURES),
    ...goldens(join(CORPUS, 'rdb')).filter(({ name }) => /types-|hostile/.test(name)),
  ];

  it.each(sample(some, 6))('$name', async ({ rdb }) => {
    for (const form of ['base64', 'text'] as const) {
      const { code, stdout } = rdbkit(['export', '--format', 'jsonl', '--bytes', form, rdb]);
      expect(code).toBe(0);
      expect(stdout.split('\n').slice(0, -1)).toEqual(await exportedLines(rdb, form));
    }
  });
});
