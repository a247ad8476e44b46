import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Expectations, type FileReport, OptionsError, type VerifyOptions, verify } from '../../src/index.js';
import { hex, RdbBuilder, setValue, stringValue } from '../helpers/rdb-builder.js';
import { NOW_MS, rawValue } from './hand-made.js';
import { foundIn, verifyBytes } from './verify-bytes.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MADE_MS = NOW_MS - 25 * HOUR;
const UNKNOWN_TYPE = 63;
const AUX_SINCE = 7;

interface Facts {
  readonly version?: number;
  readonly magic?: 'REDIS' | 'VALKEY';
  /** Auxiliary fields, instead of those of a Redis 7.2.5. */
  readonly aux?: Readonly<Record<string, string>>;
  /** ms since the epoch. */
  readonly madeMs?: number;
}

/** A head without keys. Before RDB 7 there are no such fields. */
function head({ version = 11, magic = 'REDIS', aux = { 'redis-ver': '7.2.5' }, madeMs = MADE_MS }: Facts = {}) {
  const builder = new RdbBuilder(version, magic);
  if (version < AUX_SINCE) return builder;
  for (const [name, value] of Object.entries(aux)) builder.aux(name, value);
  return aux.ctime === undefined && !Number.isNaN(madeMs) ? builder.aux('ctime', String(madeMs / 1000)) : builder;
}

/** Three keys in two databases, one of them expired. */
function keys(facts?: Facts): RdbBuilder {
  return head(facts)
    .selectDb(0)
    .expireMs(NOW_MS - HOUR)
    .key('a', stringValue('v'))
    .key('b', setValue(['m']))
    .selectDb(1)
    .key('a', stringValue('v'));
}

const SOUND = keys().finish();

/** What is found in a file besides what stands in it. */
async function unmet(bytes: Uint8Array, expected: Expectations, options: VerifyOptions = {}): Promise<FileReport> {
  return await verifyBytes(bytes, { ...options, expect: expected });
}

describe('a file that is as expected', () => {
  it('is left alone', async () => {
    const all: Expectations = {
      maxAgeMs: 25 * HOUR,
      minKeys: 3,
      maxKeys: 3,
      minSize: SOUND.length,
      producer: 'redis',
      version: '>=7.2 <8',
      checksum: true,
    };
    const { milliseconds: _, ...report } = await unmet(SOUND, all);
    const { milliseconds: __, ...plain } = await verifyBytes(SOUND);
    expect(report).toEqual({ ...plain, path: report.path });
    expect(report.ok).toBe(true);
  });

  it('and so is one of which nothing is expected', async () => {
    expect(foundIn(await unmet(SOUND, {}))).toEqual([]);
  });
});

describe('an expectation that is not met', () => {
  it.each<[string, Expectations, string]>([
    ['age', { maxAgeMs: 24 * HOUR }, 'made 2026-06-29 23:00:00 UTC, 25 h ago; at most 24 h is expected'],
    ['few keys', { minKeys: 4 }, '3 keys; at least 4 are expected'],
    ['many keys', { maxKeys: 2 }, '3 keys; at most 2 are expected'],
    ['no key allowed', { maxKeys: 0 }, '3 keys; at most 0 are expected'],
    ['size', { minSize: 1e6 }, `${SOUND.length} bytes; at least 1000000 are expected`],
    ['producer', { producer: 'valkey' }, 'it was written by redis; valkey is expected'],
    ['version', { version: '>=8' }, 'it was written by version 7.2.5; >=8 is expected'],
  ])('%s: says what is and what should be, and is an error', async (_, expected, message) => {
    const report = await unmet(SOUND, expected);
    expect(report.findings).toMatchObject([{ severity: 'error', offset: null, db: null, key: null, message }]);
    expect(report).toMatchObject({ ok: false, errors: 1, warnings: 0, complete: true });
    // The file is what it is: sound.
    expect(report.outcome).toBe('sound');
    expect(report.findingCounts).toEqual({ [report.findings[0].code]: 1 });
  });

  it('stands beside the others, each under a code of its own', async () => {
    const report = await unmet(keys().finish('zero'), {
      maxAgeMs: 1,
      minKeys: 5,
      minSize: 1e6,
      producer: 'valkey',
      version: '6.x',
      checksum: true,
    });
    const codes = ['CHECKSUM', 'MAX_AGE', 'MIN_KEYS', 'MIN_SIZE', 'PRODUCER', 'VERSION'];
    expect(foundIn(report)).toEqual([...codes.map((code) => `error EXPECT_${code}`), 'warning RDB_CHECKSUM_DISABLED']);
    expect(report).toMatchObject({ errors: 6, warnings: 1 });
  });

  it('is told of every file', async () => {
    const dump = fileURLToPath(new URL('../../fixtures/dump.rdb', import.meta.url));
    const report = await verify([dump, '/nonexistent/a.rdb', dump], { expect: { minKeys: 1000 } });
    expect(report.ok).toBe(false);
    expect(report.files.map(({ findingCounts }) => findingCounts)).toEqual([
      { EXPECT_MIN_KEYS: 1 },
      { INPUT_UNREADABLE: 1 },
      { EXPECT_MIN_KEYS: 1 },
    ]);
  });
});

describe('the age', () => {
  it.each([
    ['is just allowed', 24 * HOUR, []],
    ['is a millisecond too much', 24 * HOUR + 1, ['error EXPECT_MAX_AGE']],
  ])('%s', async (_, age, found) => {
    // Files know seconds, so the present is what moves.
    const report = await unmet(SOUND, { maxAgeMs: 24 * HOUR }, { nowMs: MADE_MS + age });
    expect(foundIn(report)).toEqual(found);
  });

  it('and the limit are told apart, however near they are', async () => {
    const message = async (maxAgeMs: number, age: number) =>
      (await unmet(SOUND, { maxAgeMs }, { nowMs: MADE_MS + age })).findings[0].message;
    expect(await message(24 * HOUR, 24 * HOUR + 30_000)).toContain('86430 s ago; at most 86400 s');
    expect(await message(24 * HOUR, 24 * HOUR + 30)).toContain('86400030 ms ago; at most 86400000 ms');
    expect(await message(24 * HOUR, 24 * HOUR + MINUTE)).toContain('24 h 1 min ago; at most 24 h is');
    expect(await message(7 * 24 * HOUR, 10 * 24 * HOUR)).toContain('10 d ago; at most 7 d is');
    expect(await message(0, 90_000)).toContain('90 s ago; at most 0 ms is');
  });

  it.each([
    ['no ctime', keys({ madeMs: Number.NaN }).finish(), 'does not say when'],
    ['a ctime that is no time', keys({ aux: { 'redis-ver': '7.2.5', ctime: 'soon' } }).finish(), 'does not say when'],
    ['a ctime in the future', keys({ madeMs: NOW_MS + 2 * HOUR }).finish(), '2 h in the future'],
    ['a ctime in the far future', keys({ madeMs: 9e17 }).finish(), 'in the future'],
  ])('is not known with %s, and that is not recent', async (_, bytes, words) => {
    const report = await unmet(bytes, { maxAgeMs: 1000 * 24 * HOUR });
    expect(report).toMatchObject({ ok: false });
    const [finding] = report.findings.filter(({ code }) => code === 'EXPECT_MAX_AGE');
    expect(finding.message).toContain(words);
  });

  it('may be a little ahead, as clocks differ', async () => {
    const bytes = keys({ madeMs: NOW_MS + 4 * MINUTE }).finish();
    expect(await unmet(bytes, { maxAgeMs: 1000 })).toMatchObject({ ok: true });
  });

  it('is known at every level', async () => {
    for (const level of ['header', 'checksum'] as const) {
      expect(foundIn(await unmet(SOUND, { maxAgeMs: HOUR }, { level }))).toEqual(['error EXPECT_MAX_AGE']);
      expect(foundIn(await unmet(SOUND, { maxAgeMs: 48 * HOUR }, { level }))).toEqual([]);
    }
  });
});

describe('keys of a file that could not be read to its end', () => {
  const cut = SOUND.subarray(0, -12);

  it('are at least those in front of the place', async () => {
    expect(foundIn(await unmet(cut, { minKeys: 2 }))).toEqual(['error RDB_TRUNCATED']);
    const report = await unmet(cut, { minKeys: 3 });
    expect(foundIn(report)).toEqual(['error EXPECT_MIN_KEYS', 'error RDB_TRUNCATED']);
    expect(report.findings.at(-1)?.message).toBe(
      '2 keys until the place where reading had to stop; at least 3 are expected',
    );
    expect(report).toMatchObject({ outcome: 'damaged', errors: 2 });
  });

  it('are too many only when those in front are', async () => {
    expect(foundIn(await unmet(cut, { maxKeys: 2 }))).toEqual(['error RDB_TRUNCATED']);
    const [finding] = (await unmet(cut, { maxKeys: 1 })).findings.filter(({ code }) => code === 'EXPECT_MAX_KEYS');
    expect(finding.message).toBe('at least 2 keys; at most 1 are expected');
  });

  it('are not known to be too few when the rest is newer than we know', async () => {
    const newer = head()
      .selectDb(0)
      .key('a', stringValue('v'))
      .key('b', rawValue(UNKNOWN_TYPE, hex('01 61')))
      .finish();
    const report = await unmet(newer, { minKeys: 2 });
    expect(report.outcome).toBe('unknown');
    expect(foundIn(report)).toEqual(['error RDB_UNKNOWN_TYPE', 'warning EXPECT_MIN_KEYS']);
  });
});

describe('the size', () => {
  it('of a gzip is that of its content', async () => {
    const packed = gzipSync(SOUND);
    expect(packed.length).not.toBe(SOUND.length);
    expect(foundIn(await unmet(packed, { minSize: SOUND.length }))).toEqual([]);
    const { findings } = await unmet(packed, { minSize: SOUND.length + 1 });
    expect(findings).toMatchObject([
      { code: 'EXPECT_MIN_SIZE', message: expect.stringContaining(`${SOUND.length} bytes, unpacked;`) },
    ]);
  });

  it('is compared for what is no backup, and nothing else', async () => {
    const everything: Expectations = {
      minSize: 100,
      maxAgeMs: 1,
      minKeys: 1,
      producer: 'redis',
      version: '7',
      checksum: true,
    };
    expect(foundIn(await unmet(Buffer.alloc(0), everything))).toEqual(['error EXPECT_MIN_SIZE', 'error INPUT_EMPTY']);
    expect(foundIn(await unmet(Buffer.from('Dear reader'), everything))).toEqual([
      'error EXPECT_MIN_SIZE',
      'error INPUT_NOT_A_BACKUP',
    ]);
  });

  it('at the level header counts what is known', async () => {
    expect(foundIn(await unmet(SOUND, { minSize: SOUND.length }, { level: 'header' }))).toEqual([]);
    const { findings } = await unmet(SOUND, { minSize: SOUND.length + 1 }, { level: 'header' });
    expect(findings).toMatchObject([{ message: expect.stringContaining('at the level header') }]);
  });
});

describe('the producer', () => {
  const valkey8 = keys({ aux: { 'valkey-ver': '8.1.1' } }).finish();

  it.each<[string, Uint8Array, 'redis' | 'valkey', boolean]>([
    ['Valkey with the header of Redis', valkey8, 'valkey', true],
    ['Valkey with the header of Redis', valkey8, 'redis', false],
    ['a header of Valkey without a name', keys({ version: 80, magic: 'VALKEY', aux: {} }).finish(), 'valkey', true],
    ['a header of Valkey without a name', keys({ version: 80, magic: 'VALKEY', aux: {} }).finish(), 'redis', false],
    ['a file from before there were names', keys({ version: 6 }).finish(), 'redis', true],
    ['a file from before there were names', keys({ version: 6 }).finish(), 'valkey', false],
    ['a file that does not say', keys({ aux: {} }).finish(), 'redis', false],
    ['a file that does not say', keys({ aux: {} }).finish(), 'valkey', false],
    ['Dragonfly', keys({ aux: { 'redis-ver': 'df-v1.2.3' } }).finish(), 'redis', false],
  ])('%s, expected %3$s', async (_, bytes, producer, met) => {
    expect(foundIn(await unmet(bytes, { producer })).includes('error EXPECT_PRODUCER')).toBe(!met);
  });
});

describe('the version', () => {
  it.each([
    ['7.2.5', '7.2.5', true],
    ['7.2.5', '>=7', true],
    ['7.2.5', '7.2.x || 8.x', true],
    ['7.2.5', '<7', false],
    ['8.0.0', '^7.2', false],
    // A release candidate comes before its release, and belongs to no older one.
    ['8.0.0-rc1', '>=7.2', true],
    ['8.0.0-rc1', '>=8', true],
    ['8.0.0-rc1', '>=8.0.0', false],
    ['8.0.0-rc1', '^7.2', false],
    ['7.0-rc1', '7.x', true],
    // Four numbers: vendors have them.
    ['6.2.6.1', '~6.2', true],
    ['255.255.255', '>=7', false],
    ['255.255.255', '*', false],
    ['255.255.255', '>=7 || 255.255.255', true],
    ['df-v1.2.3', '*', false],
    ['', '*', false],
    ['new\x1b[31m', '*', false],
  ])('%j in %j: %s', async (version, range, met) => {
    const bytes = keys({ aux: { 'redis-ver': version } }).finish();
    const report = await unmet(bytes, { version: range });
    // Some of these servers do not write this version; that is another matter.
    const expectations = foundIn(report).filter((found) => !found.includes('TARGET'));
    expect(expectations).toEqual(met ? [] : ['error EXPECT_VERSION']);
  });

  it('of a development build is said to tell nothing', async () => {
    const { findings } = await unmet(keys({ aux: { 'valkey-ver': '255.255.255' } }).finish(), { version: '>=8' });
    expect(findings[0].message).toMatch(/development build \(255\.255\.255\).*>=8 is expected/);
  });

  it('that is missing is in no range', async () => {
    const { findings } = await unmet(keys({ version: 6 }).finish(), { version: '*' });
    expect(findings[0].message).toBe('the file does not say which version wrote it; * is expected');
  });
});

describe('the checksum', () => {
  it.each([
    ['none', keys().finish('zero'), ['error EXPECT_CHECKSUM', 'warning RDB_CHECKSUM_DISABLED']],
    [
      'from before there were some',
      keys({ version: 4 }).finish('none'),
      ['error EXPECT_CHECKSUM', 'info RDB_CHECKSUM_ABSENT'],
    ],
    ['wrong', keys().finish('wrong'), ['error RDB_CHECKSUM_MISMATCH']],
    ['cut off', SOUND.subarray(0, -3), ['error RDB_CHECKSUM_MISSING']],
  ])('%s', async (_, bytes, found) => {
    expect(foundIn(await unmet(bytes, { checksum: true }))).toEqual(found);
  });
});

describe('what cannot be compared', () => {
  it('content that is not read keeps its verdict', async () => {
    const zstd = hex('28 b5 2f fd 00 00 00 00');
    const report = await unmet(zstd, { minSize: 1000, minKeys: 1, maxAgeMs: 1 });
    expect(report.outcome).toBe('unknown');
    expect(foundIn(report)).toHaveLength(1);
  });

  it('a log of commands names no writer and has no number of keys, and its annotations tell its age', async () => {
    const log = (seconds: number) => Buffer.from(`#TS:${seconds}\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n`);
    const expect_ = { minKeys: 1, producer: 'redis', version: '*', checksum: true, maxAgeMs: 60_000 } as const;
    const old = await unmet(log(NOW_MS / 1000 - 3600), expect_);
    expect(old.findings.map(({ code }) => code)).toEqual([
      'EXPECT_MAX_AGE',
      'EXPECT_MIN_KEYS',
      'EXPECT_PRODUCER',
      'EXPECT_VERSION',
      'EXPECT_CHECKSUM',
    ]);
    expect((await unmet(log(NOW_MS / 1000 - 30), { maxAgeMs: 60_000 })).findings).toEqual([]);
  });

  it.each<[string, VerifyOptions]>([
    ['keys at the level header', { level: 'header', expect: { minKeys: 1 } }],
    ['keys at the level checksum', { level: 'checksum', expect: { maxKeys: 0 } }],
    ['a checksum at the level header', { level: 'header', expect: { checksum: true } }],
    ['a range that is none', { expect: { version: 'latest' } }],
    ['more keys than fewer', { expect: { minKeys: 2, maxKeys: 1 } }],
  ])('%s: is refused before anything is read', async (_, options) => {
    await expect(verify(['/nonexistent'], options)).rejects.toThrow(OptionsError);
  });
});
