// Sets: which parts are copied, what the manifest of the copy says, and what is refused.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planRepair } from '../../src/repair/plan-repair.js';
import { someKeys } from '../cli/files.js';
import { bytes, cmd, MULTI, manifestOf, rdbHead, repair, SELECT, set, Workshop } from './logs.js';

const shop = new Workshop();
const RDB = rdbHead();
const BASE = RDB.toString('latin1');
const INCR1 = SELECT + set('a') + set('b');
const INCR2 = SELECT + set('c') + set('d');
const FILES = { 'a.1.base.rdb': RDB, 'a.1.incr.aof': INCR1, 'a.2.incr.aof': INCR2 };
const MANIFEST = manifestOf(Object.keys(FILES));
const WHOLE = { 'a.1.base.rdb': BASE, 'a.1.incr.aof': INCR1, 'a.2.incr.aof': INCR2, 'a.manifest': MANIFEST };

describe('a set', () => {
  it('that is whole is copied', async () => {
    const { copy, plan } = await repair(shop, shop.set(FILES));
    expect(copy).toEqual(WHOLE);
    expect(plan).toMatchObject({ kind: 'aof-set', cut: undefined, kept: { commands: 6 } });
  });

  it('whose last part is torn is cut there', async () => {
    const { copy, plan } = await repair(shop, shop.set({ ...FILES, 'a.2.incr.aof': `${INCR2}${MULTI}${set('e')}*3` }));
    expect(copy).toEqual(WHOLE);
    expect(plan.cut).toMatchObject({
      reason: 'tail',
      offset: INCR2.length,
      commands: 2,
      unreadBytes: 2,
      droppedParts: 0,
    });
  });

  it('whose last part is torn, and only empty ones follow: nothing is lost by a cut', async () => {
    const files = { ...FILES, 'a.2.incr.aof': `${INCR2}*3`, 'a.3.incr.aof': '' };
    const { copy } = await repair(shop, shop.set(files));
    expect(copy).toEqual({ ...WHOLE, 'a.3.incr.aof': '', 'a.manifest': manifestOf(Object.keys(files)) });
  });

  it('may be given by its manifest, by the data directory, and by a link', async () => {
    const directory = shop.set({ ...FILES, 'a.2.incr.aof': `${INCR2}*3` });
    const link = shop.fresh('link');
    symlinkSync(directory, link);
    for (const input of [join(directory, 'a.manifest'), dirname(directory), link]) {
      expect((await repair(shop, input)).copy).toEqual(WHOLE);
    }
  });

  it('with a base of commands, and one without a base', async () => {
    const base = await repair(shop, shop.set({ 'a.1.base.aof': INCR1, 'a.1.incr.aof': `${INCR2}*` }));
    expect(base.copy).toMatchObject({ 'a.1.base.aof': INCR1, 'a.1.incr.aof': INCR2 });
    const none = await repair(shop, shop.set({ 'a.1.incr.aof': INCR1 }));
    expect(none.copy).toMatchObject({ 'a.1.incr.aof': INCR1 });
  });

  it('whose only part is a torn base is cut there', async () => {
    const { copy } = await repair(shop, shop.set({ 'a.1.base.aof': `${INCR1}*3\r\n` }));
    expect(copy).toMatchObject({ 'a.1.base.aof': INCR1 });
  });

  it('leaves history, strays and leftovers behind', async () => {
    const manifest = `file a.1.base.rdb seq 1 type h\n${MANIFEST.replaceAll('a.1.base.rdb seq 1', 'b.2.base.rdb seq 2')}`;
    const files = { ...FILES, 'b.2.base.rdb': RDB, 'a.9.incr.aof': INCR1, 'temp-a.manifest': 'x' };
    const { copy, plan } = await repair(shop, shop.set(files, manifest));
    const { 'a.1.base.rdb': _history, ...rest } = WHOLE;
    const expected = MANIFEST.replaceAll('a.1.base.rdb seq 1', 'b.2.base.rdb seq 2');
    expect(copy).toEqual({ ...rest, 'b.2.base.rdb': BASE, 'a.manifest': expected });
    expect(plan.findings.map(({ code }) => code)).toEqual(['AOF_HISTORY_LISTED', 'AOF_PART_UNLISTED', 'AOF_LEFTOVER']);
  });

  it('keeps unknown fields and blanks, and drops the end offset of a part that is cut', async () => {
    const manifest =
      'file "a b.1.base.rdb" seq 1 type b\r\nfile a.1.incr.aof seq 1 type i startoffset 5 endoffset 9 x y\n' +
      'file a.2.incr.aof seq 2 type i startoffset 10 endoffset 99\n';
    const { 'a.1.base.rdb': base, ...rest } = FILES;
    const { copy } = await repair(
      shop,
      shop.set({ ...rest, 'a b.1.base.rdb': base, 'a.2.incr.aof': `${INCR2}*` }, manifest),
    );
    expect(copy?.['a.manifest']).toBe(
      'file "a b.1.base.rdb" seq 1 type b\nfile a.1.incr.aof seq 1 type i startoffset 5 endoffset 9 x y\n' +
        'file a.2.incr.aof seq 2 type i startoffset 10\n',
    );
    expect(copy?.['a b.1.base.rdb']).toBe(BASE);
  });
});

describe('what loses whole commands is refused, unless it is asked for', () => {
  const later = 'a.2.incr.aof';
  const cases: [string, Record<string, string | Buffer>, string, Record<string, string>][] = [
    [
      'a torn part in the middle',
      { ...FILES, 'a.1.incr.aof': `${INCR1}*3` },
      'AOF_TRUNCATED_TAIL',
      { 'a.1.incr.aof': INCR1 },
    ],
    [
      'an open MULTI in the middle',
      { ...FILES, 'a.1.incr.aof': INCR1 + MULTI },
      'AOF_OPEN_MULTI',
      { 'a.1.incr.aof': INCR1 },
    ],
    ['zeros in the middle', { ...FILES, 'a.1.incr.aof': `${INCR1}\0` }, 'AOF_ZERO_TAIL', { 'a.1.incr.aof': INCR1 }],
    [
      'damage in the middle',
      { ...FILES, 'a.1.incr.aof': `${INCR1}x\n${INCR1}` },
      'AOF_TEXT',
      { 'a.1.incr.aof': INCR1 },
    ],
    ['an RDB for commands', { ...FILES, 'a.1.incr.aof': RDB }, 'AOF_RDB_INSIDE', {}],
    ['a gzip for commands', { ...FILES, 'a.1.incr.aof': gzipSync(INCR1) }, 'AOF_GARBAGE', {}],
    ['bytes behind the base', { ...FILES, 'a.1.base.rdb': bytes(RDB, 'junk') }, 'AOF_TEXT', { 'a.1.base.rdb': BASE }],
  ];
  it.each(cases)('%s', async (_, files, code, kept) => {
    const input = shop.set(files, MANIFEST);
    const { refusals, plan } = await repair(shop, input);
    expect(refusals).toEqual([`${code} (truncate-at-damage)`]);
    expect(plan.cut?.commands).toBeGreaterThanOrEqual(3);
    const { copy } = await repair(shop, input, { truncateAtDamage: true });
    expect(copy).toEqual({
      'a.1.base.rdb': BASE,
      ...kept,
      'a.manifest': manifestOf(
        ['a.1.base.rdb', ...Object.keys(kept)].filter((name, i, all) => all.indexOf(name) === i),
      ),
    });
    expect(copy).not.toHaveProperty([later]);
  });

  it('a part that is missing', async () => {
    const { 'a.1.incr.aof': _gone, ...rest } = FILES;
    const input = shop.set(rest, MANIFEST);
    expect((await repair(shop, input)).refusals).toEqual(['AOF_PART_MISSING (truncate-at-damage)']);
    const { copy, plan } = await repair(shop, input, { truncateAtDamage: true });
    expect(copy).toEqual({ 'a.1.base.rdb': BASE, 'a.manifest': manifestOf(['a.1.base.rdb']) });
    expect(plan.cut).toMatchObject({ code: 'AOF_PART_MISSING', commands: 3, droppedParts: 2 });
  });
});

describe('what no cut can mend is refused, whatever is asked for', () => {
  const { 'a.1.base.rdb': _base, ...withoutBase } = FILES;
  const cases: [string, Record<string, string | Buffer>, string, string][] = [
    ['the base is missing', withoutBase, MANIFEST, 'AOF_PART_MISSING'],
    [
      'the base has a wrong checksum',
      { ...FILES, 'a.1.base.rdb': rdbHead('aof-base', 'wrong') },
      MANIFEST,
      'RDB_CHECKSUM_MISMATCH',
    ],
    ['the base is cut', { ...FILES, 'a.1.base.rdb': RDB.subarray(0, -9) }, MANIFEST, 'RDB_TRUNCATED'],
    ['the manifest cannot be read', FILES, `${MANIFEST}\n`, 'AOF_MANIFEST_EMPTY_LINE'],
    ['the manifest is empty', FILES, '', 'AOF_MANIFEST_EMPTY'],
    ['the manifest is a comment', FILES, '# nothing\n', 'AOF_MANIFEST_LISTS_NOTHING'],
    [
      'the manifest lists a file twice',
      FILES,
      `${MANIFEST}file a.2.incr.aof seq 3 type i\n`,
      'AOF_MANIFEST_FILE_TWICE',
    ],
    [
      'no part has any bytes',
      { 'a.1.base.rdb': '', 'a.1.incr.aof': '' },
      manifestOf(['a.1.base.rdb', 'a.1.incr.aof']),
      'REPAIR_NOTHING_LEFT',
    ],
  ];
  it.each(cases)('%s', async (_, files, manifest, code) => {
    const input = shop.set(files, manifest);
    for (const path of [input, join(input, 'a.manifest')]) {
      const { refusals, plan } = await repair(shop, path, { truncateAtDamage: true });
      expect(refusals).toEqual([code]);
      expect(plan.refusals.every(({ severity }) => severity === 'error')).toBe(true);
    }
  });

  it('there is no manifest', async () => {
    const directory = shop.fresh('appendonlydir');
    mkdirSync(directory);
    writeFileSync(join(directory, 'appendonly.aof.1.incr.aof'), INCR1);
    expect((await repair(shop, directory)).refusals).toEqual(['AOF_MANIFEST_MISSING']);
  });
});

describe('a data directory', () => {
  it('of the old form is one file', async () => {
    const path = shop.file(`${INCR1}*`);
    expect((await repair(shop, dirname(path))).copy).toEqual({ '': INCR1 });
  });

  it('with a dump as well: which one is meant is asked', async () => {
    const directory = shop.set(FILES);
    writeFileSync(join(dirname(directory), 'dump.rdb'), someKeys().finish());
    await expect(planRepair(dirname(directory))).rejects.toThrow(/say which/);
    expect((await repair(shop, directory)).copy).toEqual(WHOLE);
    const legacy = shop.file(INCR1);
    writeFileSync(join(dirname(legacy), 'dump.rdb'), someKeys().finish());
    await expect(planRepair(dirname(legacy))).rejects.toThrow(/say which/);
  });

  it('with nothing in it', async () => {
    await expect(planRepair(dirname(shop.fresh()))).rejects.toThrow(/no append-only file/);
  });

  it('of an upgrade: the single file is the base of the set, and stands beside the directory', async () => {
    const directory = shop.fresh('appendonlydir');
    mkdirSync(directory);
    const manifest = 'file appendonly.aof seq 1 type b\n';
    writeFileSync(join(directory, 'appendonly.aof.manifest'), manifest);
    writeFileSync(join(dirname(directory), 'appendonly.aof'), `${INCR1}${cmd('SET', 'x')}`.slice(0, -3));
    const { copy } = await repair(shop, dirname(directory));
    expect(copy).toEqual({ 'appendonly.aof': INCR1, 'appendonly.aof.manifest': manifest });
  });
});
