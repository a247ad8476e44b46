import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { STANDARD_INPUT } from '../backup/open.js';
import { type Spool, spoolInput } from '../backup/spool.js';
import { type LoadInput, openLoadInput } from '../load/open-input.js';

/** An input that can be read more than once: what cannot is copied to a file first. */
export interface OpenedInput extends LoadInput {
  close(): Promise<void>;
}

/** Rejects with BackupError, and with the error of the system. */
export async function openRepeatable(path: string, tmpDir: string | undefined): Promise<OpenedInput> {
  const spool = await spoolOf(path, tmpDir);
  try {
    const { dataset, log } = await openLoadInput(spool?.path ?? path);
    return {
      dataset: spool ? { ...dataset, path, modifiedMs: undefined } : dataset,
      log,
      close: async () => {
        await dataset.close().catch(() => undefined);
        spool?.remove();
      },
    };
  } catch (error) {
    spool?.remove();
    throw error;
  }
}

async function spoolOf(path: string, tmpDir: string | undefined): Promise<Spool | undefined> {
  if (path === STANDARD_INPUT) return spoolInput(process.stdin, tmpDir);
  const info = await stat(path);
  // A pipe gives its content only once, even to whoever asks what it is.
  return info.isFile() || info.isDirectory() ? undefined : spoolInput(createReadStream(path), tmpDir);
}
