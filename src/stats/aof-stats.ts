import { readLog } from '../aof/log.js';
import type { LogResult } from '../aof/log-result.js';
import { readSet } from '../aof/set.js';
import { type OpenInput, openInput, openPart } from '../backup/open.js';
import { NoChecksum } from '../bytes/checksum/checksum.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { countedSource } from '../bytes/sources/counted.js';
import { Window } from '../bytes/window.js';
import { parseRdb } from '../rdb/parser.js';
import { Level, RdbVisitor } from '../rdb/visitor.js';
import { BusiestKeys, type BusyKey } from './busiest-keys.js';
import { StatsError } from './error.js';
import { LogStats } from './log-stats.js';
import { Rate, type RatePoint } from './rate.js';

/** What was counted of the commands of one name. */
export interface CommandCount {
  /** In lower case. */
  readonly name: string;
  readonly calls: number;
  readonly bytes: number;
}

/** One file. */
export interface FileStats {
  readonly path: string;
  readonly role: 'base' | 'incr' | 'file';
  readonly bytes: number;
  /** Bytes and keys of the RDB that it begins with; null when there is none. */
  readonly rdbBytes: number | null;
  readonly rdbKeys: number | null;
  readonly commands: number;
}

/** Statistics of an append-only file or set. */
export interface AofStats {
  readonly path: string;
  readonly kind: 'aof' | 'aof-set';
  /** False when a file could not be read to its end: what lies behind is not counted. */
  readonly complete: boolean;
  /** Why it is not, a sentence for each file. */
  readonly stops: readonly string[];
  readonly files: readonly FileStats[];
  readonly commands: readonly CommandCount[];
  /** The keys written most often, and those to which most bytes were written. */
  readonly busiest: { readonly byWrites: readonly BusyKey[]; readonly byBytes: readonly BusyKey[] };
  /** Writes that may be missing from a key's count; 0 when all counts are exact. */
  readonly writesMissedAtMost: number;
  readonly firstTimestamp: number | null;
  readonly lastTimestamp: number | null;
  /** Over time, where the log has annotations. `step`: seconds that a point covers. */
  readonly rate: { readonly step: number; readonly points: readonly RatePoint[] };
}

export interface StatsOptions {
  /** How many keys to show; default 20. */
  readonly top?: number;
  /** Called now and then with the bytes read. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Counts commands, keys and bytes of an append-only file, a manifest, or the directory of a set. Rejects with StatsError for
 * anything else, and with the system's error for what cannot be read.
 */
export async function aofStats(path: string, options: StatsOptions = {}): Promise<AofStats> {
  const files = await filesOf(path);
  const keys = new BusiestKeys();
  const rate = new Rate();
  const read: { file: FileStats; log: LogResult | undefined; stop: string | undefined }[] = [];
  const commands = new Map<string, { calls: number; bytes: number }>();
  let done = 0;
  for (const { role, open, path: file } of files) {
    const input = await open();
    const before = done;
    try {
      const onRead = (bytes: number) => options.onProgress?.(before + bytes);
      const one = await readFile(file, role, input, new LogStats(keys, rate), onRead);
      read.push(one);
      done += one.file.bytes;
      for (const { name, commands: calls, bytes } of one.log?.tallies ?? []) {
        const count = commands.get(name) ?? { calls: 0, bytes: 0 };
        commands.set(name, { calls: count.calls + calls, bytes: count.bytes + bytes });
      }
    } finally {
      await input.close().catch(() => undefined);
    }
  }
  const top = options.top ?? 20;
  const stops = read.flatMap(({ stop }) => stop ?? []);
  const times = read.flatMap(({ log }) => (log?.firstTimestamp === undefined ? [] : [log]));
  return {
    path,
    kind: files.length === 1 && files[0].role === 'file' ? 'aof' : 'aof-set',
    complete: stops.length === 0,
    stops,
    files: read.map(({ file }) => file),
    commands: [...commands].map(([name, count]) => ({ name, ...count })).sort((a, b) => b.calls - a.calls),
    busiest: { byWrites: keys.top(top, 'writes'), byBytes: keys.top(top, 'bytes') },
    writesMissedAtMost: keys.missed,
    firstTimestamp: times[0]?.firstTimestamp ?? null,
    lastTimestamp: times.at(-1)?.lastTimestamp ?? null,
    rate: { step: rate.step, points: rate.list() },
  };
}

interface Found {
  readonly path: string;
  readonly role: FileStats['role'];
  readonly open: () => Promise<OpenInput>;
}

async function filesOf(path: string): Promise<Found[]> {
  const input = await openInput(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') return undefined;
    throw error;
  });
  if (input && (input.content === 'aof' || input.content === 'rdb')) {
    return [{ path, role: 'file', open: async () => input }];
  }
  const isManifest = input?.content === 'manifest';
  await input?.close();
  if (input && !isManifest) throw new StatsError('this is no append-only file');
  const set = await readSet(path);
  if (!set) throw new StatsError('there is no append-only file or set in this directory');
  const listed = set.parts.filter(({ state }) => state === 'there');
  if (listed.length === 0) {
    if (set.legacy) return filesOf(set.legacy.path);
    throw new StatsError('the set has no file that can be read; rdbkit verify tells why');
  }
  return listed.map(({ path: part, entry }) => ({
    path: part,
    role: entry.role === 'base' ? 'base' : 'incr',
    open: () => openPart(part),
  }));
}

async function readFile(
  path: string,
  role: FileStats['role'],
  input: OpenInput,
  visitor: LogStats,
  onRead: (bytes: number) => void,
): Promise<{ file: FileStats; log: LogResult | undefined; stop: string | undefined }> {
  const window = new Window(new Kernels(), countedSource(input.source, onRead), new NoChecksum());
  window.endSum();
  try {
    const rdb = new KeyCount();
    let rdbBytes: number | null = null;
    if (input.content === 'rdb') {
      const result = await parseRdb(window, rdb);
      if (!result.complete) {
        const { offset, message } = result.failure;
        const file = { path, role, bytes: window.bytesRead, rdbBytes: offset, rdbKeys: rdb.keys, commands: 0 };
        return { file, log: undefined, stop: `${path}: at ${offset}: ${message}` };
      }
      rdbBytes = result.end;
    }
    const preamble = role !== 'file' || input.content !== 'rdb' || rdb.isPreamble;
    if (!preamble) throw new StatsError('this is a dump, and statistics are made of append-only files only, so far');
    const log = await readLog(window, visitor);
    const rdbKeys = rdbBytes === null ? null : rdb.keys;
    const file = { path, role, bytes: log.end, rdbBytes, rdbKeys, commands: log.commands };
    const { fault } = log;
    return { file, log, stop: fault ? `${path}: at ${fault.offset}: ${fault.message}` : undefined };
  } finally {
    await window.settle();
  }
}

class KeyCount extends RdbVisitor {
  keys = 0;
  isPreamble = false;

  override aux(key: { toBytes(): Uint8Array }, value: { toBytes(): Uint8Array }): void {
    const [name, text] = [key, value].map((ref) => Buffer.from(ref.toBytes()).toString('latin1'));
    if (name === 'aof-preamble' && text === '1') this.isPreamble = true;
  }

  override key(): number {
    this.keys++;
    return Level.SKIP;
  }
}
