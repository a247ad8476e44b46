import { constants, lstatSync } from 'node:fs';
import { chmod, copyFile, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RepairError } from '../repair/plan.js';
import { Unfinished } from '../repair/unfinished.js';
import { outputTrouble } from '../repair/write-repair.js';
import { withFinalDump } from './final-dump.js';
import type { MaterializeOptions } from './options.js';
import type { MaterializeReport } from './report.js';

/** Like other files of one's own: what the umask leaves of it. */
const MODE = 0o666;

/**
 * Writes the dataset at the end of an append-only log (a file, a manifest, a directory with a set) as an RDB that a real,
 * disposable server makes of a copy of it. The RDB is whole, checked and on the disk before it gets its name. Nothing is
 * written when the verdict is `refused` or `failed`. Rejects with RepairError when `output` exists, and as `withFinalDump` does.
 */
export async function materialize(
  path: string,
  output: string,
  options: MaterializeOptions = {},
): Promise<MaterializeReport> {
  const trouble = outputTrouble(output, path);
  if (trouble !== undefined) throw new RepairError(trouble);
  const unfinished = new Unfinished(resolve(output), 'materialize');
  try {
    const report = await withFinalDump(path, options, async (saved) => {
      await copyFile(saved, unfinished.path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      await chmod(unfinished.path, MODE & ~process.umask());
      const file = await open(unfinished.path, 'r');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      return unfinished.path;
    });
    if (lstatSync(unfinished.path, { throwIfNoEntry: false })) unfinished.finish();
    else unfinished.abandon();
    return report;
  } catch (error) {
    unfinished.abandon();
    throw error;
  }
}
