// Statistics, lists and single values of rotten and hostile files: whatever they hold, all three agree and end.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/backup/dataset.js';
import { InlineChecksum } from '../../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../../src/bytes/kernels/kernels.js';
import { Window } from '../../../src/bytes/window.js';
import { FINDINGS } from '../../../src/errors.js';
import { findKey } from '../../../src/get/find-key.js';
import { type KeyRow, listKeys } from '../../../src/keys/list-keys.js';
import { BytesRef } from '../../../src/rdb/bytes-ref.js';
import { RdbParser } from '../../../src/rdb/parser.js';
import { StreamId } from '../../../src/rdb/stream-id.js';
import { RdbVisitor } from '../../../src/rdb/visitor.js';
import { statsHtml } from '../../../src/report/html/stats-html.js';
import { palette } from '../../../src/report/palette.js';
import { dumpText } from '../../../src/report/stats/dump-text.js';
import { statsCsv } from '../../../src/report/stats/stats-csv.js';
import { statsJson } from '../../../src/report/stats/stats-json.js';
import { STATS_TABLES } from '../../../src/report/stats/tables.js';
import { FULL, ValueText } from '../../../src/report/value-text.js';
import { dumpStats } from '../../../src/stats/dump/dump-stats.js';
import type { Distribution, StatsReport, Totals } from '../../../src/stats/report.js';
import { KeyJson } from '../../../src/values/key-json.js';
import { Findings } from '../../../src/verify/findings.js';
import { verifyRdb } from '../../../src/verify/rdb.js';
import { Directory } from '../../cli/files.js';
import { crc64, type Library, makeSeed, mutate, Random } from '../../fuzz/lib/index.js';
import { SMALL_TABLES } from './run.js';

const library: Library = {
  BytesRef,
  FINDINGS,
  Findings,
  InlineChecksum,
  Kernels,
  RdbParser,
  RdbVisitor,
  StreamId,
  Window,
  verifyRdb,
};
const SEEDS = [
  'redis-8.8/arrays-small',
  'redis-8.6/types-small',
  'redis-8.0/field-expiry',
  'redis-8.0/vectors',
  'redis-7.0/cluster',
  'redis-7.0/functions',
  'redis-7.0/lfu',
  'redis-6.0/lru',
  'redis-6.0/databases',
  'valkey-9.1/cluster',
  'valkey-9.1/field-expiry',
];
/** More of them: STATS_MUTATIONS=3000 STATS_MUTATION_SEED=12 npx vitest run test/stats/dump/mutations.test.ts */
const INPUTS = Number(process.env.STATS_MUTATIONS ?? 250);
const SEED = Number(process.env.STATS_MUTATION_SEED ?? 7);

const directory = new Directory();
const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/${name}.rdb`, import.meta.url));

interface Listed {
  readonly sums: Pick<Totals, 'keys' | 'expires' | 'bytes' | 'elements'>;
  readonly names: readonly { readonly db: number; readonly key: Uint8Array }[];
}

async function list(path: string): Promise<Listed> {
  const sums = { keys: 0, expires: 0, bytes: 0, elements: 0 };
  const names: { db: number; key: Uint8Array }[] = [];
  const dataset = await openDataset(path);
  const onKey = ({ db, key, expireAtMs, bytes, elements }: KeyRow) => {
    sums.keys++;
    sums.expires += expireAtMs === null ? 0 : 1;
    sums.bytes += bytes;
    sums.elements += elements;
    if (names.length < 3) names.push({ db, key: key.slice() });
  };
  try {
    await listKeys(dataset, { filter: {}, now: 'file', allocator: 'official', onKey });
  } finally {
    await dataset.close();
  }
  return { sums, names };
}

/** Reads one value, as JSON and as text. */
async function get(path: string, name: Uint8Array, db: number): Promise<void> {
  const readers = [
    (kernels: Kernels) => new KeyJson(kernels, 'text', () => undefined),
    (_kernels: Kernels, moment: ConstructorParameters<typeof ValueText>[0]['moment']) =>
      new ValueText({ write: () => undefined, limits: FULL, colors: palette(process.stdout, false), moment }),
  ];
  for (const reader of readers) {
    const dataset = await openDataset(path);
    try {
      await findKey(dataset, { name, db }, { reader });
    } finally {
      await dataset.close();
    }
  }
}

/** What does not fit together in a report. */
function contradictions(report: StatsReport, { sums }: Listed): string[] {
  const { totals, databases, types, encodings, distributions, slots, prefixes, biggest } = report;
  const found: string[] = [];
  const same = (what: string, a: number, b: number) => {
    // Sums of hostile sizes are floats, whose last bits depend on the order.
    if (Math.abs(a - b) > Math.abs(a) / 2 ** 40) found.push(`${what}: ${a} and ${b}`);
  };
  for (const field of ['keys', 'expires', 'bytes', 'memory', 'elements'] as const) {
    const value = totals[field];
    if (!(value >= 0 && Number.isFinite(value))) found.push(`${field}: ${value}`);
    for (const [name, rows] of Object.entries({ databases, types, encodings })) {
      same(
        `${name} ${field}`,
        value,
        rows.reduce((sum, row) => sum + row[field], 0),
      );
    }
    const roots = prefixes.tree.reduce((sum, row) => sum + row[field], prefixes.without[field]);
    same(`prefixes ${field}`, value, roots);
    if (field !== 'memory') same(`list ${field}`, value, sums[field]);
  }
  for (const field of ['keys', 'bytes', 'memory'] as const) {
    same(
      `slots ${field}`,
      totals[field],
      slots[field].reduce((sum, n) => sum + n, 0),
    );
  }
  for (const [name, spread] of Object.entries(distributions) as [string, Distribution | undefined][]) {
    if (!spread) continue;
    const { count, max, p50, p90, p99, buckets } = spread;
    same(
      name,
      count,
      buckets.reduce((sum, bucket) => sum + bucket.count, 0),
    );
    if (!(p50 <= p90 && p90 <= p99 && p99 <= max)) found.push(`${name}: ${[p50, p90, p99, max]}`);
  }
  same('key lengths', totals.keys, distributions.keyLength.count);
  same('expiries', totals.expires, distributions.ttlSeconds.count + report.expired);
  same('largest keys', biggest.byBytes.length, Math.min(totals.keys, 20));
  return found;
}

describe(`${INPUTS} mutated files`, () => {
  let seeds: Awaited<ReturnType<typeof makeSeed>>[] = [];

  beforeAll(async () => {
    seeds = await Promise.all(SEEDS.map((name) => makeSeed(library, name, fixture(name))));
  });

  it('give statistics that fit together, and what keys lists; get ends', async () => {
    for (let input = 0; input < INPUTS; input++) {
      const { bytes, story } = mutate(seeds, Random.of(SEED, input), crc64);
      const path = directory.write('mutated.rdb', bytes);
      const outcome = await look(path).catch((error) => error);
      expect({ input, story, outcome }).toEqual({ input, story, outcome: [] });
    }
  }, 1_200_000);
});

/** Contradictions; rejects for anything that must not happen. A file that is no backup any more gives none. */
async function look(path: string): Promise<string[]> {
  const options = { maxMemory: SMALL_TABLES, top: 20 };
  let report: StatsReport;
  try {
    report = await dumpStats([path], { ...options, separators: [':', '-'] });
  } catch (error) {
    if (error instanceof Error && error.name === 'BackupError') return [];
    throw error;
  }
  const listed = await list(path);
  const found = contradictions(report, listed);
  const guessed = await dumpStats([path], options);
  if (guessed.totals.keys !== report.totals.keys) found.push('other keys with guessed separators');
  for (const { key, db } of listed.names) await get(path, key, db);
  JSON.parse(statsJson({ dumps: report, logs: [] }, { bytes: 'text', top: 20 }));
  dumpText(report, { colors: palette(process.stdout, false), top: 10, columns: 80 });
  for (const table of STATS_TABLES) statsCsv({ dumps: report, logs: [] }, table, 'text');
  statsHtml(report);
  return found;
}
