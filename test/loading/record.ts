// fixtures/loading: the files of the cases, and what servers did with them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from '../helpers/corpus.js';
import type { LoadingCase } from './case.js';
import type { Behaviour } from './measure.js';

export const FOLDER = join(FIXTURES, 'loading');
const RECORD = join(FOLDER, 'behaviour.jsonl');

/** Whether to write what is there to be compared with. */
export const RECORDING = process.env.RDBKIT_RECORD === '1';

export function fileName({ name }: LoadingCase): string {
  return `${name}.rdb`;
}

/** Names of the dumps in the folder, in order. */
export function committedFiles(): string[] {
  return existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((name) => name.endsWith('.rdb'))
        .sort()
    : [];
}

/** Makes the folder hold the files of these cases and no others. */
export function writeFiles(cases: readonly LoadingCase[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const wanted = new Set(cases.map(fileName));
  for (const name of committedFiles()) if (!wanted.has(name)) rmSync(join(FOLDER, name));
  for (const each of cases) writeFileSync(join(FOLDER, fileName(each)), each.bytes());
}

export function readRecord(): Behaviour[] {
  if (!existsSync(RECORD)) return [];
  return readFileSync(RECORD, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Behaviour);
}

/** Replaces the lines of the servers that were measured; keeps those of other servers. In the order of the cases. */
export function writeRecord(measured: readonly Behaviour[], cases: readonly LoadingCase[]): void {
  const servers = new Set(measured.map(({ server }) => server));
  const lines = [...readRecord().filter(({ server }) => !servers.has(server)), ...measured];
  const place = new Map(cases.map((each, i) => [fileName(each), i]));
  const kept = lines.filter(({ file }) => place.has(file));
  kept.sort(
    (a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0) || compare(a.server, b.server) || rank(a) - rank(b),
  );
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(RECORD, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** The defaults go first; sorting keeps the order of the others. */
function rank({ config }: Behaviour): number {
  return config.length === 0 ? 0 : 1;
}
