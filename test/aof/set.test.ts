import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSet } from '../../src/aof/set.js';
import { CORPUS, filesBelow } from '../helpers/corpus.js';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A directory with these files: name to content. */
function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'rdbkit-set-'));
  made.push(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content, 'latin1');
  }
  return path;
}

const BASE = 'file appendonly.aof.1.base.rdb seq 1 type b\n';
const incr = (seq: number) => `file appendonly.aof.${seq}.incr.aof seq ${seq} type i\n`;
const SET = {
  'appendonly.aof.manifest': BASE + incr(1) + incr(2),
  'appendonly.aof.1.base.rdb': 'REDIS0011',
  'appendonly.aof.1.incr.aof': 'x',
  'appendonly.aof.2.incr.aof': 'yy',
};
const inside = (files: Record<string, string>, name = 'appendonlydir') =>
  Object.fromEntries(Object.entries(files).map(([file, content]) => [join(name, file), content]));

/** The set below a path: its parts in order, and its problems. */
async function lookAt(path: string) {
  const set = await readSet(path);
  return {
    parts: set?.parts.map(({ name, entry, state, bytes }) => `${entry.role} ${name} ${state} ${bytes ?? ''}`.trim()),
    problems: set?.problems.map(({ code, severity, path: file }) =>
      `${code} ${severity ?? ''} ${basename(file)}`.replace('  ', ' '),
    ),
    set,
  };
}

const PARTS = [
  'base appendonly.aof.1.base.rdb there 9',
  'incr appendonly.aof.1.incr.aof there 1',
  'incr appendonly.aof.2.incr.aof there 2',
];

describe('a set is found', () => {
  it('by its manifest, its directory, and the directory around it', async () => {
    const path = folder(inside(SET));
    for (const name of ['', 'appendonlydir', 'appendonlydir/appendonly.aof.manifest']) {
      const { parts, problems, set } = await lookAt(join(path, name));
      expect({ parts, problems }).toEqual({ parts: PARTS, problems: [] });
      expect(relative(path, set?.parts[0].path ?? '')).toBe('appendonlydir/appendonly.aof.1.base.rdb');
    }
  });

  it('by another name of its files', async () => {
    const path = folder({
      'my file.aof.manifest': 'file "my file.aof.1.incr.aof" seq 1 type i\n',
      'my file.aof.1.incr.aof': '*',
    });
    expect((await lookAt(path)).parts).toEqual(['incr my file.aof.1.incr.aof there 1']);
  });

  it('as a single file of the old form', async () => {
    const path = folder({ 'appendonly.aof': '*1', 'temp-rewriteaof-77.aof': '' });
    const { set, problems } = await lookAt(path);
    expect(set?.legacy).toEqual({ path: join(path, 'appendonly.aof'), bytes: 2 });
    expect(set?.manifestPath).toBeUndefined();
    expect(problems).toEqual(['AOF_LEFTOVER temp-rewriteaof-77.aof']);
  });

  it('nowhere else', async () => {
    expect(await readSet(folder({ 'dump.rdb': 'REDIS0011' }))).toBeUndefined();
    expect(await readSet(folder({ 'appendonlydir/README': '' }))).toBeUndefined();
    await expect(readSet(join(folder({}), 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('what is told of a set', () => {
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(SET).filter(([name]) => !names.includes(name)));

  it.each([
    ['a missing base', without('appendonly.aof.1.base.rdb'), ['AOF_PART_MISSING appendonly.aof.1.base.rdb']],
    ['a missing incr', without('appendonly.aof.2.incr.aof'), ['AOF_PART_MISSING appendonly.aof.2.incr.aof']],
    ['no manifest', without('appendonly.aof.manifest'), ['AOF_MANIFEST_MISSING ']],
    ['an empty base', { ...SET, 'appendonly.aof.1.base.rdb': '' }, ['AOF_PART_EMPTY appendonly.aof.1.base.rdb']],
    [
      'an empty base of commands',
      {
        'appendonly.aof.manifest': BASE.replace('base.rdb', 'base.aof') + incr(1),
        'appendonly.aof.1.base.aof': '',
        'appendonly.aof.1.incr.aof': '*1',
      },
      ['AOF_PART_EMPTY warning appendonly.aof.1.base.aof'],
    ],
    ['an empty incr', { ...SET, 'appendonly.aof.2.incr.aof': '' }, ['AOF_PART_EMPTY info appendonly.aof.2.incr.aof']],
    [
      'nothing but empty files',
      { 'appendonly.aof.manifest': BASE + incr(1), 'appendonly.aof.1.base.rdb': '', 'appendonly.aof.1.incr.aof': '' },
      ['AOF_ALL_PARTS_EMPTY '],
    ],
    ['an unlisted file', { ...SET, 'appendonly.aof.3.incr.aof': '*' }, ['AOF_PART_UNLISTED appendonly.aof.3.incr.aof']],
    [
      'temporary files',
      { ...SET, 'temp-appendonly.aof.manifest': '', 'temp-appendonly.aof.incr': '' },
      ['AOF_LEFTOVER temp-appendonly.aof.incr', 'AOF_LEFTOVER temp-appendonly.aof.manifest'],
    ],
    [
      'a gap',
      { ...SET, 'appendonly.aof.manifest': BASE + incr(1) + incr(4), 'appendonly.aof.4.incr.aof': '*' },
      ['AOF_SEQ_GAP ', 'AOF_PART_UNLISTED appendonly.aof.2.incr.aof'],
    ],
    [
      'no base, from the start',
      { 'a.manifest': incr(1), 'appendonly.aof.1.incr.aof': '*' },
      ['AOF_MANIFEST_NO_BASE info '],
    ],
    ['no base any more', { 'a.manifest': incr(7), 'appendonly.aof.7.incr.aof': '*' }, ['AOF_MANIFEST_NO_BASE ']],
    [
      'no base, and one lies there',
      { 'a.manifest': incr(1), 'appendonly.aof.1.incr.aof': '*', 'appendonly.aof.1.base.rdb': 'REDIS' },
      ['AOF_MANIFEST_NO_BASE ', 'AOF_PART_UNLISTED appendonly.aof.1.base.rdb'],
    ],
    [
      'a base line that is wrong',
      { ...SET, 'appendonly.aof.manifest': BASE.replace('type b', 'type') + incr(1) + incr(4) },
      ['AOF_MANIFEST_BAD_FIELDS appendonly.aof.manifest', 'AOF_PART_MISSING appendonly.aof.4.incr.aof'],
    ],
    [
      'history',
      { ...SET, 'appendonly.aof.manifest': `${SET['appendonly.aof.manifest']}file gone seq 1 type h\n` },
      ['AOF_HISTORY_LISTED '],
    ],
    [
      'an empty manifest',
      { ...SET, 'appendonly.aof.manifest': '' },
      // That nothing is listed follows from it.
      ['AOF_MANIFEST_EMPTY appendonly.aof.manifest'],
    ],
    ['two manifests', { ...SET, 'z.manifest': '#' }, ['AOF_SEVERAL_MANIFESTS ']],
  ])('%s', async (_, files, expected) => {
    const { problems, set } = await lookAt(folder(files));
    const folderName = basename(set?.directory ?? '');
    const found = problems?.map((problem) => problem.replace(folderName, ''));
    expect(found).toHaveLength(expected.length);
    expected.forEach((problem, i) => {
      if (problem !== undefined) expect(found?.[i]).toBe(problem);
    });
  });

  it('a file of the old form beside it', async () => {
    const { problems } = await lookAt(folder({ ...inside(SET), 'appendonly.aof': '*' }));
    expect(problems).toEqual(['AOF_LEGACY_IGNORED appendonly.aof']);
  });

  it('a file of the old form that is to be taken over', async () => {
    const manifest = 'file appendonly.aof seq 1 type b\n';
    const path = folder({ 'appendonlydir/appendonly.aof.manifest': manifest, 'appendonly.aof': '*1' });
    const { parts, problems, set } = await lookAt(path);
    expect(parts).toEqual(['base appendonly.aof there 2']);
    expect(set?.parts[0].path).toBe(join(path, 'appendonly.aof'));
    expect(problems).toEqual([]);
  });

  it('parts that are no files, and links that lead out', async () => {
    const path = folder(without('appendonly.aof.1.base.rdb', 'appendonly.aof.1.incr.aof', 'appendonly.aof.2.incr.aof'));
    const elsewhere = folder({ 'x.rdb': 'REDIS0011' });
    mkdirSync(join(path, 'appendonly.aof.1.incr.aof'));
    symlinkSync(join(elsewhere, 'x.rdb'), join(path, 'appendonly.aof.1.base.rdb'));
    symlinkSync('appendonly.aof.2.incr.aof', join(path, 'appendonly.aof.2.incr.aof'));
    const { parts, problems } = await lookAt(path);
    expect(parts).toEqual([
      'base appendonly.aof.1.base.rdb there 9',
      'incr appendonly.aof.1.incr.aof no-file',
      'incr appendonly.aof.2.incr.aof unreadable',
    ]);
    expect(problems?.slice(0, 3)).toEqual([
      'AOF_PART_OUTSIDE appendonly.aof.1.base.rdb',
      'AOF_PART_NOT_A_FILE appendonly.aof.1.incr.aof',
      'AOF_PART_UNREADABLE appendonly.aof.2.incr.aof',
    ]);
  });

  it('nothing of a name that leads elsewhere', async () => {
    const path = folder({ 'a.manifest': 'file ../../etc/passwd seq 1 type b\n', 'x.1.incr.aof': '*' });
    const { parts, problems } = await lookAt(join(path, 'a.manifest'));
    expect(parts).toEqual([]);
    expect(problems?.[0]).toBe('AOF_MANIFEST_BAD_NAME a.manifest');
  });

  it('a name that is no UTF-8', async () => {
    const path = folder({ 'a.manifest': 'file "a\\xff" seq 1 type b\n' });
    expect((await lookAt(path)).problems?.[0]).toMatch(/^AOF_PART_UNREADABLE/);
  });

  it('nothing is written', async () => {
    const path = folder(inside(SET));
    const before = readdirSync(path, { recursive: true });
    chmodSync(path, 0o555);
    await readSet(path);
    expect(readdirSync(path, { recursive: true })).toEqual(before);
    expect(readFileSync(join(path, 'appendonlydir/appendonly.aof.manifest'), 'latin1')).toBe(
      SET['appendonly.aof.manifest'],
    );
    chmodSync(path, 0o755);
  });
});

describe('corpus: sound sets', () => {
  const folders = filesBelow(join(CORPUS, 'aof'))
    .filter((name) => name.endsWith('.manifest'))
    .map(dirname);
  if (folders.length === 0) it.skip(`there is no corpus in ${CORPUS}`);
  it.each(folders)('%s', async (name) => {
    const { set, problems } = await lookAt(join(CORPUS, 'aof', name));
    expect(set?.parts.every(({ state }) => state === 'there')).toBe(true);
    const harmless =
      /^(AOF_LEFTOVER|AOF_HISTORY_LISTED|AOF_PART_EMPTY info|AOF_MANIFEST_NO_BASE info|AOF_LEGACY_IGNORED)/;
    expect(problems?.filter((problem) => !harmless.test(problem))).toEqual([]);
  });
});
