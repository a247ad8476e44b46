import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileReport, type VerifyOptions, verify } from '../../src/index.js';
import { NOW_MS } from './hand-made.js';

/** Verifies `bytes` as a file of their own. */
export async function verifyBytes(bytes: Uint8Array, options: VerifyOptions = {}): Promise<FileReport> {
  const directory = await mkdtemp(join(tmpdir(), 'rdbkit-verify-'));
  try {
    const path = join(directory, 'dump.rdb');
    await writeFile(path, bytes);
    const { files } = await verify([path], { nowMs: NOW_MS, ...options });
    if (files.length !== 1) throw new Error(`one file gave ${files.length} reports`);
    return files[0];
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Every different finding as `severity CODE`, sorted; but for what a server needs, which loads.test.ts looks at. */
export function foundIn(report: FileReport): string[] {
  const found = new Set(report.findings.map(({ severity, code }) => `${severity} ${code}`));
  found.delete('info TARGET_NEEDS');
  return [...found].sort();
}
