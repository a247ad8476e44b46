// What a terminal shows of append-only sets: what is there, what is wrong in words, and whether a server would start.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { write } from '../aof-matrix/cases.js';
import { BASE, but, DIRECTORY, type Files, incr, LAST, MANIFEST, NAME, SOUND } from '../aof-matrix/files.js';
import { rdbkit } from './run.js';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Its lines up to the meaning of the first finding, without the time; and the exit code. */
function shown(
  files: Files,
  changed: (dir: string) => string = (dir) => dir,
): { code: number | null; lines: string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'rdbkit-set-'));
  made.push(dir);
  write(dir, { name: '', files });
  const { code, stdout } = rdbkit(['verify', changed(dir)]);
  const lines = stdout.replaceAll(`${dir}/`, '').trimEnd().split('\n');
  const stop = lines.findIndex((line) => line.includes('Meaning:'));
  return {
    code,
    lines: [...lines.slice(0, stop < 0 ? undefined : stop), ...(stop < 0 ? [] : lines.slice(-1))].filter(
      (line) => !line.startsWith('  made '),
    ),
  };
}

const BASE_TEXT = `  base       ${NAME}.2.base.rdb, 967 B, RDB 10 of redis 7.0.15, 50 keys`;
const MIDDLE_TEXT = `  incr       ${NAME}.2.incr.aof, 783 B, 21 commands`;
const LAST_TEXT = `  incr       ${NAME}.3.incr.aof, 783 B, 21 commands`;
const DAMAGED = 'damaged: 1 error; it could not be read to its end. Do not rely on it';

describe('the terminal shows', () => {
  it('a sound set', () => {
    expect(shown(SOUND)).toEqual({
      code: 0,
      lines: [
        `${DIRECTORY}: OK`,
        BASE_TEXT,
        MIDDLE_TEXT,
        LAST_TEXT,
        '  loads      redis-7.0: yes',
        '  verdict    sound: every value was checked',
      ],
    });
  });

  it('a set by its manifest', () => {
    expect(shown(SOUND, (dir) => join(dir, MANIFEST)).lines[0]).toBe(`${MANIFEST}: OK`);
  });

  it('a last file that is cut', () => {
    expect(shown(but({ [LAST]: incr(3).slice(0, -8) }))).toEqual({
      code: 1,
      lines: [
        `${DIRECTORY}: DAMAGED`,
        BASE_TEXT,
        MIDDLE_TEXT,
        `  incr       ${NAME}.3.incr.aof, 775 B, 20 commands, good up to byte 745`,
        '  loads      redis-7.0 with aof-load-truncated yes: in part (AOF_TRUNCATED_TAIL)',
        '             redis-7.0 with aof-load-truncated no: no (AOF_TRUNCATED_TAIL)',
        '  error AOF_TRUNCATED_TAIL',
        `    at 0x2e9 (745): ${NAME}.3.incr.aof: the file ends inside an argument of 6 bytes`,
        `  verdict    ${DAMAGED}`,
      ],
    });
  });

  it('a base that is missing', () => {
    expect(shown(but({ [BASE]: undefined }))).toEqual({
      code: 1,
      lines: [
        `${DIRECTORY}: DAMAGED`,
        `  base       ${NAME}.2.base.rdb, MISSING`,
        MIDDLE_TEXT,
        LAST_TEXT,
        '  loads      redis-8.0: no (AOF_PART_MISSING)',
        '  error AOF_PART_MISSING',
        `    base file "${NAME}.2.base.rdb" is not there`,
        `  verdict    ${DAMAGED}`,
      ],
    });
  });

  it('a base of a few bytes as one that is there', () => {
    expect(shown(but({ [BASE]: 'REDIS' })).lines[1]).toMatch(/^ {2}base {7}appendonly\.aof\.2\.base\.rdb, 5 B/);
  });

  it('a file that is none', () => {
    expect(shown(but({ [LAST]: null })).lines).toContain(`  incr       ${NAME}.3.incr.aof, NO FILE`);
  });

  it('a line of the manifest that is wrong, and nothing that follows from it', () => {
    const manifest = String(SOUND[MANIFEST]).replace(' type b', ' type');
    expect(shown(but({ [MANIFEST]: manifest }))).toEqual({
      code: 1,
      lines: [
        `${DIRECTORY}: DAMAGED`,
        MIDDLE_TEXT,
        LAST_TEXT,
        '  loads      redis-8.0: no (AOF_MANIFEST_BAD_FIELDS)',
        '  error AOF_MANIFEST_BAD_FIELDS',
        '    at 0x0 (0): line 1: it has 5 words, which cannot be read as: file NAME seq NUMBER type LETTER',
        `  verdict    ${DAMAGED}`,
      ],
    });
  });

  it('files without a manifest', () => {
    expect(shown(but({ [MANIFEST]: undefined }))).toEqual({
      code: 1,
      lines: [
        `${DIRECTORY}: DAMAGED`,
        '  loads      redis-7.0: without the keys of the set (AOF_MANIFEST_MISSING)',
        '  error AOF_MANIFEST_MISSING',
        '    3 files of a set are there, and no manifest: a server starts without them, and may write over them',
        `  verdict    ${DAMAGED}`,
      ],
    });
  });
});
