/** How near the estimate comes to MEMORY USAGE, by type and encoding. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { AllocatorName } from '../../../src/servers/memory/allocator.js';
import { memoryModel } from '../../../src/servers/memory/model.js';
import { releaseNamed } from '../../../src/servers/releases.js';
import type { AvailableServer } from '../available.js';
import { removeFolder } from '../reaper.js';
import { withServer } from '../server.js';
import { type DatasetOptions, makeDataset } from './dataset.js';
import { type Estimate, estimatesOf } from './estimates.js';

/** One key as the server that loaded it tells it. */
interface Measured {
  readonly bytes: number;
  readonly encoding: string;
}

export interface AccuracyRow {
  readonly type: string;
  /** On the server, and where it differs, `<` and the one in the file. */
  readonly encoding: string;
  readonly keys: number;
  readonly bytes: number;
  /** (estimate - measured) / measured, as the rest; the last two without their sign. */
  readonly total: number;
  readonly median: number;
  readonly p95: number;
}

export interface Accuracy {
  readonly allocator: AllocatorName;
  readonly rows: readonly AccuracyRow[];
  readonly all: AccuracyRow;
}

const PER_PIPELINE = 500;

/** A dump of keys of every kind, made by `server`. */
export async function makeDump(server: AvailableServer, options: DatasetOptions): Promise<Buffer> {
  return withServer(server, async ({ client, dir }) => {
    const fieldExpiry = await client.call('COMMAND', 'INFO', 'HPEXPIREAT');
    await makeDataset(client, { fieldExpiry: Array.isArray(fieldExpiry) && fieldExpiry[0] !== null }, options);
    await client.call('SAVE');
    return readFileSync(join(dir, 'dump.rdb'));
  });
}

/** Holds the estimate for `server` against what it says of `dump` when it has loaded it. */
export async function accuracyOf(server: AvailableServer, dump: Uint8Array): Promise<Accuracy> {
  const release = releaseNamed(server.name);
  if (!release) throw new Error(`${server.name} is no known release`);
  const { allocator, measured } = await load(server, dump);
  const estimates = await estimatesOf(dump, memoryModel(release, allocator));
  if (estimates.size !== measured.size)
    throw new Error(`${server.name} loaded ${measured.size} of ${estimates.size} keys`);
  const groups = new Map<string, Pair[]>();
  for (const [name, measurement] of measured) {
    const estimate = estimates.get(name);
    if (!estimate) throw new Error(`${name} was not estimated`);
    const group = groupOf(estimate, measurement);
    groups.set(group, [...(groups.get(group) ?? []), { estimated: estimate.bytes, measured: measurement.bytes }]);
  }
  const rows = [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([group, pairs]) => rowOf(group, pairs));
  return { allocator, rows, all: rowOf('all keys', [...groups.values()].flat()) };
}

/** The allocator that a server is built with. */
export async function allocatorOf(client: Redis): Promise<AllocatorName> {
  const name = /^mem_allocator:(\S+)/m.exec(await client.info('memory'))?.[1] ?? '';
  const stats = String(await client.call('MEMORY', 'MALLOC-STATS'));
  const quantum = /Quantum size: (\d+)/.exec(stats)?.[1];
  if (!name.startsWith('jemalloc') || !quantum) throw new Error(`the estimate knows jemalloc only, not ${name}`);
  if (quantum === '8') return 'official';
  return /disable_large_size_classes: true/.test(stats) ? 'distribution-5.3.1' : 'distribution';
}

/** Measures every key of a dump on a server that loads it at its start. */
async function load(
  server: AvailableServer,
  dump: Uint8Array,
): Promise<{ allocator: AllocatorName; measured: Map<string, Measured> }> {
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-memory-'));
  const path = join(folder, 'dump.rdb');
  writeFileSync(path, dump);
  try {
    const prepare = (dir: string) => copyFileSync(path, join(dir, 'dump.rdb'));
    return await withServer({ ...server, prepare }, async ({ client }) => ({
      allocator: await allocatorOf(client),
      measured: await measureAll(client),
    }));
  } finally {
    removeFolder(folder);
  }
}

async function measureAll(client: Redis): Promise<Map<string, Measured>> {
  const names = await client.keys('*');
  const measured = new Map<string, Measured>();
  for (let i = 0; i < names.length; i += PER_PIPELINE) {
    const part = names.slice(i, i + PER_PIPELINE);
    const pipeline = client.pipeline();
    for (const name of part) {
      pipeline.call('MEMORY', 'USAGE', name, 'SAMPLES', '0');
      pipeline.call('OBJECT', 'ENCODING', name);
    }
    const replies = (await pipeline.exec()) ?? [];
    part.forEach((name, at) => {
      measured.set(name, { bytes: Number(replies[2 * at]?.[1]), encoding: String(replies[2 * at + 1]?.[1]) });
    });
  }
  return measured;
}

interface Pair {
  readonly estimated: number;
  readonly measured: number;
}

/** The file has one form for all strings, and calls containers by their own names. */
function groupOf({ type, encoding }: Estimate, measurement: Measured): string {
  const same = type === 'string' || encoding === measurement.encoding;
  return `${type} ${measurement.encoding}${same ? '' : `<${encoding}`}`;
}

function rowOf(group: string, pairs: readonly Pair[]): AccuracyRow {
  const sum = (of: (pair: Pair) => number) => pairs.reduce((all, pair) => all + of(pair), 0);
  const bytes = sum(({ measured }) => measured);
  const errors = pairs.map((p) => Math.abs(p.estimated - p.measured) / p.measured).sort((a, b) => a - b);
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))] ?? Number.NaN;
  const [type = '', ...encoding] = group.split(' ');
  return {
    type,
    encoding: encoding.join(' '),
    keys: pairs.length,
    bytes,
    total: (sum(({ estimated }) => estimated) - bytes) / bytes,
    median: at(0.5),
    p95: at(0.95),
  };
}
