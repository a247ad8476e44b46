import { describe, expect, it } from 'vitest';
import { hashSlot } from '../../src/keyspace/slot.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { Directory, NEWER, SOUND, TRUNCATED } from './files.js';
import { documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const NOW = Math.floor(Date.now() / 1000);

/** The dump of a node of Redis 8.0.2 with those of 2000 keys that belong into its slots. */
function node(first: number, last: number, madeAt = NOW - 60): Buffer {
  const builder = new RdbBuilder(12).aux('redis-ver', '8.0.2').aux('ctime', String(madeAt)).selectDb(0);
  const names = Array.from({ length: 2000 }, (_, i) => `key:${i}`)
    .map((name) => ({ name, slot: hashSlot(Buffer.from(name)) }))
    .filter(({ slot }) => slot >= first && slot <= last)
    .sort((a, b) => a.slot - b.slot);
  builder.resizeDb(names.length, 0);
  let at = -1;
  for (const { name, slot } of names) {
    if (slot !== at) builder.slotInfo(slot, names.filter((other) => other.slot === slot).length, 0);
    at = slot;
    builder.key(name, stringValue('v'));
  }
  return builder.finish();
}

const a = directory.write('a.rdb', node(0, 5460));
const b = directory.write('b.rdb', node(5461, 10_922));
const c = directory.write('c.rdb', node(10_923, 16_383));
const old = directory.write('old.rdb', node(10_923, 16_383, NOW - 7200));
const newer = directory.write('newer.rdb', NEWER);

describe('verify --shards', () => {
  it('of a whole cluster: 0, and what they are together', () => {
    const { code, stdout, stderr } = rdbkit(['verify', '--shards', '--jobs', '2', a, b, c]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /\n\nas one backup: OK\n {2}shards +3\n {2}made +in the same second\n {2}slots +\d+ of 16384 hold keys\n/,
    );
    expect(stdout).toMatch(/3 files: all sound\n$/);
  });

  it('without a shard: 1, behind the files', () => {
    const { code, stdout, stderr } = rdbkit(['verify', '--shards', a, c]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.indexOf('as one backup: DO NOT FIT TOGETHER')).toBeGreaterThan(stdout.indexOf('c.rdb: OK'));
    expect(stdout).toContain('error SHARDS_SLOTS_MISSING');
    expect(stdout).toMatch(/Meaning: Slots without keys/);
    expect(stdout).toMatch(/Try: Compare the ranges/);
    expect(stdout).toMatch(/2 files: all sound, but not as one backup\n$/);
  });

  it('--json has the findings on top', () => {
    const ran = rdbkit(['verify', '--json', '--shards', a, c]);
    expect(ran.code).toBe(1);
    expect(documentOf(ran)).toMatchObject({
      ok: false,
      complete: true,
      files: [{ ok: true }, { ok: true }],
      findings: [{ code: 'SHARDS_SLOTS_MISSING', severity: 'error', offset: null, db: null, key: null, type: null }],
      shards: { files: 2, skewMs: 0, slots: expect.any(Array) },
    });
    expect(documentOf(rdbkit(['verify', '--json', a, c]))).not.toHaveProperty('shards');
  });

  it('--max-skew', () => {
    const ran = rdbkit(['verify', '--shards', a, b, old]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('SHARDS_CTIME_SKEW');
    expect(ran.stdout).toMatch(/119 min apart; at most 10 min is allowed/);
    expect(rdbkit(['verify', '--shards', '--max-skew', '3h', a, b, old]).code).toBe(0);
  });

  it('--quiet prints only what is wrong', () => {
    expect(rdbkit(['verify', '--quiet', '--shards', a, b, c])).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stdout } = rdbkit(['verify', '--quiet', '--shards', a, b, old]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^as one backup: DO NOT FIT TOGETHER\n {2}error SHARDS_CTIME_SKEW\n/);
    expect(stdout).not.toContain('SHARDS_SLOTS_MISSING');
    // A warning does not fail, and is worth a word.
    const other = directory.write('other.rdb', SOUND);
    const warned = rdbkit(['verify', '--quiet', '--shards', '--max-skew', '1d', a, other]);
    expect(warned.code).toBe(0);
    expect(warned.stdout).toContain('SHARDS_PRODUCER_DIFFERS');
    expect(rdbkit(['verify', '--fail-on', 'warning', '--shards', '--max-skew', '1d', a, other]).code).toBe(1);
  });

  it('2 beats 1 beats 3', () => {
    expect(rdbkit(['verify', '--shards', a, b, directory.join('missing.rdb')]).code).toBe(2);
    expect(rdbkit(['verify', '--shards', a, b, newer]).code).toBe(1);
    expect(rdbkit(['verify', '--shards', '--max-skew', '1d', newer, newer]).code).toBe(1);
    expect(rdbkit(['verify', '--shards', '--max-skew', '1d', directory.write('sound.rdb', SOUND), newer]).code).toBe(3);
    expect(rdbkit(['verify', '--shards', a, directory.write('cut.rdb', TRUNCATED)]).code).toBe(1);
  });

  it('a single file is a mistake of the caller: 2, and the file is reported all the same', () => {
    const { code, stdout } = rdbkit(['verify', '--shards', a]);
    expect(code).toBe(2);
    expect(stdout).toContain('a.rdb: OK');
    expect(stdout).toContain('SHARDS_TOO_FEW');
    expect(rdbkit(['verify', '--shards', a, directory.write('text.rdb', 'Dear reader')]).code).toBe(1);
  });

  it('names of files cannot act on a terminal', () => {
    const evil = directory.write('e\x1b[31m.rdb', node(0, 5460));
    const { stdout } = rdbkit(['verify', '--shards', evil, a]);
    expect(stdout).toContain('SHARDS_FILE_TWICE');
    expect(stdout).not.toContain('\x1b');
  });
});
