import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DumpStatsOptions, dumpStats } from '../../src/stats/dump/dump-stats.js';
import type { StatsReport, Totals } from '../../src/stats/report.js';
import { CORPUS, FIXTURES, type Golden, goldens, lines } from '../helpers/corpus.js';
import { dropped, truthOf } from '../helpers/truth.js';

/** What a server says of one key, as far as it is counted. */
interface TruthKey {
  readonly db: number;
  readonly key: string;
  readonly type: string;
  readonly expireAtMs: number | string | null;
  readonly freq?: number;
  readonly idle?: number;
  readonly value: unknown;
}

type Counts = Pick<Totals, 'keys' | 'expires' | 'elements'>;

/** Items, members, fields or entries; a string counts as one, a module as none. */
function elementsOf({ type, value }: TruthKey): number {
  if (type === 'string') return 1;
  if (type === 'vectorset') return 0;
  if (Array.isArray(value)) return value.length;
  const fields = value as Record<string, unknown>;
  if (type === 'stream') return fields.length as number;
  if (type === 'array') return Number(fields.count);
  return typeof fields.sha256 === 'string' ? (fields.length as number) : Object.keys(fields).length;
}

function counted(keys: readonly TruthKey[]): Counts {
  return {
    keys: keys.length,
    expires: keys.filter(({ expireAtMs }) => expireAtMs !== null).length,
    elements: keys.reduce((sum, key) => sum + elementsOf(key), 0),
  };
}

function countedBy(keys: readonly TruthKey[], nameOf: (key: TruthKey) => string | number): Record<string, Counts> {
  const groups = new Map<string, TruthKey[]>();
  for (const key of keys) {
    const name = String(nameOf(key));
    const group = groups.get(name);
    if (group) group.push(key);
    else groups.set(name, [key]);
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, counted(group)]));
}

function pick({ keys, expires, elements }: Totals): Counts {
  return { keys, expires, elements };
}

function picked<T extends Totals>(rows: readonly T[], nameOf: (row: T) => string | number): Record<string, Counts> {
  return Object.fromEntries(rows.map((row) => [nameOf(row), pick(row)]));
}

/** What the truth says, in the terms of a report. */
function expectation(keys: readonly TruthKey[], nowMs: number) {
  const expiries = keys.flatMap(({ expireAtMs }) => (expireAtMs === null ? [] : [Number(expireAtMs)]));
  const alive = expiries.filter((at) => at >= nowMs);
  const names = keys.map(({ key }) => Buffer.from(key, 'base64').length);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n, 0);
  const collections = keys.filter(({ type }) => type !== 'string');
  const idle = keys.flatMap((key) => key.idle ?? []);
  const freq = keys.flatMap((key) => key.freq ?? []);
  const spread = (numbers: readonly number[]) => ({
    count: numbers.length,
    sum: sum(numbers),
    max: Math.max(0, ...numbers),
  });
  return {
    totals: counted(keys),
    databases: countedBy(keys, ({ db }) => db),
    types: countedBy(keys, ({ type }) => type),
    expired: expiries.length - alive.length,
    keyLength: spread(names),
    elements: spread(collections.map(elementsOf)),
    ttlSeconds: spread(alive.map((at) => Math.ceil((at - nowMs) / 1000))),
    idleSeconds: idle.length > 0 ? spread(idle) : undefined,
    frequency: freq.length > 0 ? spread(freq) : undefined,
    slots: keys.length,
  };
}

function reported({ totals, databases, types, expired, distributions, slots }: StatsReport) {
  const spread = (of: { count: number; sum: number; max: number }) => ({ count: of.count, sum: of.sum, max: of.max });
  const { keyLength, elements, ttlSeconds, idleSeconds, frequency } = distributions;
  return {
    totals: pick(totals),
    databases: picked(databases, ({ db }) => db),
    types: picked(types, ({ type }) => type),
    expired,
    keyLength: spread(keyLength),
    elements: spread(elements),
    ttlSeconds: spread(ttlSeconds),
    idleSeconds: idleSeconds && spread(idleSeconds),
    frequency: frequency && spread(frequency),
    slots: slots.keys.reduce((all, n) => all + n, 0),
  };
}

/** A filter that lets everything pass: every key is told one by one, and none in a run. */
const ONE_BY_ONE: DumpStatsOptions = { filters: { minSize: 0 } };

/** The keys of a file as its writer knew them; one that loaded the file has dropped those that expired, or are empty. */
async function keysOf({ rdb, truth }: Golden, isWriter: boolean): Promise<TruthKey[]> {
  const known = lines(truth) as unknown as TruthKey[];
  if (isWriter) return known;
  const { records } = await truthOf(readFileSync(rdb), { sized: true });
  const names = new Set(known.map(({ db, key }) => `${db} ${key}`));
  const gone = records.filter((record) => dropped(record) && !names.has(`${record.db} ${record.key}`));
  return [...known, ...(gone as unknown as TruthKey[])];
}

async function check(golden: Golden, isWriter: boolean): Promise<void> {
  const keys = await keysOf(golden, isWriter);
  for (const options of [{}, ONE_BY_ONE]) {
    const report = await dumpStats([golden.rdb], options);
    expect(report).toMatchObject({ complete: true, limited: false });
    if (isWriter) expect(report.files).toMatchObject([{ outcome: 'sound', findings: [] }]);
    const expected = expectation(keys, report.nowMs);
    const found = reported(report);
    // Who loads a file begins to count the use of keys anew.
    const own = isWriter ? {} : { idleSeconds: undefined, frequency: undefined };
    expect({ ...found, ...own }).toEqual({ ...expected, ...own });
    expect(report.prefixes.exact).toBe(true);
  }
}

const sets = [
  { name: 'fixtures', files: goldens(FIXTURES), isWriter: true },
  { name: 'corpus', files: goldens(join(CORPUS, 'rdb')), isWriter: true },
  { name: 'corpus, sources of the damaged files', files: goldens(join(CORPUS, 'damaged')), isWriter: false },
  { name: 'corpus, dumps of public projects', files: goldens(join(CORPUS, 'public')), isWriter: false },
];

describe.each(sets)('$name: counts are those that a server gave', ({ name, files, isWriter }) => {
  if (name === 'fixtures') it('are there', () => expect(files.length).toBeGreaterThan(0));
  else if (files.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(files)('$name', (golden) => check(golden, isWriter));
});
