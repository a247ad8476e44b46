import { stat } from 'node:fs/promises';
import { BackupError, openDataset } from '../backup/dataset.js';
import { expandInput } from '../backup/expand.js';
import { type OpenInput, openInput, STANDARD_INPUT } from '../backup/open.js';
import { isPreamble, peekLog } from '../backup/preamble.js';

/** What is counted of an input: the keys of a dump, the commands of a log, or of a log that begins with a dump both. */
export type StatsInputKind = 'dump' | 'log' | 'hybrid';

export interface StatsInput {
  readonly kind: StatsInputKind;
  /** A stream gives its bytes only once: it was opened to look at it, and has to be read from here. */
  readonly opened: OpenInput | undefined;
}

/**
 * Tells what an input is by its content. What cannot be told, or read, is taken for a dump: reading it as one says why it is
 * none. Of streams only the first bytes are looked at.
 */
export async function statsInput(path: string): Promise<StatsInput> {
  try {
    if (await isStream(path)) {
      const { input: opened, isLog } = await peekLog(await openInput(path));
      return { kind: opened.content === 'aof' ? 'log' : isLog ? 'hybrid' : 'dump', opened };
    }
    return { kind: await kindOf(path), opened: undefined };
  } catch {
    return { kind: 'dump', opened: undefined };
  }
}

/** Standard input, a pipe or a device. */
async function isStream(path: string): Promise<boolean> {
  if (path === STANDARD_INPUT) return true;
  const info = await stat(path);
  return !info.isFile() && !info.isDirectory();
}

async function kindOf(path: string): Promise<StatsInputKind> {
  const { inputs } = await expandInput(path);
  const [only] = inputs;
  if (inputs.length !== 1 || !only || only.kind === 'nothing') return 'dump';
  if (only.kind === 'aof-set') return kindOfSet(only.path);
  const input = await openInput(only.path);
  await input.close();
  if (input.content === 'aof') return 'log';
  if (input.content === 'manifest' && !input.gzip) return kindOfSet(only.path);
  return input.content === 'rdb' && (await isPreambleAt(only.path)) ? 'hybrid' : 'dump';
}

/** A set without commands is as good as the dump that is its base. */
async function kindOfSet(path: string): Promise<StatsInputKind> {
  const dataset = await openDataset(path).catch((error) => {
    if (error instanceof BackupError) return undefined;
    throw error;
  });
  await dataset?.close();
  return dataset ? 'dump' : 'log';
}

async function isPreambleAt(path: string): Promise<boolean> {
  const dataset = await openDataset(path);
  try {
    return await isPreamble(dataset);
  } finally {
    await dataset.close().catch(() => undefined);
  }
}
