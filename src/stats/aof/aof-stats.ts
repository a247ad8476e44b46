import type { OpenInput } from '../../backup/open.js';
import type { AofStats } from './aof-report.js';
import { KeyWrites } from './key-writes.js';
import { logFiles } from './log-files.js';
import { LogStats } from './log-stats.js';
import { Rate } from './rate.js';
import { type CountRdb, type ReadFile, readFile } from './read-file.js';

export { StatsError } from '../error.js';
export type { AofStats } from './aof-report.js';
export type { CountRdb, RdbPart } from './read-file.js';

/** How a log is counted. */
export interface AofStatsOptions {
  /** How many keys, and prefixes at each place of the tree, to list; default 20. */
  readonly top?: number;
  /** What divides names into prefixes, texts of at least one character; by default it is seen in the names. */
  readonly separators?: readonly string[];
  /** Levels of prefixes; default 2. */
  readonly depth?: number;
  /**
   * Counts the RDB that the log begins with, for `dump`; without it only its keys are counted.
   * @internal
   */
  readonly countRdb?: CountRdb;
  /**
   * The log itself, when it is a stream that was opened already to look at it.
   * @internal
   */
  readonly opened?: OpenInput;
  /** Called now and then with the bytes read. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Counts commands, keys and bytes of an append-only file, a manifest, or the directory of a set, in one pass with bounded
 * memory. Rejects with StatsError for anything else, and with the system's error for what cannot be read.
 */
export async function aofStats(path: string, options: AofStatsOptions = {}): Promise<AofStats> {
  const { top = 20, onProgress, countRdb, opened, ...keyOptions } = options;
  const files = await logFiles(path, opened);
  const keys = new KeyWrites(keyOptions);
  const rate = new Rate();
  const visitor = new LogStats(keys, rate);
  const read: ReadFile[] = [];
  let done = 0;
  for (const { role, open, path: file } of files) {
    const input = await open();
    const before = done;
    const onRead = onProgress && ((bytes: number) => onProgress(before + bytes));
    try {
      const one = await readFile(file, role, input, visitor, { countRdb, onRead });
      read.push(one);
      done += one.file.bytes;
    } finally {
      await input.close().catch(() => undefined);
    }
  }
  const stops = read.flatMap(({ stop }) => stop ?? []);
  const times = read.flatMap(({ log }) => (log?.firstTimestamp === undefined ? [] : [log]));
  return {
    path,
    kind: files.length === 1 && files[0].role === 'file' ? 'aof' : 'aof-set',
    bytes: read.reduce((sum, { file }) => sum + file.bytes, 0),
    complete: stops.length === 0,
    stops,
    files: read.map(({ file }) => file),
    commands: commandsIn(read),
    written: { ...keys.total },
    busiest: { byWrites: keys.top(top, 'writes'), byBytes: keys.top(top, 'bytes') },
    prefixes: keys.byPrefix(top),
    writesMissedAtMost: keys.missed.writes,
    firstTimestamp: times[0]?.firstTimestamp ?? null,
    lastTimestamp: times.at(-1)?.lastTimestamp ?? null,
    rate: { step: rate.step, points: rate.list() },
    dump: read.find(({ dump }) => dump !== null)?.dump ?? null,
  };
}

function commandsIn(read: readonly ReadFile[]): AofStats['commands'] {
  const commands = new Map<string, { calls: number; bytes: number }>();
  for (const { log } of read) {
    for (const { name, commands: calls, bytes } of log?.tallies ?? []) {
      const count = commands.get(name) ?? { calls: 0, bytes: 0 };
      commands.set(name, { calls: count.calls + calls, bytes: count.bytes + bytes });
    }
  }
  return [...commands].map(([name, count]) => ({ name, ...count })).sort((a, b) => b.calls - a.calls);
}
