import { lstatSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { BackupError, type Dataset, type Materialize, openDataset } from '../../backup/dataset.js';
import { STANDARD_INPUT } from '../../backup/open.js';
import { FileSink } from '../../bytes/sinks/file.js';
import { UnfinishedFile } from '../../bytes/sinks/unfinished.js';
import { ExportError } from './options.js';

/** One input, named as it was given. */
export interface Input {
  readonly path: string;
  readonly dataset: Dataset;
  close(): Promise<void>;
}

/** An input cannot be opened; the cause is a BackupError or an error of the system. */
export class InputError extends Error {
  override name = 'InputError';

  constructor(
    readonly path: string,
    override readonly cause: unknown,
  ) {
    super(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

export interface OpenInputsOptions {
  /** Where standard input is copied to; default the system's. */
  readonly tmpDir?: string | undefined;
  readonly materialize?: Materialize | undefined;
}

/** Opens all of them; `again`: they are read more than once, so standard input is copied first. Rejects with InputError. */
export async function openInputs(
  paths: readonly string[],
  again: boolean,
  { tmpDir = tmpdir(), materialize }: OpenInputsOptions = {},
): Promise<Input[]> {
  const inputs: Input[] = [];
  try {
    for (const path of paths) {
      const input = await openOne(path, again, tmpDir, materialize).catch((error: unknown) => {
        throw new InputError(path, error);
      });
      inputs.push(input);
      if (!again || input.dataset.repeatable) continue;
      throw new InputError(
        path,
        new BackupError('unusable', 'several inputs are read more than once, and this comes once'),
      );
    }
    return inputs;
  } catch (error) {
    await closeInputs(inputs);
    throw error;
  }
}

export async function closeInputs(inputs: readonly Input[]): Promise<void> {
  for (const input of inputs) await input.close().catch(() => undefined);
}

async function openOne(
  path: string,
  again: boolean,
  tmpDir: string,
  materialize: Materialize | undefined,
): Promise<Input> {
  if (path !== STANDARD_INPUT || !again) {
    const dataset = await openDataset(path, { materialize, tmpDir });
    return { path, dataset, close: () => dataset.close() };
  }
  const spool = new UnfinishedFile(join(tmpDir, 'rdbkit-stdin'));
  try {
    const sink = new FileSink(spool.path);
    for await (const chunk of process.stdin) await sink.write(chunk as Buffer);
    await sink.close();
    const dataset = await openDataset(spool.path, {
      materialize: materialize && ((copy) => materialize(copy, path)),
    });
    return { path, dataset, close: () => dataset.close().finally(() => spool.abandon()) };
  } catch (error) {
    spool.abandon();
    throw error;
  }
}

/** Throws ExportError when a file that is to be written is one of the inputs, or lies inside of one. */
export function refuseInputs(output: string, paths: readonly string[]): void {
  const place = resolve(output);
  const parent = statSync(dirname(place), { throwIfNoEntry: false });
  if (!parent?.isDirectory()) throw new ExportError('unusable', `${dirname(place)} is no directory`);
  const there = lstatSync(place, { throwIfNoEntry: false }) && statSync(place, { throwIfNoEntry: false });
  for (const path of paths) {
    const input = path === STANDARD_INPUT ? undefined : statSync(path, { throwIfNoEntry: false });
    if (!input) continue;
    if (there && there.dev === input.dev && there.ino === input.ino) {
      throw new ExportError('unusable', `${output} is an input: write to another file`);
    }
    if (!input.isDirectory()) continue;
    const inside = realpathSync(path);
    const real = realpathSync(dirname(place));
    if (path !== '.' && (real === inside || real.startsWith(inside + sep))) {
      throw new ExportError('unusable', `${output} lies inside of ${path}, which is an input`);
    }
  }
}
