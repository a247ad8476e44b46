// Sets as wholes: what is told once, what follows from something else, and files that change while they are looked at.
import { mkdirSync, mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FileReport, type VerifyOptions, verify } from '../../src/index.js';
import { write } from '../aof-matrix/cases.js';
import {
  BASE,
  BASE_LINE,
  but,
  DIRECTORY,
  type Files,
  incr,
  LAST,
  MANIFEST,
  MIDDLE,
  NAME,
  record,
  SOUND,
} from '../aof-matrix/files.js';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(files: Files): string {
  const path = mkdtempSync(join(tmpdir(), 'rdbkit-set-'));
  made.push(path);
  write(path, { name: '', files });
  return path;
}

async function reportOf(path: string, options: VerifyOptions = {}): Promise<FileReport> {
  const { files } = await verify([path], options);
  expect(files.map(({ kind }) => kind)).toEqual(['aof-set']);
  return files[0];
}

const codes = (file: FileReport) => file.findings.map(({ code, severity }) => `${severity} ${code}`);
const verdicts = (file: FileReport) => file.loads.map(({ verdict, reasons }) => `${verdict} ${reasons}`);

describe('a command that a target does not have', () => {
  const hsetex = but({ [LAST]: record('HSETEX', 'h', 'FIELDS', '1', 'f', 'v').repeat(2) });

  it('is told once for each target', async () => {
    const file = await reportOf(folder(hsetex), { targets: ['redis-7.0', 'redis-8.0'] });
    expect(file.findings.map(({ message }) => message)).toEqual([
      `${NAME}.3.incr.aof: redis-7.0 does not know the command "hsetex"`,
    ]);
  });

  it('is told by its first word when there are others', async () => {
    const set = but({ [LAST]: record('FUNCTION', 'FLUSH') });
    const file = await reportOf(folder(set), { targets: ['redis-6.2'] });
    expect(file.findings.filter(({ code }) => code === 'TARGET_COMMAND_UNKNOWN').map(({ message }) => message)).toEqual(
      [`${NAME}.3.incr.aof: redis-6.2 does not know the command "function"`],
    );
  });
});

describe('a server that nobody named', () => {
  it('is one that was tried when none would start', async () => {
    const { loads } = await reportOf(folder({ [MANIFEST]: SOUND[MANIFEST], [MIDDLE]: incr(2), [LAST]: incr(3) }));
    expect(loads.map(({ verdict, basis }) => `${verdict}, ${basis}`)).toEqual(['no, measured', 'no, measured']);
  });
});

describe('what is lost', () => {
  it('counts an empty base although an empty incr file is in order', async () => {
    const file = await reportOf(folder(but({ [BASE]: '', [MIDDLE]: '' })));
    expect(verdicts(file)).toEqual(['partly AOF_PART_EMPTY', 'partly AOF_PART_EMPTY']);
  });

  it('counts no empty base of commands: servers without keys begin a set like that', async () => {
    const files = but({
      [MANIFEST]: SOUND[MANIFEST]?.toString().replace('base.rdb', 'base.aof'),
      [BASE]: undefined,
      [BASE.replace('base.rdb', 'base.aof')]: '',
    });
    const file = await reportOf(folder(files));
    expect(codes(file)).toEqual(['warning AOF_PART_EMPTY']);
    expect(file.ok).toBe(true);
    expect(verdicts(file)).toEqual(['yes ', 'yes ']);
  });

  it.each([
    [
      'newer than all that are listed',
      { [MANIFEST]: SOUND[MANIFEST]?.toString().replace(/file \S+ seq 3.*\n/, '') },
      'partly',
    ],
    ['beside a base alone', { [MANIFEST]: BASE_LINE }, 'partly'],
    ['older than the base', { [`${DIRECTORY}/${NAME}.1.incr.aof`]: incr(1) }, 'yes'],
    ['newer, and empty', { [`${DIRECTORY}/${NAME}.4.incr.aof`]: '' }, 'yes'],
  ] as const)('counts an incr file that is not listed: %s', async (_, changes, verdict) => {
    const file = await reportOf(folder(but(changes)));
    expect(codes(file)).toContain('warning AOF_PART_UNLISTED');
    expect(new Set(file.loads.map((load) => load.verdict))).toEqual(new Set([verdict]));
  });

  it('is said in words', async () => {
    const path = folder(but({ [MANIFEST]: undefined }));
    const [{ message }] = (await reportOf(path)).findings;
    expect(message).toBe(
      '3 files of a set are there, and no manifest: a server starts without them, and may write over them',
    );
  });
});

it('a file in the middle that is cut is the reason, whatever the setting', async () => {
  const file = await reportOf(folder(but({ [MIDDLE]: incr(2).slice(0, -3) })));
  expect(verdicts(file)).toEqual(Array(2).fill('no AOF_TRUNCATED_MIDDLE,AOF_TRUNCATED_TAIL'));
});

it('a manifest that is too large to be read decides nothing', async () => {
  const file = await reportOf(folder(but({ [MANIFEST]: `#${'-'.repeat(1000)}\n`.repeat(17_000) })));
  expect(codes(file)).toEqual(['error AOF_MANIFEST_TOO_LARGE']);
  expect(file.loads.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
});

it('a file is named once in a message', async () => {
  const { findings } = await reportOf(folder(but({ [BASE]: undefined })));
  expect(findings.map(({ message }) => message)).toEqual([`base file "${NAME}.2.base.rdb" is not there`]);
});

it.each([
  ['SHUTDOWN', 'ignores'],
  ['DEBUG', 'executes'],
])('%s is told with what servers do with it', async (name, does) => {
  const file = await reportOf(folder(but({ [LAST]: record(name, 'NOSAVE') })));
  const [{ message }] = file.parts?.at(-1)?.findings ?? [];
  expect(message).toBe(
    `${name.toLowerCase()} reaches beyond the data (the process), and a server that loads the log ${does} it`,
  );
});

it('what is not there is no sound file', async () => {
  const file = await reportOf(folder(but({ [BASE]: undefined })));
  expect(file.parts?.map(({ outcome, ok, complete }) => [outcome, ok, complete])).toEqual([
    ['damaged', false, false],
    ['sound', true, true],
    ['sound', true, true],
  ]);
});

it.each([
  ['without a manifest', undefined],
  ['with a line that is wrong', 'file x seq 1\n'],
])('a set %s was not read as a whole', async (_, manifest) => {
  expect(await reportOf(folder(but({ [MANIFEST]: manifest })))).toMatchObject({ ok: false, complete: false });
});

describe('progress', () => {
  it('reaches the bytes of the set', async () => {
    const path = folder(SOUND);
    const seen: number[] = [];
    const { bytes } = await reportOf(path, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(bytes);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('a file that goes away after it was listed', () => {
  it('makes the set one that was not read', async () => {
    const path = folder(SOUND);
    let gone = false;
    const onProgress = () => {
      if (!gone) unlinkSync(join(path, LAST));
      gone = true;
    };
    const file = await reportOf(path, { onProgress });
    expect(gone).toBe(true);
    expect(file).toMatchObject({ outcome: 'failed', ok: false, complete: false });
    expect(file.parts?.map(({ outcome }) => outcome)).toEqual(['sound', 'sound', 'failed']);
    expect(file.loads.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  });
});

describe('an empty directory for sets', () => {
  it('beside a single file is left aside, as servers take the file', async () => {
    const path = folder({ [NAME]: incr(1) });
    mkdirSync(join(path, DIRECTORY));
    const { files } = await verify([path]);
    expect(files.map((file) => [file.path, file.kind, file.outcome])).toEqual([[join(path, NAME), 'aof', 'sound']]);
  });

  it('alone holds no backup', async () => {
    const path = folder({});
    mkdirSync(join(path, DIRECTORY));
    const { files, ok } = await verify([path]);
    expect([ok, files.map(({ kind }) => kind)]).toEqual([false, [null]]);
  });
});
