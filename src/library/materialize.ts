import type { MaterializeOptions } from '../materialize/options.js';
import type { MaterializeReport } from '../materialize/report.js';

/**
 * Writes the dataset at the end of an append-only log (a file, a manifest, a directory with a set) as an RDB that a real,
 * disposable server makes of a copy of it. The RDB is whole, checked and on the disk before it gets its name. Nothing is
 * written when the verdict is `refused` or `failed`. Rejects with RepairError when `output` exists or the input cannot be read,
 * with BackupError, with DisposableError when there is no server for another reason (none on PATH, no room), and with the
 * system's error.
 */
export async function materialize(
  path: string,
  output: string,
  options: MaterializeOptions = {},
): Promise<MaterializeReport> {
  // What talks to servers is loaded for those who want one.
  const { materialize: make } = await import('../materialize/materialize.js');
  return make(path, output, options);
}
