import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { exportRdb } from '../../../src/export/rdb/export-rdb.js';
import type { ExportSummary, RdbExportOptions } from '../../../src/export/rdb/options.js';

/** What one export left. */
export interface Exported {
  readonly summary: ExportSummary;
  /** The content of each file, by what its name has behind `out`; one file is `.rdb`. */
  readonly files: Record<string, Buffer>;
}

let folder = '';
let count = 0;

/** A folder for the files of one test file. */
export function useFolder(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rdbkit-export-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
}

/** Writes inputs as files and gives their paths. */
export function inputFiles(...inputs: Uint8Array[]): string[] {
  return inputs.map((bytes) => {
    const path = join(folder, `in-${count++}.rdb`);
    writeFileSync(path, bytes);
    return path;
  });
}

/** Exports files. */
export async function exported(paths: readonly string[], options: RdbExportOptions = {}): Promise<Exported> {
  const out = join(folder, `out-${count++}`);
  const summary = await exportRdb(paths, { path: `${out}.rdb` }, options);
  const files = Object.fromEntries(
    summary.files.map(({ path }) => [(path ?? '').slice(out.length), readFileSync(path ?? '')]),
  );
  return { summary, files };
}

/** Exports contents to one file. */
export async function exportedBytes(inputs: readonly Uint8Array[], options: RdbExportOptions = {}): Promise<Buffer> {
  const { files } = await exported(inputFiles(...inputs), options);
  return files['.rdb'];
}

/** A path in the folder of the test. */
export function pathOf(name: string): string {
  return join(folder, name);
}
