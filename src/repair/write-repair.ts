import {
  close,
  fdatasync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
  write,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { syncDirectory } from '../bytes/sync-directory.js';
import type { FileState, PlannedPart, RepairPlan } from './plan.js';
import { RepairError } from './plan.js';
import { fileState, open } from './scanned.js';
import { systemTrouble } from './system-reason.js';
import { Unfinished } from './unfinished.js';

const CHUNK = 1024 * 1024;
/** Bytes that wait for the disk at a time: an interrupt waits for them, too. */
const UNSYNCED = 16 * 1024 * 1024;
const [writeAsync, syncAsync, closeAsync] = [promisify(write), promisify(fsync), promisify(close)];
const syncDataAsync = promisify(fdatasync);

/** How a copy is written. */
export interface WriteOptions {
  /** Bytes written so far, of as many as there will be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Why nothing can be written to a path; undefined when it can. Writes nothing. */
export function outputTrouble(output: string, input: string, directory?: string): string | undefined {
  if (lstatSync(output, { throwIfNoEntry: false })) return `${output} exists, and is not overwritten`;
  const parent = dirname(resolve(output));
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) return `${parent} is no directory`;
  const real = realpathSync(parent);
  for (const folder of [input, directory]) {
    if (folder === undefined || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    const inside = realpathSync(folder);
    if (real === inside || real.startsWith(inside.endsWith(sep) ? inside : inside + sep)) {
      return `${output} lies inside of ${folder}, which is not to be touched`;
    }
  }
  return undefined;
}

/**
 * Writes the copy that was planned: whole, on the disk, and only then under its name. Rejects with RepairError when that is
 * not possible, and leaves nothing behind then. A plan with refusals is not written.
 */
export async function writeRepair(plan: RepairPlan, output: string, options: WriteOptions = {}): Promise<void> {
  if (plan.refusals.length > 0) throw new RepairError(`${plan.input}: the repair was refused`);
  const trouble = outputTrouble(output, plan.input, plan.directory);
  if (trouble !== undefined) throw new RepairError(trouble);
  const unfinished = new Unfinished(resolve(output));
  try {
    const copy = new Copy(plan, options);
    if (plan.kind === 'aof') await copy.part(plan.parts[0], unfinished.path);
    else {
      mkdirSync(unfinished.path, { mode: modeOf(plan.directory) | 0o700 });
      for (const part of plan.parts) {
        if (!part.dropped && part.name !== null) await copy.part(part, join(unfinished.path, basename(part.name)));
      }
      if (plan.manifest) {
        const fd = openSync(join(unfinished.path, basename(plan.manifest.name)), 'wx', modeOf(plan.parts[0]?.path));
        try {
          writeFileSync(fd, plan.manifest.bytes);
          await syncAsync(fd);
        } finally {
          await closeAsync(fd);
        }
      }
      syncDirectory(unfinished.path);
    }
    unfinished.finish();
  } catch (error) {
    unfinished.abandon();
    if (error instanceof RepairError) throw error;
    throw systemTrouble(output, error);
  }
}

/** Of a file or directory of the input, for its copy, which its owner may write to: a server appends to it. */
function modeOf(path: string | undefined): number {
  return ((path === undefined ? 0 : statSync(path).mode) & 0o777) | 0o600;
}

class Copy {
  private done = 0;
  private readonly total: number;
  private readonly buffer = Buffer.allocUnsafe(CHUNK);

  constructor(
    plan: RepairPlan,
    private readonly options: WriteOptions,
  ) {
    this.total = plan.kept.bytes;
  }

  /** Copies the bytes that stay of one file. The name is made without waiting, so that an interrupt finds it or not. */
  async part(part: PlannedPart, target: string): Promise<void> {
    const fd = openSync(target, 'wx', modeOf(part.path));
    try {
      await this.bytes(part, fd);
      await syncAsync(fd);
    } finally {
      await closeAsync(fd);
    }
  }

  private async bytes({ path, keptBytes, state }: PlannedPart, fd: number): Promise<void> {
    const input = await open(path);
    let syncing: Promise<void> | undefined;
    try {
      if (!isSame(state, await fileState(path))) throw changed(path);
      let left = keptBytes;
      let unsynced = 0;
      while (left > 0) {
        const n = await input.source.read(this.buffer.subarray(0, Math.min(CHUNK, left)));
        if (n === 0) throw changed(path);
        for (let at = 0; at < n; ) at += (await writeAsync(fd, this.buffer, at, n - at)).bytesWritten;
        left -= n;
        unsynced += n;
        if (unsynced >= UNSYNCED) {
          await syncing;
          syncing = syncDataAsync(fd);
          syncing.catch(() => undefined); // told where it is waited for
          unsynced = 0;
        }
        this.done += n;
        this.options.onProgress?.(this.done, this.total);
      }
      await syncing;
      if (!isSame(state, await fileState(path))) throw changed(path);
    } finally {
      await syncing?.catch(() => undefined);
      await input.close().catch(() => undefined);
    }
  }
}

function isSame(before: FileState | undefined, now: FileState): boolean {
  return before !== undefined && before.size === now.size && before.modifiedNs === now.modifiedNs;
}

function changed(path: string): RepairError {
  return new RepairError(`${path} changed while it was copied: copy it first, or stop what writes to it`);
}
