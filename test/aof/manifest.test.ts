import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestBytes, readManifest } from '../../src/aof/manifest.js';
import { quoteWord, splitWords } from '../../src/aof/words.js';
import { CORPUS, filesBelow } from '../helpers/corpus.js';

const BASE = 'file a.1.base.rdb seq 1 type b\n';
const INCR = 'file a.1.incr.aof seq 1 type i\n';

const read = (text: string) => readManifest(Buffer.from(text, 'latin1'));
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** What a server would load, in order. */
function loaded(manifest: string): string[] {
  const { base, incrs } = read(manifest);
  return [...(base ? [base] : []), ...incrs].map(({ name, seq }) => `${text(name)} ${seq}`);
}

describe('a manifest that servers read', () => {
  it.each([
    ['as written', BASE + INCR, ['a.1.base.rdb 1', 'a.1.incr.aof 1'], []],
    ['base last', INCR + BASE, ['a.1.base.rdb 1', 'a.1.incr.aof 1'], []],
    ['incr only', INCR, ['a.1.incr.aof 1'], []],
    ['comments', `# x\n${BASE}#\n${INCR}# no end`, ['a.1.base.rdb 1', 'a.1.incr.aof 1'], []],
    ['a comment of 1024 bytes', `#${'x'.repeat(1022)}\n${BASE}`, ['a.1.base.rdb 1'], []],
    ['zero bytes in a comment', `#\0\n${BASE}`, ['a.1.base.rdb 1'], []],
    ['CR LF', BASE.replace('\n', '\r\n'), ['a.1.base.rdb 1'], ['AOF_MANIFEST_UNUSUAL']],
    ['blanks around', ` \t${BASE.replace('\n', ' \n')}`, ['a.1.base.rdb 1'], ['AOF_MANIFEST_UNUSUAL']],
    ['another order', 'type b seq 1 file x\n', ['x 1'], ['AOF_MANIFEST_UNUSUAL']],
    ['upper case keys', 'FILE x SEQ 1 TYPE b\n', ['x 1'], ['AOF_MANIFEST_UNUSUAL']],
    ['a long type', 'file x seq 1 type base\n', ['x 1'], ['AOF_MANIFEST_UNUSUAL']],
    ['text behind the number', 'file x seq 2abc type b\n', ['x 2'], ['AOF_MANIFEST_UNUSUAL']],
    ['a huge number', 'file x seq 99999999999999999999 type i\n', ['x 9223372036854775807'], ['AOF_MANIFEST_UNUSUAL']],
    ['a negative base', 'file x seq -5 type b\n', ['x -5'], []],
    ['an unknown pair', 'file x seq 1 type b new thing\n', ['x 1'], ['AOF_MANIFEST_FIELD_UNKNOWN']],
    ['offsets', 'file x seq 4 type i startoffset 11 endoffset 67\n', ['x 4'], []],
    [
      'quoted names',
      `file "my \\"f\\" \\x41\\n" seq 1 type b\nfile 'it\\'s' seq 1 type i\n`,
      ['my "f" A\n 1', "it's 1"],
      [],
    ],
    ['the last of two names', 'file x seq 1 type b file y\n', ['y 1'], []],
    ['a name that an escape ends', 'file "x\\x00y" seq 1 type b\n', ['x 1'], []],
    ['gaps', `${BASE}file x seq 3 type i\nfile y seq 9 type i\n`, ['a.1.base.rdb 1', 'x 3', 'y 9'], []],
    ['a file twice', 'file x seq 1 type i\nfile x seq 2 type i\n', ['x 1', 'x 2'], ['AOF_MANIFEST_FILE_TWICE']],
    ['history', `${BASE}file x seq 1 type h\nfile x seq 1 type h\n`, ['a.1.base.rdb 1'], []],
    ['only history', 'file x seq 1 type h\n', [], ['AOF_MANIFEST_LISTS_NOTHING']],
    ['only a comment', '# nothing\n', [], ['AOF_MANIFEST_LISTS_NOTHING']],
  ])('%s', (_, manifest, files, codes) => {
    expect(loaded(manifest)).toEqual(files);
    const { problems, readable } = read(manifest);
    expect(readable).toBe(true);
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });

  it('keeps offsets and unknown pairs', () => {
    expect(read('file x seq 4 type i startoffset 11 endoffset 67 new thing\n').incrs[0]).toMatchObject({
      startOffset: 11n,
      endOffset: 67n,
      line: 1,
      offset: 0,
      others: [[new Uint8Array(Buffer.from('new')), new Uint8Array(Buffer.from('thing'))]],
    });
  });
});

describe('a manifest that servers refuse', () => {
  it.each([
    ['zero bytes', '', 'EMPTY', 0],
    ['an empty line', `${BASE}\n${INCR}`, 'EMPTY_LINE', 2],
    ['a line of blanks', `${BASE} \t\r\n${INCR}`, 'EMPTY_LINE', 2],
    ['no line end', BASE + INCR.slice(0, -1), 'NO_FINAL_LF', 2],
    ['a line of 1025 bytes', `file ${'x'.repeat(1025 - 5 - 14)} seq 1 type b\n`, 'LINE_TOO_LONG', 1],
    ['a comment of 1025 bytes', `#${'x'.repeat(1023)}\n${BASE}`, 'LINE_TOO_LONG', 1],
    ['a zero byte', BASE.replace(' ', '\0'), 'ZERO_BYTE', 1],
    ['five words', 'file x seq 1 type\n', 'BAD_FIELDS', 1],
    ['seven words', 'file x seq 1 type b x\n', 'BAD_FIELDS', 1],
    ['two pairs', 'file x seq 1\n', 'BAD_FIELDS', 1],
    ['an open quote', 'file "x seq 1 type b\n', 'BAD_QUOTES', 1],
    ['something behind a quote', 'file "x"y seq 1 type b\n', 'BAD_QUOTES', 1],
    ['no seq', 'file x type b foo bar\n', 'FIELD_MISSING', 1],
    ['no file', 'seq 1 type b foo bar\n', 'FIELD_MISSING', 1],
    ['no type', 'file x seq 1 foo bar\n', 'FIELD_MISSING', 1],
    ['seq 0', 'file x seq 0 type b\n', 'BAD_SEQ', 1],
    ['seq abc', 'file x seq abc type b\n', 'BAD_SEQ', 1],
    ['an upper case type', 'file x seq 1 type B\n', 'BAD_TYPE', 1],
    ['a type that is a property of objects', 'file x seq 1 type constructor\n', 'BAD_TYPE', 1],
    ['a slash', 'file ../x seq 1 type b\n', 'BAD_NAME', 1],
    ['an absolute path', 'file /etc/passwd seq 1 type b\n', 'BAD_NAME', 1],
    ['a backslash', "file '..\\x' seq 1 type b\n", 'BAD_NAME', 1],
    ['a slash that an escape brings', 'file "\\x2e\\x2e\\x2fx" seq 1 type b\n', 'BAD_NAME', 1],
    ['the directory above', 'file .. seq 1 type b\n', 'BAD_NAME', 1],
    ['the directory above, ended by an escape', 'file "..\\x00x" seq 1 type b\n', 'BAD_NAME', 1],
    ['an empty name', 'file "" seq 1 type b\n', 'BAD_NAME', 1],
    ['two bases', BASE + BASE, 'TWO_BASES', 2],
    ['a negative incr', 'file x seq -1 type i\n', 'NOT_ASCENDING', 1],
    ['the same number twice', INCR + INCR, 'NOT_ASCENDING', 2],
    ['a lower number', `file x seq 3 type i\n${INCR}`, 'NOT_ASCENDING', 2],
  ])('%s', (_, manifest, code, line) => {
    const { problems, readable } = read(manifest);
    expect(readable).toBe(false);
    const fatal = problems.find((problem) => problem.fatal);
    expect(fatal).toMatchObject({ code: `AOF_MANIFEST_${code}`, line });
    expect(fatal?.offset).toBe(
      manifest
        .split('\n')
        .slice(0, Math.max(0, line - 1))
        .join('\n').length + (line > 1 ? 1 : 0),
    );
  });
});

describe('any manifest', () => {
  const word = fc.uint8Array({ minLength: 1, maxLength: 20 });
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .filter((bytes) => !['.', '..'].includes(text(bytes)) && !/[/\\\0]/.test(text(bytes)));
  const entry = fc.record({
    role: fc.constantFrom('base' as const, 'incr' as const, 'history' as const),
    name,
    seq: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
    startOffset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    others: fc.array(fc.tuple(fc.constant(Buffer.from('future')), word), { maxLength: 2 }),
  });

  it('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const ascending = entries
          .filter(({ role }, i) => role !== 'base' || entries.findIndex((e) => e.role === 'base') === i)
          .sort((a, b) => (a.seq < b.seq ? -1 : 1))
          .filter(({ seq }, i, all) => i === 0 || seq !== all[i - 1].seq);
        const written = manifestBytes(ascending);
        const back = readManifest(written);
        if (written.length === 0) return;
        expect(back.readable).toBe(true);
        expect(manifestBytes(back.entries)).toEqual(written);
        expect(back.entries.length).toBe(ascending.length);
      }),
    );
  });

  it('never throws, and names nothing outside its directory', () => {
    const piece = fc.constantFrom(
      'file',
      ' ',
      'seq',
      'type',
      'b',
      'i',
      '1',
      '2',
      '\n',
      '"',
      "'",
      '\\',
      '/',
      '..',
      '#',
      '\0',
      '\r',
      'x41',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { name } of read(pieces.join('')).entries) {
          expect(text(name)).not.toMatch(/[/\\\0]/);
          expect(['', '.', '..']).not.toContain(text(name));
        }
      }),
    );
  });

  it('may be large', () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `file x${i}.incr.aof seq ${i + 1} type i\n`);
    expect(read(lines.join('')).incrs.length).toBe(200_000);
    expect(read('#'.repeat(10_000_000)).readable).toBe(true);
    expect(read('x'.repeat(10_000_000)).readable).toBe(false);
    expect(read('\n'.repeat(1_000_000)).readable).toBe(false);
  });

  it('quotes words so that they split into the same', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), (words) => {
        const line = Buffer.concat(words.flatMap((one) => [quoteWord(one), Buffer.from(' ')]));
        expect(splitWords(line)).toEqual(words.map((one) => Uint8Array.from(one)));
      }),
    );
  });
});

interface Verdict {
  file: string;
  damagedFile: string | null;
  check: { exit: number; lines: string[] };
  start: { result: string; log: string[] };
}

describe('corpus: manifests of real servers', () => {
  const sound = filesBelow(join(CORPUS, 'aof')).filter((name) => name.endsWith('.manifest'));
  if (sound.length === 0) it.skip(`there is no corpus in ${CORPUS}`);
  it.each(sound)('%s reads and is written back as it was', (path) => {
    const bytes = readFileSync(join(CORPUS, 'aof', path));
    const manifest = readManifest(bytes);
    expect(manifest.problems).toEqual([]);
    expect(manifestBytes(manifest.entries)).toEqual(bytes);
    const beside = filesBelow(join(CORPUS, 'aof', path, '..'));
    for (const { name, role } of manifest.entries) if (role !== 'history') expect(beside).toContain(text(name));
  });

  const verdicts = filesBelow(join(CORPUS, 'damaged')).includes('verdict.jsonl')
    ? readFileSync(join(CORPUS, 'damaged', 'verdict.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Verdict)
    : [];
  const damaged = verdicts.flatMap(({ file, start }) => {
    const found = filesBelow(join(CORPUS, 'damaged', file)).filter((name) => name.endsWith('.manifest'));
    return file.startsWith('aof/') && found.length > 0 ? [{ file, path: join(file, found[0]), start }] : [];
  });
  if (damaged.length === 0) it.skip(`there is no corpus in ${CORPUS}`);
  it.each(damaged)('$file: is refused when its server refused it', ({ path, start }) => {
    const manifest = readManifest(readFileSync(join(CORPUS, 'damaged', path)));
    expect(manifest.readable, basename(path)).toBe(!start.log.some((line) => line.includes('AOF MANIFEST')));
  });
});
