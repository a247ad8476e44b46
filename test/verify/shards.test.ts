import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finding, type VerifyOptions, type VerifyReport, verify } from '../../src/index.js';
import { hashSlot } from '../../src/keyspace/slot.js';
import { compareShards } from '../../src/verify/shards.js';
import { explainGaps } from '../../src/verify/slot-gaps.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { NOW_MS } from './hand-made.js';

const MINUTE = 60_000;
const SLOTS = 16_384;
/** Three shards as a new cluster has them. */
const THIRDS = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const;

interface Shard {
  readonly slots?: readonly [first: number, last: number];
  /** Say in which slot the keys are; default true. */
  readonly tell?: boolean;
  readonly aux?: Readonly<Record<string, string>>;
  readonly madeMs?: number;
}

/** A dump of Redis 8.0.2 with one of `names` after the other that belongs into `slots`. */
function shard(names: readonly string[], { slots = [0, SLOTS - 1], tell = true, aux, madeMs }: Shard = {}): RdbBuilder {
  const builder = new RdbBuilder(12);
  const fields = { 'redis-ver': '8.0.2', ctime: String((madeMs ?? NOW_MS - MINUTE) / 1000), ...aux };
  for (const [name, value] of Object.entries(fields)) builder.aux(name, value);
  const all = sorted(names).filter(([slot]) => slot >= slots[0] && slot <= slots[1]);
  builder.selectDb(0).resizeDb(all.flatMap(([, keys]) => keys).length, 0);
  for (const [slot, keys] of all) {
    if (tell) builder.slotInfo(slot, keys.length, 0);
    for (const key of keys) builder.key(key, stringValue('v'));
  }
  return builder;
}

const known = new WeakMap<readonly string[], [slot: number, names: string[]][]>();

/** The names by their slots. */
function sorted(names: readonly string[]): [slot: number, names: string[]][] {
  const found = known.get(names);
  if (found) return found;
  const bySlot = new Map<number, string[]>();
  for (const name of names) {
    const slot = hashSlot(Buffer.from(name));
    const others = bySlot.get(slot);
    if (others) others.push(name);
    else bySlot.set(slot, [name]);
  }
  const all = [...bySlot].sort(([a], [b]) => a - b);
  known.set(names, all);
  return all;
}

function keys(n: number, name = (i: number) => `key:${i}`): string[] {
  return Array.from({ length: n }, (_, i) => name(i));
}

async function verifyShards(files: readonly Uint8Array[], options: VerifyOptions = {}): Promise<VerifyReport> {
  const directory = await mkdtemp(join(tmpdir(), 'rdbkit-shards-'));
  try {
    const paths = files.map((_, i) => join(directory, `${'abcdefgh'[i]}.rdb`));
    for (const [i, bytes] of files.entries()) await writeFile(paths[i], bytes);
    const report = await verify(paths, { nowMs: NOW_MS, shards: { maxSkewMs: 10 * MINUTE }, ...options });
    const plain = (message: string) => message.replaceAll(`${directory}/`, '');
    return { ...report, findings: report.findings.map((finding) => ({ ...finding, message: plain(finding.message) })) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** `severity CODE: message` */
function told({ findings }: { readonly findings: readonly Finding[] }): string[] {
  return findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

function codes(report: { readonly findings: readonly Finding[] }): string[] {
  return report.findings.map(({ severity, code }) => `${severity} ${code}`);
}

const NAMES = keys(20_000);
/** One in every slot. */
const FULL = sorted(keys(300_000)).map(([, [name]]) => name);
const CLUSTER = THIRDS.map((slots) => shard(NAMES, { slots }).finish());

describe('shards that fit together', () => {
  it('are ok', async () => {
    const report = await verifyShards(CLUSTER);
    // 20,000 keys leave some slots empty.
    expect(codes(report)).toEqual(['info SHARDS_SLOTS_MISSING']);
    expect(report).toMatchObject({ ok: true, complete: true, shards: { files: 3, skewMs: 0 } });
    expect(report.files.every(({ findings }) => findings.length === 0)).toBe(true);
  });

  it('are not compared unless that is asked for', async () => {
    const { shards: _, ...rest } = await verifyShards(CLUSTER.slice(0, 2), { shards: { maxSkewMs: 0 } });
    expect(rest.ok).toBe(false);
    const report = await verify(['/nonexistent'], {});
    expect(report).toMatchObject({ shards: null, findings: [] });
  });

  it('with a key in every slot have nothing to be told', async () => {
    const report = await verifyShards(THIRDS.map((slots) => shard(FULL, { slots }).finish()));
    expect(told(report)).toEqual([]);
    expect(report.shards?.slots).toEqual([[0, SLOTS - 1]]);
  });

  it('a shard without keys is one of them', async () => {
    const files = [shard(NAMES).finish(), shard([]).finish(), shard([], { tell: false }).finish()];
    expect(codes(await verifyShards(files))).toEqual(['info SHARDS_SLOTS_MISSING']);
  });
});

describe('a shard that is missing', () => {
  it('is an error, with its range', async () => {
    const report = await verifyShards([CLUSTER[0], CLUSTER[2]]);
    expect(report).toMatchObject({ ok: false });
    expect(report.files.every(({ ok }) => ok)).toBe(true);
    const [finding] = report.findings;
    expect(finding).toMatchObject({ code: 'SHARDS_SLOTS_MISSING', severity: 'error', offset: null, key: null });
    const [, first, last] = /\((?:[^)]* )?(5\d\d\d)-(10\d\d\d)\b/.exec(finding.message) ?? [];
    // The slots beside it may be empty by chance.
    expect(Number(first)).toBeGreaterThan(5450);
    expect(Number(first)).toBeLessThanOrEqual(5461);
    expect(Number(last)).toBeGreaterThanOrEqual(10_922);
    expect(Number(last)).toBeLessThan(10_935);
  });

  it('is one whatever the keys are called, and a whole cluster never is', () => {
    const ways: ((i: number) => string)[] = [
      (i) => `key:${i}`,
      (i) => `user:{${i}}:profile`,
      (i) => String(i),
      (i) => i.toString(16),
      (i) => `session:${String(i).padStart(12, '0')}`,
      (i) => `2026-${(i % 12) + 1}-${i}`,
      (i) => String(i * 1024),
    ];
    for (const way of ways) {
      for (const n of [100, 300, 1000, 10_000, 100_000]) {
        const taken = new Set(keys(n, way).map((key) => hashSlot(Buffer.from(key))));
        const whole = explainGaps(
          gaps((slot) => taken.has(slot)),
          n,
        );
        expect(whole.verdict, `${way(7)}, ${n} keys`).toBe('chance');
        if (n < 200) continue;
        const without = explainGaps(
          gaps((slot) => taken.has(slot) && (slot < 5461 || slot > 10_922)),
          n,
        );
        expect(without.verdict, `${way(7)}, ${n} keys, without a shard`).toBe('gap');
      }
    }
  });

  it('cannot be told from chance when there are a few keys', async () => {
    const few = keys(12);
    const report = await verifyShards([THIRDS[0], THIRDS[2]].map((slots) => shard(few, { slots }).finish()));
    expect(codes(report)).toEqual(['info SHARDS_SLOTS_MISSING']);
    expect(report.ok).toBe(true);
  });

  it('is not looked for among many keys of few tags', () => {
    // A million keys, all of them under one of 40 tags: 16,344 slots are empty.
    const tags = new Set(keys(40, (i) => `{tenant:${i}}`).map((tag) => hashSlot(Buffer.from(tag))));
    expect(
      explainGaps(
        gaps((slot) => tags.has(slot)),
        1_000_000,
      ).verdict,
    ).toBe('chance');
  });

  it('may be a part of one', () => {
    const full = (first: number, last: number) => gaps((slot) => slot < first || slot > last);
    expect(explainGaps(full(100, 199), 1_000_000)).toEqual({ verdict: 'gap', missing: 100, longest: 100 });
    expect(explainGaps(full(0, 2), 1_000_000).verdict).toBe('gap');
    expect(explainGaps(full(16_383, 16_383), 1_000_000).verdict).toBe('few');
    // With some 6 keys a slot one is empty by chance.
    expect(explainGaps(full(16_383, 16_383), 100_000).verdict).toBe('chance');
    expect(explainGaps([], 1_000_000)).toEqual({ verdict: 'chance', missing: 0, longest: 0 });
  });

  it('a single slot of a full keyspace is a warning', async () => {
    const { files } = await verifyShards([shard(FULL).finish()]);
    const part = (path: string, first: number, last: number) => ({
      ...files[0],
      path,
      keys: 500_000,
      slots: [[first, last]] as const,
    });
    expect(told(compareShards([part('a.rdb', 0, 999), part('b.rdb', 1001, SLOTS - 1)], 0))).toEqual([
      'error SHARDS_FILE_TWICE: a.rdb and b.rdb are the same, by size and checksum',
      expect.stringMatching(
        /^warning SHARDS_SLOTS_MISSING: no file holds keys of 1 of 16384 slots \(1000\): .*hash tags/,
      ),
    ]);
  });
});

describe('slots that are in two files', () => {
  it('are listed as ranges, by pairs of files', async () => {
    const files = [
      shard(FULL, { slots: [0, 100] }).finish(),
      shard(FULL, { slots: [97, 10_922] }).finish(),
      shard(NAMES, { slots: [10_923, SLOTS - 1] }).finish(),
    ];
    const report = await verifyShards(files);
    expect(report.ok).toBe(false);
    expect(told(report)[0]).toBe('error SHARDS_SLOT_TWICE: a.rdb and b.rdb both hold keys of 4 slots (97-100)');
  });

  it('a single one is named', async () => {
    const [, [one]] = sorted(FULL)[77];
    const report = await verifyShards([shard([one, 'a', 'b']).finish(), shard([one, 'c', 'd']).finish()]);
    expect(told(report)).toContain('error SHARDS_SLOT_TWICE: a.rdb and b.rdb both hold keys of slot 77');
  });

  it('a node that is there twice with different keys', async () => {
    const later = shard([...NAMES, ...keys(100, (i) => `later:${i}`)], { slots: THIRDS[0] });
    const report = await verifyShards([...CLUSTER, later.finish()]);
    const [message] = told(report).filter((text) => text.includes('SLOT_TWICE'));
    expect(message).toMatch(/a\.rdb and d\.rdb both hold keys of \d{4} slots \(.* and \d+ more\)$/);
    expect(message.length).toBeLessThan(200);
  });
});

describe('the same file twice', () => {
  it('is called that', async () => {
    const report = await verifyShards([CLUSTER[0], CLUSTER[1], CLUSTER[0]]);
    expect(told(report)[0]).toBe('error SHARDS_FILE_TWICE: a.rdb and c.rdb are the same, by size and checksum');
    expect(codes(report)).toContain('error SHARDS_SLOT_TWICE');
  });

  it('also at the level checksum', async () => {
    const report = await verifyShards([CLUSTER[0], CLUSTER[0]], { level: 'checksum' });
    expect(codes(report)).toContain('error SHARDS_FILE_TWICE');
  });

  it('is no matter when there is nothing in it', async () => {
    const empty = shard([]).finish();
    expect(codes(await verifyShards([empty, empty]))).toEqual([]);
  });
});

describe('producers', () => {
  it('that differ are a warning, with who wrote what', async () => {
    const files = [
      CLUSTER[0],
      shard(NAMES, { slots: THIRDS[1], aux: { 'redis-ver': '7.4.1' } }).finish(),
      shard(NAMES, { slots: THIRDS[2], aux: { 'redis-ver': '8.4.0' } }).finish(),
    ];
    const report = await verifyShards(files);
    expect(told(report)[0]).toBe(
      'warning SHARDS_PRODUCER_DIFFERS: written by redis 8.0.2 (a.rdb), redis 7.4.1 (b.rdb) and redis 8.4.0 (c.rdb)',
    );
    expect(report.ok).toBe(true);
    expect((await verifyShards(files, { failOnWarning: true })).ok).toBe(false);
  });
});

describe('the times of the saves', () => {
  const made = (ms: number, slots: (typeof THIRDS)[number]) => shard(NAMES, { slots, madeMs: ms }).finish();
  const at = NOW_MS - 2 * 60 * MINUTE;
  const files = (ms: number) => [made(at, THIRDS[0]), made(at + ms, THIRDS[1]), made(at + 1000, THIRDS[2])];

  it('may differ by the skew', async () => {
    const report = await verifyShards(files(10 * MINUTE));
    expect(codes(report)).toEqual(['info SHARDS_SLOTS_MISSING']);
    expect(report.shards?.skewMs).toBe(10 * MINUTE);
  });

  it('and not by more', async () => {
    const report = await verifyShards(files(10 * MINUTE + 1000));
    expect(report.ok).toBe(false);
    expect(told(report)[0]).toBe(
      'error SHARDS_CTIME_SKEW: a.rdb was made 2026-06-30 22:00:00 UTC, b.rdb 2026-06-30 22:10:01 UTC: 10 min 1 s apart; at most 10 min is allowed',
    );
  });

  it('of a file that does not say', async () => {
    const silent = shard(NAMES, { slots: THIRDS[2], aux: { ctime: 'now' } }).finish();
    const report = await verifyShards([CLUSTER[0], CLUSTER[1], silent]);
    expect(told(report)[0]).toBe('warning SHARDS_CTIME_UNKNOWN: c.rdb does not say when it was made');
    expect(report.shards?.skewMs).toBe(0);
  });

  it('are compared at the level header, too', async () => {
    const report = await verifyShards(files(60 * MINUTE), { level: 'header' });
    expect(codes(report)).toEqual(['error SHARDS_CTIME_SKEW', 'info SHARDS_NO_SLOTS']);
    expect(report.findings[1].message).toMatch(/^slots are looked at at the level structure only; whether/);
  });
});

describe('replication ids', () => {
  const id = 'a1'.repeat(20);
  const replica = (slots: (typeof THIRDS)[number], offset: string, replId = id) =>
    shard(NAMES, { slots, tell: false, aux: { 'repl-id': replId, 'repl-offset': offset } }).finish();

  it('that are the same: one shard twice', async () => {
    const report = await verifyShards([replica(THIRDS[0], '100'), replica(THIRDS[0], '140')]);
    expect(report.ok).toBe(false);
    expect(told(report)[0]).toBe(
      `error SHARDS_REPL_ID_REPEATED: a.rdb and b.rdb have the replication id ${id}, at the offsets 100, 140`,
    );
  });

  it('that differ, or are none, say nothing', async () => {
    const files = [replica(THIRDS[0], '1'), replica(THIRDS[1], '1', 'b2'.repeat(20)), CLUSTER[2], CLUSTER[1]];
    expect(codes(await verifyShards(files)).filter((code) => code.includes('REPL'))).toEqual([]);
    const odd = [replica(THIRDS[0], '1', 'none'), replica(THIRDS[1], '1', 'none')];
    expect(codes(await verifyShards(odd)).filter((code) => code.includes('REPL'))).toEqual([]);
  });
});

describe('when it cannot be told whether slots are missing', () => {
  it('as the files do not say where their keys are', async () => {
    const files = THIRDS.map((slots) => shard(NAMES, { slots, tell: false }).finish());
    const report = await verifyShards(files.slice(0, 2));
    expect(told(report)).toEqual([
      'info SHARDS_NO_SLOTS: a.rdb and b.rdb do not say in which slots the keys are; whether slots are missing cannot be told',
    ]);
    expect(report).toMatchObject({ ok: true, shards: { slots: null } });
  });

  it('as one of them does not say', async () => {
    const silent = shard(NAMES, { slots: THIRDS[1], tell: false }).finish();
    const report = await verifyShards([CLUSTER[0], silent, CLUSTER[2]]);
    expect(told(report)).toEqual([
      'info SHARDS_NO_SLOTS: b.rdb does not say in which slots the keys are; whether slots are missing cannot be told',
    ]);
  });

  it('as one of them was cut, or could not be read', async () => {
    const report = await verifyShards([CLUSTER[0], CLUSTER[1].subarray(0, 1000), CLUSTER[2]]);
    expect(report).toMatchObject({ ok: false, complete: false });
    expect(told(report)).toEqual([
      'info SHARDS_NO_SLOTS: b.rdb could not be read to the end; whether slots are missing cannot be told',
    ]);
    const none = await verifyShards([CLUSTER[0], new Uint8Array(0), CLUSTER[2]]);
    expect(codes(none)).toEqual(['info SHARDS_NO_SLOTS']);
  });
});

describe('fewer than two shards', () => {
  it.each([
    ['one file', [CLUSTER[0]], 'there is 1 file'],
    ['a dump and something else', [CLUSTER[0], Buffer.from('Dear reader')], 'of 2 files 1 can be compared'],
    ['an append-only file', [CLUSTER[0], Buffer.from('*1\r\n$4\r\nPING\r\n')], 'of 2 files 1 can be compared'],
  ])('%s', async (_, files, words) => {
    const report = await verifyShards(files);
    expect(codes(report)).toEqual(['error SHARDS_TOO_FEW']);
    expect(report.findings[0].message).toContain(words);
    expect(report.ok).toBe(false);
  });
});

describe('many shards', () => {
  it('make no long message', async () => {
    const { files } = await verifyShards([CLUSTER[0]]);
    const many = Array.from({ length: 60 }, (_, i) => ({
      ...files[0],
      path: `${i}.rdb`,
      producer: { name: 'redis', version: `7.2.${i}` },
      createdAtMs: null,
    }));
    const { findings } = compareShards(many, 0);
    expect(findings.filter(({ code }) => code === 'SHARDS_SLOT_TWICE').length).toBeLessThanOrEqual(21);
    for (const { message } of findings) expect(message.length).toBeLessThan(300);
    expect(told({ findings }).join('\n')).toContain('0.rdb, 1.rdb, 2.rdb and 57 more');
  });
});

/** The ranges of slots that are not taken. */
function gaps(taken: (slot: number) => boolean): [number, number][] {
  const ranges: [number, number][] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    if (taken(slot)) continue;
    const last = ranges.at(-1);
    if (last?.[1] === slot - 1) last[1] = slot;
    else ranges.push([slot, slot]);
  }
  return ranges;
}
