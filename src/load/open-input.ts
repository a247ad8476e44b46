// Inputs of a load: a dump, or an append-only set whose commands are replayed behind its base.
import { readSet } from '../aof/set.js';
import { BackupError, type Dataset, datasetOf, openDataset } from '../backup/dataset.js';
import { expandInput } from '../backup/expand.js';
import { openInput, openPart } from '../backup/open.js';
import { openMemory } from '../backup/open-stream.js';
import { ENOUGH } from '../backup/scan.js';
import { RdbVisitor } from '../rdb/visitor.js';
import type { LogPart } from './log/replay.js';

/** What is to be loaded. Whoever opened it closes the dataset. */
export interface LoadInput {
  /** The keys that stand in a dump, or in front of all commands: none where a log has no base. */
  readonly dataset: Dataset;
  /** Files whose commands come behind those keys, in their order. */
  readonly log: readonly LogPart[];
}

/** A dump without keys: nobody loads version 1 but we, who read it for what it says: nothing. */
const NO_KEYS = Buffer.from('REDIS0001\xff', 'latin1');

/**
 * Opens a dump, an append-only file, or a set. `kept`: a path that can be read again and again. Rejects with BackupError, and with the system's error.
 */
export async function openLoadInput(path: string): Promise<LoadInput> {
  const { inputs } = await expandInput(path);
  const [only] = inputs;
  if (inputs.length !== 1 || only === undefined || only.kind === 'nothing')
    return { dataset: await openDataset(path), log: [] };
  if (only.kind === 'aof-set') return openSet(only.path);
  const input = await openInput(only.path);
  if (input.content === 'manifest' && !input.gzip) {
    await input.close().catch(() => undefined);
    return openSet(only.path);
  }
  const open = () => openInput(only.path);
  if (input.content === 'aof') {
    await input.close().catch(() => undefined);
    return { dataset: await noKeys(only.path, 'aof'), log: [{ path: only.path, open }] };
  }
  const dataset = await datasetOf(only.path, input);
  const log = (await commandsFollow(dataset)) ? [{ path: only.path, open }] : [];
  return { dataset: log.length > 0 ? { ...dataset, kind: 'aof' } : dataset, log };
}

async function openSet(path: string): Promise<LoadInput> {
  const set = await readSet(path);
  if (!set || set.parts.length === 0) throw new BackupError('unusable', 'there is no append-only set');
  const missing = set.parts.find(({ state }) => state !== 'there');
  if (missing) throw new BackupError('damaged', `the set lists ${JSON.stringify(missing.name)}, which cannot be read`);
  if (set.manifest && !set.manifest.readable) {
    throw new BackupError('damaged', 'its manifest is damaged (rdbkit verify tells where)');
  }
  const [first, ...rest] = set.parts;
  const logs = rest.filter(({ bytes }) => (bytes ?? 0) > 0).map((part): LogPart => ({ path: part.path }));
  const input = await openPart(first.path);
  if (input.content === 'rdb') {
    const base = await datasetOf(path, input);
    const dataset = { ...base, kind: 'aof-set' as const };
    // A base may have a tail of commands, too.
    const log = (await commandsFollow(dataset)) ? [{ path: first.path }, ...logs] : logs;
    return { dataset, log };
  }
  await input.close().catch(() => undefined);
  return { dataset: await noKeys(path, 'aof-set'), log: [{ path: first.path }, ...logs] };
}

async function noKeys(path: string, kind: Dataset['kind']): Promise<Dataset> {
  const empty = await datasetOf(path, await openMemory(NO_KEYS));
  return { ...empty, kind, modifiedMs: undefined };
}

/** Whether a log follows the keys. Only an RDB that says it belongs to one is read to its end for that. */
async function commandsFollow(dataset: Dataset): Promise<boolean> {
  const look = new AofFields();
  await dataset.scan({ visitor: () => look, unchecked: true });
  if (!look.isBase) return false;
  const scan = await dataset.scan({ visitor: () => new RdbVisitor(), unchecked: true });
  return scan.behind === 'commands';
}

class AofFields extends RdbVisitor {
  isBase = false;

  override aux(key: { toBytes(): Uint8Array }): void {
    const name = Buffer.from(key.toBytes()).toString('latin1');
    if (name === 'aof-base' || name === 'aof-preamble') this.isBase = true;
  }

  override key(): number {
    throw ENOUGH;
  }
}
