import { stat } from 'node:fs/promises';
import { openDataset } from '../backup/dataset.js';
import { expandInput } from '../backup/expand.js';
import { openInput, STANDARD_INPUT } from '../backup/open.js';
import { ENOUGH } from '../backup/scan.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { RdbVisitor } from '../rdb/visitor.js';

/** What is counted of an input: the keys of a dump, or the commands of a log. */
export type StatsInputKind = 'dump' | 'log';

/**
 * Tells what an input is by its content. What cannot be told is taken for a dump: reading it as one says why it is none.
 * Rejects with the system's error for what cannot be read.
 */
export async function statsInputKind(path: string): Promise<StatsInputKind> {
  // A stream gives its bytes only once.
  if (await isStream(path)) return 'dump';
  const { inputs } = await expandInput(path);
  const [only] = inputs;
  if (inputs.length !== 1 || !only) return 'dump';
  if (only.kind !== 'file') return only.kind === 'aof-set' ? 'log' : 'dump';
  const input = await openInput(only.path);
  await input.close();
  if (input.content === 'aof' || (input.content === 'manifest' && !input.gzip)) return 'log';
  return input.content === 'rdb' && (await isHybrid(only.path)) ? 'log' : 'dump';
}

/** Standard input, a pipe or a device. Rejects with the system's error for what is not there. */
export async function isStream(path: string): Promise<boolean> {
  if (path === STANDARD_INPUT) return true;
  const info = await stat(path);
  return !info.isFile() && !info.isDirectory();
}

/** Whether an RDB says of itself that commands follow it, as Redis 4.0 to 6.2 write append-only files. */
async function isHybrid(path: string): Promise<boolean> {
  const dataset = await openDataset(path);
  const head = new Head();
  try {
    await dataset.scan({ visitor: () => head });
    return head.fields.fields['aof-preamble'] === '1';
  } finally {
    await dataset.close().catch(() => undefined);
  }
}

/** Reads the auxiliary fields in front, and no more. */
class Head extends RdbVisitor {
  readonly fields = new AuxFields();

  override aux(key: BytesRef, value: BytesRef): void {
    this.fields.add(key, value);
  }

  override selectDb(): void {
    throw ENOUGH;
  }

  override functionLibrary(): void {
    throw ENOUGH;
  }

  override key(): number {
    throw ENOUGH;
  }
}
