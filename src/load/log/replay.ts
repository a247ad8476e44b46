// Replays the commands of append-only files in their order, as a server that loads them would.
//
// One thing is not as it is there: a server that loads a log expires nothing meanwhile, and a running one does. Where a key's
// time was over before now, and commands behind that moment in the log still found it alive, they find it gone. Such a key is gone in
// the end, too, unless the log gave it another time. What a server makes of the log exactly, `materialize` tells.
import { readLog } from '../../aof/log.js';
import { type CommandRecord, LogVisitor } from '../../aof/log-visitor.js';
import { type OpenInput, openPart } from '../../backup/open.js';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import { countedSource } from '../../bytes/sources/counted.js';
import { Window } from '../../bytes/window.js';
import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import { parseRdb } from '../../rdb/parser.js';
import { RdbVisitor } from '../../rdb/visitor.js';
import { plainCommands } from '../../servers/command-reach.js';
import { commandsOf } from '../../servers/commands.js';
import { RELEASES } from '../../servers/releases.js';
import { KnownCommands } from './known.js';
import type { LogPlace, LogReplay } from './log-replay.js';
import { LogSender } from './log-sender.js';
import { EndOfReplay, ReplayVisitor } from './replay-visitor.js';

export interface LogPart {
  readonly path: string;
  /** Opens it; by default as servers do, without looking through a gzip. */
  readonly open?: () => Promise<OpenInput>;
}

export interface ReplayOptions {
  /** Of a database in the log, which one it is in the target; undefined: its commands are not sent. Default: the same. */
  readonly mapDb?: (db: number) => number | undefined;
  /** Send commands that reach outside of the data, too. */
  readonly trust?: boolean;
  /** Replay FLUSHALL, FLUSHDB and FUNCTION FLUSH; without this a log that holds one is not begun. */
  readonly flush?: boolean;
  /** Stop at the first annotation that is later, ms since the epoch. */
  readonly untilMs?: number | undefined;
  /** Called with bytes read of all parts. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** The largest value that servers take by default. */
const LARGEST_ARGUMENT = 512 * 1024 * 1024;

/**
 * Sends the commands of a log: of a set all its parts in order, of a single file that one. An RDB that a file begins with is passed
 * over: its keys are to be loaded before. Whoever opened the target closes it.
 *
 * Commands are not repeated: where the connection breaks it ends, and says where. Rejects for errors of the system.
 */
export async function replayLog(
  parts: readonly LogPart[],
  target: BulkTarget,
  options: ReplayOptions = {},
): Promise<LogReplay> {
  const { untilMs, onProgress, trust = false, flush = false, mapDb = (db) => db } = options;
  const kernels = new Kernels();
  const known = new KnownCommands(target);
  const sender = new LogSender(target);
  const visitor = new ReplayVisitor(known, sender, { mapDb, trust, untilMs, isCluster: target.isCluster });
  const found = flush ? undefined : await findFlush(kernels, parts, known, untilMs);
  if (found) sender.end(found, `${found.command} would empty what is in the target already`);
  let torn: LogReplay['torn'];
  let before = 0;
  for (const [index, part] of parts.entries()) {
    if (sender.stopped || visitor.until || torn) break;
    visitor.beginPart(part.path, index);
    const read = onProgress && ((bytes: number) => onProgress(before + bytes));
    const walked = await walk(kernels, part, visitor, read);
    visitor.endPart();
    before += walked.bytes;
    if (!walked.fault) continue;
    const { offset, message, isTail } = walked.fault;
    const place = { path: part.path, offset };
    if (isTail && index === parts.length - 1) torn = { ...place, message };
    else sender.end({ ...place, part: index }, message);
  }
  await sender.finish();
  const { done, failed, failures, lost, unsent, stopped } = sender;
  const { commands, reaching, idle, elsewhere, unfinished, lastTimestamp, until, reachingCommands } = visitor;
  return {
    ...{ commands, done, failed, failures, lost, reaching, idle, elsewhere, unfinished, unsent, lastTimestamp, torn },
    reachingCommands: [...reachingCommands.values()],
    until: until && placeOf(until),
    stopped: stopped && { ...placeOf(stopped.place), reason: stopped.reason },
  };
}

function placeOf({ path, offset }: LogPlace): LogPlace {
  return { path, offset };
}

interface Walked {
  readonly bytes: number;
  /** `isTail`: the file only ends too early. */
  readonly fault: { readonly offset: number; readonly message: string; readonly isTail: boolean } | undefined;
}

/** Tells a visitor the commands of one part. */
async function walk(
  kernels: Kernels,
  part: LogPart,
  visitor: LogVisitor,
  onRead: ((bytes: number) => void) | undefined,
  plain: ReturnType<typeof plainCommands> = [],
): Promise<Walked> {
  const input = await (part.open ?? (() => openPart(part.path)))();
  const source = onRead ? countedSource(input.source, onRead) : input.source;
  const window = new Window(kernels, source, new NoChecksum());
  window.endSum();
  try {
    if (input.content === 'rdb') {
      const result = await parseRdb(window, new RdbVisitor());
      if (!result.complete) {
        const { offset, message } = result.failure;
        return { bytes: window.bytesRead, fault: { offset, message, isTail: false } };
      }
    }
    await window.fill(1);
    if (window.end === window.position) return { bytes: window.bytesRead, fault: undefined };
    const { fault } = await readLog(window, visitor, { plain, largestArgument: LARGEST_ARGUMENT });
    if (!fault) return { bytes: window.bytesRead, fault: undefined };
    const { offset, message, code } = fault;
    const isTail = code === 'AOF_TRUNCATED_TAIL' || code === 'AOF_ZERO_TAIL';
    return { bytes: window.bytesRead, fault: { offset, message, isTail } };
  } catch (error) {
    if (!(error instanceof EndOfReplay)) throw error;
    return { bytes: window.bytesRead, fault: undefined };
  } finally {
    await window.settle();
    window.release();
    await input.close().catch(() => undefined);
  }
}

/** The first command that empties databases, before anything is sent. */
async function findFlush(
  kernels: Kernels,
  parts: readonly LogPart[],
  known: KnownCommands,
  untilMs: number | undefined,
) {
  const look = new FlushLook(known, untilMs);
  const plain = plainCommands(RELEASES.slice(-1).map(commandsOf)).filter(({ name }) => !known.of(name, '').isFlush);
  for (const [index, part] of parts.entries()) {
    await walk(kernels, part, look, undefined, plain);
    if (look.found) return { path: part.path, part: index, ...look.found };
    if (look.isOver) return undefined;
  }
  return undefined;
}

class FlushLook extends LogVisitor {
  found: { readonly command: string; readonly offset: number } | undefined;
  isOver = false;
  private word = '';

  constructor(
    private readonly known: KnownCommands,
    private readonly untilMs: number | undefined,
  ) {
    super();
  }

  override command(): number {
    this.word = '';
    return 1;
  }

  override argument(_index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    if (length < 64) this.word = Buffer.from(buffer.slice(start, end)).toString('latin1');
  }

  override commandEnd({ name, offset }: CommandRecord): void {
    const { isFlush, shown } = this.known.of(name, this.word);
    if (!isFlush) return;
    this.found = { command: shown.toUpperCase(), offset };
    throw new EndOfReplay();
  }

  override timestamp(seconds: number): void {
    if (this.untilMs === undefined || seconds * 1000 <= this.untilMs) return;
    this.isOver = true;
    throw new EndOfReplay();
  }
}
