// How the report tells damage from what is newer than we know, and what it says of a file that could not be read whole.
import { describe, expect, it } from 'vitest';
import { hex, listValue, RdbBuilder, setValue, stringValue } from '../helpers/rdb-builder.js';
import { database, fileOf, head, rawValue } from './hand-made.js';
import { foundIn, verifyBytes } from './verify-bytes.js';

const ONE = stringValue('v');
const UNKNOWN_TYPE = 63;
const SOUND = database(2, 1)
  .expireMs(2e12)
  .key('a', ONE)
  .key('b', setValue(['m']))
  .finish();

describe('newer than we know, or damaged', () => {
  it('an unknown type in a file whose checksum is good: cannot tell', async () => {
    const report = await verifyBytes(withUnknownType('right'));
    expect(report).toMatchObject({ outcome: 'unknown', ok: false, complete: false, checksum: { status: 'ok' } });
    expect(foundIn(report)).toEqual(['error RDB_UNKNOWN_TYPE']);
  });

  it('an unknown type in a file whose checksum is wrong: damage', async () => {
    const report = await verifyBytes(withUnknownType('wrong'));
    expect(report).toMatchObject({ outcome: 'damaged', ok: false, complete: false, checksum: { status: 'mismatch' } });
    expect(foundIn(report)).toEqual(['error RDB_CHECKSUM_MISMATCH', 'error RDB_UNKNOWN_TYPE']);
  });

  it('an unknown type in a file without a checksum: damage, since nothing says otherwise', async () => {
    const report = await verifyBytes(withUnknownType('zero'));
    expect(report).toMatchObject({ outcome: 'damaged', ok: false, complete: false, checksum: { status: 'disabled' } });
  });

  it('an unknown opcode in a file whose checksum is good: cannot tell', async () => {
    const report = await verifyBytes(database(1).key('k', ONE).bytes(hex('f0 01')).finish());
    expect(report).toMatchObject({ outcome: 'unknown', ok: false, complete: false });
    expect(foundIn(report)).toEqual(['error RDB_UNKNOWN_OPCODE']);
  });

  it.each([
    ['REDIS0016', 16, 'REDIS'],
    ['VALKEY082', 82, 'VALKEY'],
  ] as const)('%s with a good checksum: cannot tell', async (_, version, magic) => {
    const report = await verifyBytes(new RdbBuilder(version, magic).selectDb(0).resizeDb(1, 0).key('k', ONE).finish());
    expect(report).toMatchObject({ outcome: 'unknown', ok: false, rdbVersion: version });
    expect(foundIn(report)).toContain('error RDB_VERSION_NEWER');
  });

  it('a newer version with a wrong checksum: damage', async () => {
    const report = await verifyBytes(new RdbBuilder(16).selectDb(0).resizeDb(1, 0).key('k', ONE).finish('wrong'));
    expect(report).toMatchObject({ outcome: 'damaged', ok: false });
    expect(foundIn(report)).toEqual(expect.arrayContaining(['error RDB_CHECKSUM_MISMATCH', 'error RDB_VERSION_NEWER']));
  });

  it('a newer version with an unknown type, checksum good: cannot tell', async () => {
    const file = new RdbBuilder(16)
      .selectDb(0)
      .key('k', rawValue(UNKNOWN_TYPE, hex('01 02')))
      .finish();
    expect(await verifyBytes(file)).toMatchObject({ outcome: 'unknown', ok: false, complete: false });
  });

  it('damage in what we do know, with a good checksum: damage', async () => {
    const report = await verifyBytes(fileOf(rawValue(0, hex('82 00 00 00 01 61'))));
    expect(report).toMatchObject({ outcome: 'damaged', ok: false, complete: false, checksum: { status: 'ok' } });
  });

  it('an unknown type behind other damage, checksum good: damage', async () => {
    const file = database(2)
      .key('a', setValue(['m', 'm']))
      .key('b', rawValue(UNKNOWN_TYPE, hex('01 61')))
      .finish();
    expect(await verifyBytes(file)).toMatchObject({ outcome: 'damaged', ok: false, complete: false });
  });
});

describe('a file that cannot be read whole', () => {
  it('tells what was counted until there, and where', async () => {
    const builder = database(3).key('a', ONE).key('b', ONE);
    const at = builder.offset;
    const report = await verifyBytes(builder.key('c', rawValue(UNKNOWN_TYPE, hex('01 61'))).finish());
    expect(report).toMatchObject({ complete: false, keys: 2, databases: [{ db: 0, keys: 2, expires: 0 }] });
    expect(report.findings).toMatchObject([{ code: 'RDB_UNKNOWN_TYPE', offset: at }]);
  });

  it('names the key whose value is damaged', async () => {
    const builder = head().selectDb(4).resizeDb(1, 0);
    // Type, the name with its length, the count and the first element stand before the damage.
    const at = builder.offset + 1 + 4 + 1 + 2;
    const report = await verifyBytes(builder.key('bad', rawValue(1, hex('02 01 61 82 00'))).finish());
    expect(report.findings).toMatchObject([
      { code: 'RDB_BAD_LENGTH', offset: at, db: 4, key: bytes('bad'), type: 'list' },
    ]);
  });

  it('is never ok, wherever it is cut', async () => {
    for (let length = 1; length < SOUND.length; length++) {
      const report = await verifyBytes(SOUND.subarray(0, length));
      expect(report, `cut to ${length} bytes`).toMatchObject({ ok: false, complete: false, outcome: 'damaged' });
      expect(report.findings.length, `cut to ${length} bytes`).toBeGreaterThan(0);
    }
  });

  it('is damaged with any bit flipped', async () => {
    for (let bit = 0; bit < 8 * SOUND.length; bit++) {
      const flipped = Buffer.from(SOUND);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      const report = await verifyBytes(flipped);
      expect(report, `bit ${bit & 7} of byte ${bit >> 3}`).toMatchObject({ ok: false, outcome: 'damaged' });
    }
  });
});

describe('findings', () => {
  it('say where, in which key and of which type', async () => {
    const builder = head().selectDb(2).resizeDb(1, 0);
    const at = builder.offset;
    const report = await verifyBytes(builder.key('twice', setValue(['m', 'm'])).finish());
    // Type, name, count and the first member stand before the second.
    expect(report.findings).toMatchObject([{ code: 'SET_DUPLICATE_MEMBER', db: 2, key: bytes('twice'), type: 'set' }]);
    const { offset } = report.findings[0];
    expect(offset).toBeGreaterThanOrEqual(at + 1 + 6 + 1 + 2);
    expect(offset).toBeLessThan(at + 1 + 6 + 1 + 2 + 2);
  });

  it('are all of a file, not only the first', async () => {
    const file = database(3)
      .key('a', setValue(['m', 'm']))
      .key('b', listValue([]))
      .key('c', setValue(['m', 'm']))
      .finish('wrong');
    const report = await verifyBytes(file);
    expect(foundIn(report)).toEqual([
      'error EMPTY_COLLECTION',
      'error RDB_CHECKSUM_MISMATCH',
      'error SET_DUPLICATE_MEMBER',
    ]);
    expect(report.findingCounts).toEqual({ EMPTY_COLLECTION: 1, RDB_CHECKSUM_MISMATCH: 1, SET_DUPLICATE_MEMBER: 2 });
    expect(report.complete).toBe(true);
  });

  it('are counted beyond the hundred that are kept', async () => {
    const builder = database(150);
    for (let i = 0; i < 150; i++) builder.key(`key:${i}`, listValue([]));
    const report = await verifyBytes(builder.finish());
    expect(report.findingCounts).toEqual({ EMPTY_COLLECTION: 150 });
    expect(report.findings).toHaveLength(100);
  });

  it('a warning fails a file only when that is asked for', async () => {
    const file = fileOf(ONE, { trailer: 'zero' });
    expect(await verifyBytes(file)).toMatchObject({ ok: true });
    expect(await verifyBytes(file, { failOnWarning: true })).toMatchObject({ ok: false });
  });

  it('an information never fails a file', async () => {
    const file = fileOf(ONE, { version: 4 });
    expect(await verifyBytes(file, { failOnWarning: true })).toMatchObject({ ok: true });
  });
});

describe('bytes behind the end say what they are', () => {
  it.each([
    ['zero bytes', Buffer.alloc(5), 'zero bytes'],
    ['another RDB', SOUND, 'another RDB'],
    [
      'the mark of a replication stream (section 9.3)',
      Buffer.from('160276138aa177d9f3de470bd616f637561d311e'),
      'replication',
    ],
    ['commands of a file that is no AOF', Buffer.from('*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n'), 'append-only commands'],
  ])('%s', async (_, tail, words) => {
    const report = await verifyBytes(Buffer.concat([SOUND, tail]));
    expect(report).toMatchObject({ ok: true, complete: true, bytes: SOUND.length + tail.length });
    const [finding] = report.findings;
    expect(finding).toMatchObject({ code: 'RDB_TRAILING_BYTES', severity: 'warning', offset: SOUND.length });
    expect(finding.message).toContain(words);
    expect(finding.message).toContain(String(tail.length));
  });
});

describe('databases', () => {
  it('are counted one by one, with their expiries', async () => {
    const file = head()
      .selectDb(7)
      .resizeDb(1, 1)
      .expireMs(2e12)
      .key('a', ONE)
      .selectDb(2)
      .resizeDb(2, 0)
      .key('a', ONE)
      .key('b', ONE);
    expect(await verifyBytes(file.finish())).toMatchObject({
      keys: 3,
      databases: [
        { db: 2, keys: 2, expires: 0 },
        { db: 7, keys: 1, expires: 1 },
      ],
    });
  });

  it('keys before the first SELECTDB belong to database 0', async () => {
    const file = head().key('a', ONE).selectDb(3).resizeDb(1, 0).key('b', ONE).finish();
    const report = await verifyBytes(file);
    expect(report).toMatchObject({
      ok: true,
      keys: 2,
      databases: [
        { db: 0, keys: 1, expires: 0 },
        { db: 3, keys: 1, expires: 0 },
      ],
    });
    expect(foundIn(report)).toEqual(['info RDB_NO_SELECTDB']);
  });

  it('and are added to what SELECTDB 0 brings', async () => {
    const file = head().key('a', ONE).selectDb(0).key('b', ONE).finish();
    expect(await verifyBytes(file)).toMatchObject({ keys: 2, databases: [{ db: 0, keys: 2, expires: 0 }] });
  });
});

function withUnknownType(trailer: 'right' | 'wrong' | 'zero'): Buffer {
  return database(1)
    .key('k', rawValue(UNKNOWN_TYPE, hex('01 61')))
    .finish(trailer);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
