// Counts one file of a log: the RDB that it begins with, and its commands.
import { readLog } from '../../aof/log.js';
import type { LogResult } from '../../aof/log-result.js';
import type { OpenInput } from '../../backup/open.js';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import { countedSource } from '../../bytes/sources/counted.js';
import { Window } from '../../bytes/window.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { type ParseResult, parseRdb } from '../../rdb/parser.js';
import { Level, RdbVisitor } from '../../rdb/visitor.js';
import { StatsError } from '../error.js';
import type { StatsReport } from '../report.js';
import type { FileStats } from './aof-report.js';
import type { LogStats } from './log-stats.js';

/** The RDB that a log begins with, about to be read. */
export interface RdbPart {
  readonly path: string;
  /** Bytes of the file, the commands behind the RDB included, when known. */
  readonly inputSize: number | undefined;
  readonly kernels: Kernels;
  readonly window: Window;
}

/**
 * Counts the RDB that a log begins with. It calls `parse` once with its visitor; what could not be read is then in the result.
 * The keys of the first of the report's files are taken for those of this RDB.
 */
export type CountRdb = (part: RdbPart, parse: (visitor: RdbVisitor) => Promise<ParseResult>) => Promise<StatsReport>;

/** What was found in a file. */
export interface ReadFile {
  readonly file: FileStats;
  readonly log: LogResult | undefined;
  readonly dump: StatsReport | null;
  /** Why it was not read to its end. */
  readonly stop: string | undefined;
}

/** Reads a file and tells `visitor` its commands. Rejects with StatsError for a dump that is no part of a log. */
export async function readFile(
  path: string,
  role: FileStats['role'],
  input: OpenInput,
  visitor: LogStats,
  {
    countRdb,
    onRead,
  }: { readonly countRdb: CountRdb | undefined; readonly onRead: ((bytes: number) => void) | undefined },
): Promise<ReadFile> {
  const kernels = new Kernels();
  const source = onRead ? countedSource(input.source, onRead) : input.source;
  const window = new Window(kernels, source, new NoChecksum());
  window.endSum();
  try {
    let dump: StatsReport | null = null;
    let rdb: { bytes: number; keys: number } | undefined;
    if (input.content === 'rdb') {
      const head = new Head();
      let result: ParseResult | undefined;
      const parse = async (of: RdbVisitor) => {
        result = await parseRdb(window, head.watch(of));
        return result;
      };
      const counter = new KeyCount();
      if (countRdb) dump = await countRdb({ path, inputSize: input.inputSize, kernels, window }, parse);
      else await parse(counter);
      if (!result) throw new Error('the RDB of a log was not parsed');
      const keys = dump?.files[0]?.keys ?? counter.keys;
      if (!result.complete) {
        const { offset, message } = result.failure;
        const file = { path, role, bytes: window.bytesRead, rdbBytes: offset, rdbKeys: keys, commands: 0 };
        return { file, log: undefined, dump, stop: `${path}: at ${offset}: ${message}` };
      }
      rdb = { bytes: result.end, keys };
      if (role === 'file' && !head.isPreamble) throw new StatsError('this is a dump, and no log of commands');
    }
    const log = await readLog(window, visitor);
    const rdbFacts = { rdbBytes: rdb?.bytes ?? null, rdbKeys: rdb?.keys ?? null };
    const file = { path, role, bytes: log.end, ...rdbFacts, commands: log.commands };
    const { fault } = log;
    return { file, log, dump, stop: fault ? `${path}: at ${fault.offset}: ${fault.message}` : undefined };
  } finally {
    await window.settle();
  }
}

/** Sees whether an RDB says that commands follow. */
class Head {
  isPreamble = false;

  watch(visitor: RdbVisitor): RdbVisitor {
    const aux = visitor.aux.bind(visitor);
    visitor.aux = (key: BytesRef, value: BytesRef, offset: number) => {
      const [name, text] = [key, value].map((ref) => Buffer.from(ref.toBytes()).toString('latin1'));
      if (name === 'aof-preamble' && text === '1') this.isPreamble = true;
      aux(key, value, offset);
    };
    return visitor;
  }
}

class KeyCount extends RdbVisitor {
  keys = 0;

  override key(): number {
    this.keys++;
    return Level.SKIP;
  }
}
