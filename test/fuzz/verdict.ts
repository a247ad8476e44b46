// Verifies one hostile file with the built command line, in a process that has little heap and must answer in time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { documentOf } from '../cli/json.js';
import { BIN, ENVIRONMENT } from '../cli/run.js';

export const MIB = 1024 * 1024;
/** An answer that takes longer than this is none. */
const PATIENCE_MS = 120_000;

/** For the files of one test file. */
export const directory = mkdtempSync(join(tmpdir(), 'rdbkit-hostile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Verifies `file` with little heap (in MiB), and returns the exit status and the codes found. */
export function verdictOn(
  file: Uint8Array,
  heap = 256,
): {
  code: number | null;
  codes: string[];
  offsets: (number | null)[];
  size: number;
} {
  const path = join(directory, 'file.rdb');
  writeFileSync(path, file);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heap}`, BIN, 'verify', '--json', path],
    {
      encoding: 'utf8',
      env: ENVIRONMENT,
      maxBuffer: 64 * MIB,
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    },
  );
  const ran = { code: status, stdout, stderr };
  expect(stdout, `exit status ${status}: ${stderr.slice(0, 500)}`).not.toBe('');
  const { findings } = documentOf(ran).files[0] as unknown as { findings: { code: string; offset: number | null }[] };
  for (const { offset } of findings) if (offset !== null) expect(offset).toBeLessThanOrEqual(file.length);
  return {
    code: status,
    codes: findings.map((f) => f.code),
    offsets: findings.map((f) => f.offset),
    size: stdout.length,
  };
}
