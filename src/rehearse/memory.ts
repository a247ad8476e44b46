// What the server of a drill says of its memory.
import type { DisposableServer } from '../disposable/disposable.js';
import type { AllocatorName } from '../servers/memory/allocator.js';
import { type MemoryModel, memoryModel, modelledRelease } from '../servers/memory/model.js';
import type { RehearsedMemory } from './report.js';
import type { MemoryEstimate } from './saved.js';

/** What a server that has loaded a backup uses, in bytes. */
export interface ServerMemory {
  /** All of it. */
  readonly used: number;
  /** INFO's `used_memory_dataset`. */
  readonly dataset: number | null;
  /** Keys, and the tables by which it finds them; null when it does not say. */
  readonly keys: number | null;
  /** How its memory is estimated; undefined for an allocator that is not known. */
  readonly model: MemoryModel | undefined;
}

/** Below that, what connections take for a moment counts too much. */
const LEAST_COMPARED = 1024 * 1024;

/** Rejects with StartFailure when the server has ended. */
export async function memoryOf(server: DisposableServer): Promise<ServerMemory> {
  const info = await server.info('memory');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  const dataset = field('used_memory_dataset');
  const told = await ask(server);
  const { lineage, version } = server.program;
  const release = modelledRelease(undefined, { name: lineage, version }, lineage, null);
  return {
    used: field('used_memory') || 0,
    dataset: Number.isNaN(dataset) ? null : dataset,
    keys: told?.keys ?? null,
    model: told?.allocator && memoryModel(release, told.allocator, 'allocated'),
  };
}

/** What is reported, with the estimate beside it. */
export function reportedMemory(
  { used, dataset, keys }: ServerMemory,
  estimate: MemoryEstimate | undefined,
  atSave: number | undefined,
): RehearsedMemory {
  const isCompared = estimate !== undefined && keys !== null && keys >= LEAST_COMPARED;
  return {
    used,
    dataset,
    keys,
    estimated: estimate?.bytes ?? null,
    ratio: isCompared ? Math.round((estimate.bytes / keys) * 10_000) / 10_000 : null,
    unknownKeys: estimate?.unknownKeys ?? 0,
    atSave: atSave ?? null,
  };
}

interface Told {
  readonly keys: number;
  readonly allocator: AllocatorName | undefined;
}

/** Undefined when the server does not answer. */
async function ask(server: DisposableServer): Promise<Told | undefined> {
  const live = await server.connect().catch(() => undefined);
  if (!live) return undefined;
  try {
    const [node] = live.nodes;
    const stats = pairsOf(await node.call('MEMORY', 'STATS'));
    const malloc = String(await node.call('MEMORY', 'MALLOC-STATS'));
    // What it counts for the tables of a database, it does not count for the dataset.
    const tables = [...stats].filter(([name]) => /^db\.\d+$/.test(name)).map(([, value]) => sum(pairsOf(value)));
    const keys = Number(stats.get('dataset.bytes')) + tables.reduce((all, bytes) => all + bytes, 0);
    return Number.isFinite(keys) ? { keys, allocator: allocatorOf(malloc) } : undefined;
  } catch {
    return undefined;
  } finally {
    live.close();
  }
}

function pairsOf(reply: unknown): Map<string, unknown> {
  const flat = Array.isArray(reply) ? (reply as unknown[]) : [];
  const pairs = new Map<string, unknown>();
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.set(String(flat[i]), flat[i + 1]);
  return pairs;
}

function sum(numbers: ReadonlyMap<string, unknown>): number {
  return [...numbers.values()].reduce<number>((all, value) => all + Number(value), 0);
}

/** By what jemalloc prints of itself; undefined for another allocator. */
function allocatorOf(stats: string): AllocatorName | undefined {
  const quantum = /Quantum size: (\d+)/.exec(stats)?.[1];
  if (quantum === undefined) return undefined;
  if (quantum === '8') return 'official';
  return /disable_large_size_classes: true/.test(stats) ? 'distribution-5.3.1' : 'distribution';
}
