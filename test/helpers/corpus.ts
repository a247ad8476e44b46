// Where real files lie, and what their servers said of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from './truth.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const FIXTURES = join(ROOT, 'fixtures');
/** A larger collection of the same kind, which may lie beside the repository or where RDBKIT_CORPUS says. */
export const CORPUS = process.env.RDBKIT_CORPUS ?? join(ROOT, '..', 'shared', 'corpus');

/** A sound file with its truth. */
export interface Golden {
  name: string;
  rdb: string;
  truth: string;
}

/** Names of the files below `folder`, relative to it, in order; none when it is not there. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch {
    return [];
  }
}

/** Every `<name>.rdb` below `folder` that has a `<name>.truth.jsonl` beside it. */
export function goldens(folder: string): Golden[] {
  const entries = filesBelow(folder);
  const files = new Set(entries);
  return entries
    .filter((name) => name.endsWith('.rdb') && files.has(truthName(name)))
    .map((name) => ({ name, rdb: join(folder, name), truth: join(folder, truthName(name)) }));
}

export function truthName(rdb: string): string {
  return rdb.replace(/\.rdb$/, '.truth.jsonl');
}

/** The lines of a file of JSON lines. */
export function lines(path: string): Json[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}
