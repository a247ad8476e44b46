// Append-only files and sets of real servers, sound and damaged, against what the servers and their tools made of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileReport, verify } from '../../src/index.js';
import { CORPUS, FIXTURES, lines } from '../helpers/corpus.js';

interface Sound {
  readonly name: string;
  readonly folder: string;
  readonly meta: {
    readonly files: readonly {
      readonly file: string;
      readonly size: number;
      readonly role?: string;
      readonly commands?: Readonly<Record<string, number>>;
      readonly annotations?: number;
    }[];
  };
}

interface Damaged {
  readonly file: string;
  readonly kind: string;
  readonly detail: string;
  readonly server: { readonly name: string; readonly version: string };
  readonly check: { readonly exit: number };
  readonly start: { readonly result: string };
  readonly startStrict: { readonly result: string };
}

/** Every `<server>/<name>` below a folder that has a `<name>.meta.json`. */
function sounds(root: string): Sound[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((server) =>
    readdirSync(join(root, server))
      .filter((name) => name.endsWith('.meta.json'))
      .map((name) => ({
        name: `${server}/${name.replace('.meta.json', '')}`,
        folder: join(root, server, name.replace('.meta.json', '')),
        meta: JSON.parse(readFileSync(join(root, server, name), 'utf8')),
      })),
  );
}

/** The file, or the directory of the set, in a folder. */
function inputIn(folder: string): string {
  const names = readdirSync(folder);
  const isSet = names.some((name) => name.endsWith('.manifest'));
  const inner = names.find(
    (name) => existsSync(join(folder, name, '..', name)) && name.startsWith('append') && !name.endsWith('.aof'),
  );
  if (isSet) return folder;
  if (
    inner &&
    readdirSync(folder, { withFileTypes: true }).some((entry) => entry.name === inner && entry.isDirectory())
  ) {
    return join(folder, inner);
  }
  return names.length === 1 && names[0] === 'appendonly.aof' ? join(folder, names[0]) : folder;
}

async function reportOf(folder: string, options = {}): Promise<FileReport> {
  const { files } = await verify([inputIn(folder)], options);
  expect(files).toHaveLength(1);
  return files[0];
}

const SOUND = [...sounds(join(FIXTURES, 'aof', 'sound')), ...sounds(join(CORPUS, 'aof'))];

describe.each(SOUND)('sound: $name', ({ folder, meta }) => {
  it('is called sound, and every command is counted', async () => {
    const report = await reportOf(folder);
    expect(report).toMatchObject({ ok: true, complete: true, outcome: 'sound' });
    const files = report.parts ?? [report];
    for (const file of files) {
      const known = meta.files.find((each) => file.path.endsWith(each.file));
      const commands = Object.values(known?.commands ?? {}).reduce((sum, n) => sum + n, 0);
      expect([file.path, file.bytes, file.commands ?? 0]).toEqual([file.path, known?.size, commands]);
      if (file.commands !== undefined) expect(file.okUpToOffset).toBe(file.bytes);
    }
    const annotated = meta.files.some(({ annotations }) => (annotations ?? 0) > 0);
    if (annotated) expect(report.createdAtSource).toBe('annotation');
  });

  it('loads with either setting', async () => {
    const { loads } = await reportOf(folder);
    expect(loads.map((load) => [load.with?.aofLoadTruncated, load.verdict])).toEqual([
      ['yes', 'yes'],
      ['no', 'yes'],
    ]);
  });
});

/** Where the answer is not what the server did, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'redis-6.0.16/003-plain-whole': 'a file that begins with the header of an RDB and is none is judged as an RDB',
};

function damaged(root: string, verdicts: string, prefix: string): (Damaged & { folder: string })[] {
  if (!existsSync(verdicts)) return [];
  return (lines(verdicts) as unknown as Damaged[])
    .filter(({ file }) => file.startsWith(prefix))
    .map((each) => ({ ...each, folder: join(root, each.file) }))
    .map((each) => ({ ...each, file: each.file.slice(prefix.length) }));
}

const FIXED = join(FIXTURES, 'aof', 'damaged');
const DAMAGED = [
  ...damaged(FIXED, join(FIXED, 'verdict.jsonl'), ''),
  ...damaged(join(CORPUS, 'damaged'), join(CORPUS, 'damaged', 'verdict.jsonl'), 'aof/'),
];

describe.each(DAMAGED)('damaged: $file ($kind)', ({ file, folder, server, check, start, startStrict }) => {
  const release = `${server.name}-${server.version.split('.').slice(0, 2).join('.')}`;

  it.skipIf(file in DIFFERENCES)('loads where its server started, and only there', async () => {
    const { loads } = await reportOf(folder, { targets: [release] });
    expect(loads.map(({ verdict }) => verdict !== 'no')).toEqual([start.result === 'ok', startStrict.result === 'ok']);
  });

  it('is not called sound when its server does not start from it', async () => {
    const report = await reportOf(folder);
    if (start.result !== 'ok') expect(report.ok).toBe(false);
    else if (check.exit === 0 && report.errors > 0) {
      // Server and tool pass what loses data; that has to be told.
      expect(report.findings.some(({ code }) => /NO_BASE|EMPTY|MISSING|LISTS_NOTHING/.test(code))).toBe(true);
    }
  });
});

it('finds the fixtures', () => {
  expect(SOUND.length).toBeGreaterThanOrEqual(25);
  expect(DAMAGED.length).toBeGreaterThanOrEqual(41);
});
