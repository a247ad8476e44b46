// One file: where it is cut, and what is refused.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RepairError } from '../../src/repair/plan.js';
import { planRepair } from '../../src/repair/plan-repair.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { at, bytes, cmd, EXEC, MULTI, rdbHead, repair, SELECT, set, Workshop } from './logs.js';

const shop = new Workshop();
const HEAD = SELECT + set('a') + set('b');

/** A safe cut: what stays, and the finding that it is made for. */
const SAFE: [name: string, tail: string, kept: string, code: string][] = [
  ['a command without its end', set('c').slice(0, -3), HEAD, 'AOF_TRUNCATED_TAIL'],
  ['a lone star', '*', HEAD, 'AOF_TRUNCATED_TAIL'],
  ['a command without an argument', '*3\r\n$3', HEAD, 'AOF_TRUNCATED_TAIL'],
  ['an open transaction', MULTI + set('c'), HEAD, 'AOF_OPEN_MULTI'],
  ['an open transaction that is torn', MULTI + set('c') + set('d').slice(0, 9), HEAD, 'AOF_TRUNCATED_TAIL'],
  [
    'a transaction, and an open one',
    `${MULTI}${set('c')}${EXEC}${MULTI}`,
    `${HEAD}${MULTI}${set('c')}${EXEC}`,
    'AOF_OPEN_MULTI',
  ],
  ['zeros', '\0'.repeat(5000), HEAD, 'AOF_ZERO_TAIL'],
  ['one zero', '\0', HEAD, 'AOF_ZERO_TAIL'],
  ['half a command, then zeros', `${set('c').slice(0, 15)}${'\0'.repeat(300)}`, HEAD, 'AOF_ZERO_TAIL'],
  [
    'an argument that zeros fill, then more',
    `*3\r\n$3\r\nSET\r\n$1\r\nc\r\n$8\r\nab${'\0'.repeat(300)}`,
    HEAD,
    'AOF_ZERO_TAIL',
  ],
  ['zeros behind an open transaction', `${MULTI}${set('c')}${'\0'.repeat(99)}`, HEAD, 'AOF_ZERO_TAIL'],
  ['an annotation without its end', '#TS:17', HEAD, 'AOF_ANNOTATION_CUT'],
];

describe('a tail that is missing is cut', () => {
  it.each(SAFE)('%s', async (_, tail, kept, code) => {
    const { plan, copy, refusals } = await repair(shop, shop.file(HEAD + tail));
    expect(refusals).toEqual([]);
    expect(copy).toEqual({ '': kept });
    expect(plan.cut).toMatchObject({
      reason: 'tail',
      code,
      offset: kept.length,
      bytes: HEAD.length + tail.length - kept.length,
    });
    expect(plan.findings.map((finding) => finding.code)).toContain(code);
  });

  it('wherever it is torn: every whole command stays, and the copy is whole', async () => {
    const units = [
      SELECT,
      set('a'),
      at(1_700_000_000),
      MULTI + set('b') + cmd('DEL', 'a') + EXEC,
      set('c', 'x'.repeat(20)),
    ];
    const log = units.join('');
    for (let length = 30; length < log.length; length++) {
      const { plan, copy } = await repair(shop, shop.file(log.slice(0, length)));
      let kept = '';
      for (const unit of units) if (log.slice(0, length).startsWith(kept + unit)) kept += unit;
      expect(copy, `${length} bytes`).toEqual({ '': kept });
      expect(plan.kept.commands).toBe(kept.split('*').length - 1);
      expect((await planRepair(shop.file(kept))).cut).toBeUndefined();
    }
  });

  it('says how many commands are lost, of those that are whole', async () => {
    const { plan } = await repair(
      shop,
      shop.file(at(1_700_000_000) + HEAD + MULTI + set('c') + at(1_700_000_009) + set('d')),
    );
    expect(plan.cut).toMatchObject({ commands: 3, unreadBytes: 0, fromMs: 1_700_000_000_000, toMs: 1_700_000_009_000 });
    expect(plan.kept).toMatchObject({ commands: 3, lastTimestampMs: 1_700_000_000_000 });
  });
});

describe('a file that is whole is copied', () => {
  it.each([
    ['a log', HEAD],
    ['with transactions', HEAD + MULTI + set('c') + EXEC],
    ['with annotations', at(1_700_000_000) + HEAD],
    ['with commands of a module', HEAD + cmd('JSON.SET', 'j', '.', '1') + cmd('bf.add', 'b', 'x')],
    ['with what check tools mind, and servers load', HEAD + set('c').replace('$1\r\nc\r\n', '$1\nc\r\n')],
  ])('%s', async (_, log) => {
    const { plan, copy } = await repair(shop, shop.file(log));
    expect(copy).toEqual({ '': log });
    expect(plan.cut).toBeUndefined();
  });
});

/** Damage: what stays when it is cut there all the same. */
const DAMAGE: [name: string, log: string, kept: string, code: string][] = [
  ['text between commands', `${HEAD}hello\r\n${set('c')}`, HEAD, 'AOF_TEXT'],
  ['an empty line', `${HEAD}\r\n${set('c')}`, HEAD, 'AOF_BLANK_LINE'],
  ['zeros between commands', `${HEAD}\0\0\0${set('c')}`, HEAD, 'AOF_GARBAGE'],
  ['no number of arguments', `${HEAD}*0\r\n${set('c')}`, HEAD, 'AOF_BAD_COUNT'],
  ['an argument without a length', `${HEAD}${set('c').replace('$3', '$x')}${set('d')}`, HEAD, 'AOF_BAD_LENGTH'],
  [
    'a length that swallows what follows',
    `${HEAD}${set('c').replace('$3', '$300000')}${set('d')}`,
    HEAD,
    'AOF_LENGTH_PAST_END',
  ],
  [
    'a length that reaches into the next command',
    `${HEAD}${set('c', 'value').replace('$5', '$7')}${set('d')}`,
    HEAD,
    'AOF_BLANK_LINE',
  ],
  [
    'the same at the end of a transaction',
    `${HEAD}${MULTI}${set('c', 'value').replace('$5', '$7')}${EXEC}`,
    HEAD,
    'AOF_BLANK_LINE',
  ],
  ['a command that nobody knows', `${HEAD}${cmd('SAT', 'c', 'v')}${set('d')}`, HEAD, 'AOF_UNKNOWN_COMMAND'],
  ['such a command inside a transaction', `${HEAD}${MULTI}${cmd('SAT', 'c', 'v')}${EXEC}`, HEAD, 'AOF_UNKNOWN_COMMAND'],
  ['too few arguments', `${HEAD}${cmd('SET', 'c')}${set('d')}`, HEAD, 'AOF_WRONG_ARITY'],
  [
    'a transaction that DISCARD does not end',
    `${HEAD}${MULTI}${set('c')}${cmd('DISCARD')}${set('d')}`,
    HEAD,
    'AOF_DISCARD_IN_MULTI',
  ],
];

describe('damage in the middle', () => {
  it.each(DAMAGE)('%s: refused, unless it may be cut there', async (_, log, kept, code) => {
    const input = shop.file(log);
    const { refusals, plan } = await repair(shop, input);
    expect(refusals).toEqual([`${code} (truncate-at-damage)`]);
    expect(plan.cut).toMatchObject({ reason: 'damage', code, offset: kept.length, bytes: log.length - kept.length });
    const forced = await repair(shop, input, { truncateAtDamage: true });
    expect(forced.copy).toEqual({ '': kept });
  });

  it('says what can still be read behind it, and is lost by a cut', async () => {
    const log = `${at(1_700_000_000)}${HEAD}hello\r\n${set('c')}${at(1_700_000_009)}${set('d')}more\r\n${set('e')}`;
    const { plan } = await repair(shop, shop.file(log));
    const unreadBytes = 7 + 6 + set('e').length;
    expect(plan.cut).toMatchObject({ commands: 2, unreadBytes, fromMs: 1_700_000_000_000, toMs: 1_700_000_009_000 });
  });

  it('that a cut leaves nothing in front of is refused all the same', async () => {
    const { refusals } = await repair(shop, shop.file(`*0\r\n$${HEAD}`.replace('*0', '*1')), {
      truncateAtDamage: true,
    });
    expect(refusals).toEqual(['REPAIR_NOTHING_LEFT']);
  });
});

describe('an RDB in front', () => {
  const rdb = rdbHead('aof-preamble');

  it('is kept, and the tail behind it cut', async () => {
    const { plan, copy } = await repair(shop, shop.file(bytes(rdb, HEAD, '*3\r\n$3')));
    expect(copy).toEqual({ '': bytes(rdb, HEAD).toString('latin1') });
    expect(plan.parts[0]).toMatchObject({ rdbBytes: rdb.length, commands: 3, keptCommands: 3 });
  });

  it('may be all that is left', async () => {
    const { copy } = await repair(shop, shop.file(bytes(rdb, set('a').slice(0, 8))));
    expect(copy).toEqual({ '': rdb.toString('latin1') });
  });

  it('may stand alone, when it says what it is for', async () => {
    expect((await repair(shop, shop.file(rdb))).copy).toEqual({ '': rdb.toString('latin1') });
  });

  it('without a checksum is kept with a word about it', async () => {
    const { plan, copy } = await repair(shop, shop.file(bytes(rdbHead('aof-preamble', 'zero'), HEAD)));
    expect(copy).toBeDefined();
    expect(plan.findings.map(({ code }) => code)).toEqual(['RDB_CHECKSUM_DISABLED']);
  });

  it.each([
    ['whose checksum is wrong', bytes(rdbHead('aof-preamble', 'wrong'), HEAD), 'RDB_CHECKSUM_MISMATCH'],
    ['that is cut', rdb.subarray(0, -12), 'RDB_TRUNCATED'],
  ])('%s is refused, whatever is asked for', async (_, content, code) => {
    const { refusals } = await repair(shop, shop.file(content), { truncateAtDamage: true });
    expect(refusals).toEqual([code]);
  });

  it('of a version that is not there yet: cannot tell', async () => {
    const newer = new RdbBuilder(42)
      .aux('aof-preamble', '1')
      .selectDb(0)
      .bytes(Buffer.of(201, 1, 2, 3))
      .unfinished();
    const { plan } = await repair(shop, shop.file(newer));
    expect(plan.refusals).toMatchObject([{ unknown: true }]);
  });

  it('is not taken for a dump, nor a dump for it', async () => {
    const dump = new RdbBuilder(10).aux('aof-base', '0').selectDb(0).resizeDb(1, 0).key('k', stringValue('v')).finish();
    await expect(planRepair(shop.file(dump))).rejects.toThrow(RepairError);
    await expect(planRepair(shop.file(bytes(dump, '\0\0')))).rejects.toThrow(/is an RDB/);
  });
});

describe('a gzip', () => {
  it('is read through, and the copy is plain', async () => {
    const { plan, copy } = await repair(shop, shop.file(gzipSync(bytes(rdbHead('aof-preamble'), HEAD, '*'))));
    expect(copy).toEqual({ '': bytes(rdbHead('aof-preamble'), HEAD).toString('latin1') });
    expect(plan).toMatchObject({ gzip: true, cut: { bytes: 1 } });
  });

  it('that is cut is damage: nobody knows how much is missing', async () => {
    const noise = [...Array(3000).keys()].map((i) => set(`key:${(i * 7919) % 65536}`, String(Math.sin(i)))).join('');
    const input = shop.file(gzipSync(bytes(HEAD, noise)).subarray(0, -2000));
    expect((await repair(shop, input)).refusals).toEqual(['GZIP_TRUNCATED (truncate-at-damage)']);
    const { copy } = await repair(shop, input, { truncateAtDamage: true });
    expect((HEAD + noise).startsWith(copy?.[''] ?? '-')).toBe(true);
    expect(copy?.['']).toMatch(/\r\n$/);
  });
});

describe('what is no log', () => {
  it.each([
    ['no bytes', '', 'INPUT_EMPTY', false],
    ['text', 'hello', 'INPUT_NOT_A_BACKUP', false],
    ['zstd', '\x28\xb5\x2f\xfd....', 'ZSTD_NOT_READ', true],
    ["Valkey's envelope", 'VCS\x01....', 'VCS_NOT_READ', true],
  ])('%s', async (_, content, code, unknown) => {
    const { plan } = await repair(shop, shop.file(content));
    expect(plan.refusals).toMatchObject([{ code, unknown, remedy: null }]);
  });

  it('no file, standard input, a device', async () => {
    await expect(planRepair(shop.fresh())).rejects.toThrow(/no such file/);
    await expect(planRepair('-')).rejects.toThrow(RepairError);
    await expect(planRepair('/dev/null')).rejects.toThrow(RepairError);
  });
});
