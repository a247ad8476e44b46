// What servers did, by case and server. Measured by test/matrix/aof-damage.test.ts, which also writes it down.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CASES } from './cases.js';
import type { Measured } from './measure.js';

const PATH = fileURLToPath(new URL('../../fixtures/aof/behaviour.json', import.meta.url));

/** Case, then server release (`redis-7.0`). */
export type Recorded = Readonly<Record<string, Readonly<Record<string, Measured>>>>;

/** `RDBKIT_RECORD=1`: measure again and write it down. */
export const RECORDING = process.env.RDBKIT_RECORD === '1';

export function readRecord(): Recorded {
  return existsSync(PATH) ? JSON.parse(readFileSync(PATH, 'utf8')) : {};
}

/** Cases in their order, one line each. */
export function writeRecord(measured: Recorded): void {
  const lines = CASES.filter(({ name }) => name in measured).map(
    ({ name }) => `  ${JSON.stringify(name)}: ${JSON.stringify(measured[name])}`,
  );
  writeFileSync(PATH, `{\n${lines.join(',\n')}\n}\n`);
}
