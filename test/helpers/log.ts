import type { PlainCommand } from '../../src/aof/command-table.js';
import { readLog } from '../../src/aof/log.js';
import type { LogResult } from '../../src/aof/log-result.js';
import { type CommandRecord, LogVisitor } from '../../src/aof/log-visitor.js';
import { NoChecksum } from '../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { Window } from '../../src/bytes/window.js';
import type { FindingCode } from '../../src/errors.js';
import { chunkedSource } from './chunks.js';
import { shown } from './events.js';

export interface LogDelivery {
  /** Lengths of the pieces that arrive, over and over; all at once when left out. */
  readonly chunks?: readonly number[];
  /** The source tells its size, as a file does; default true. */
  readonly sized?: boolean;
  /** How much the window asks for at a time. */
  readonly window?: number;
  readonly plain?: readonly PlainCommand[];
  /** How many arguments of each command are wanted; all when left out. */
  readonly wanted?: number;
  readonly largestArgument?: number;
  /** Bytes that belong to something else, in front of the log. */
  readonly skip?: number;
}

export interface LogTold {
  readonly result: LogResult;
  /** Commands, arguments, databases and timestamps, one line each. */
  readonly events: string[];
  readonly problems: { code: FindingCode; offset: number; detail: string }[];
}

const PARSES_PER_KERNELS = 50;
let kernels = new Kernels();
let parses = 0;

/** Reads a log and writes down all that is told. */
export async function logOf(bytes: Uint8Array | string, delivery: LogDelivery = {}): Promise<LogTold> {
  if (++parses % PARSES_PER_KERNELS === 0) kernels = new Kernels();
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  const inner = chunkedSource(content, delivery.chunks ?? [content.length]);
  const source = {
    size: delivery.sized === false ? undefined : content.length,
    get consumed() {
      return inner.consumed;
    },
    read: (target: Uint8Array) => inner.read(target),
    close: () => inner.close(),
  };
  const window = new Window(kernels, source, new NoChecksum(), delivery.window);
  if (delivery.skip) {
    await window.fill(delivery.skip);
    window.discard(window.position + delivery.skip);
  }
  const visitor = new Recorder(delivery.wanted ?? Number.POSITIVE_INFINITY);
  const result = await readLog(window, visitor, delivery);
  await window.settle();
  return { result, events: visitor.events, problems: visitor.problems };
}

class Recorder extends LogVisitor {
  readonly events: string[] = [];
  readonly problems: LogTold['problems'] = [];

  constructor(private readonly wanted: number) {
    super();
  }

  override command({ name, argc, db, multiAt, offset }: CommandRecord): number {
    this.events.push(`${name} ${argc} db ${db}${multiAt < 0 ? '' : ` in ${multiAt}`} @${offset}`);
    return this.wanted;
  }

  override argument(index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    const content = end - start < length ? `<${length} bytes>` : shown(buffer.slice(start, end));
    this.events.push(`  ${index} ${content}`);
  }

  override commandEnd({ bytes }: CommandRecord): void {
    this.events.push(`  ${bytes} bytes`);
  }

  override database(db: number, offset: number): void {
    this.events.push(`database ${db} @${offset}`);
  }

  override timestamp(seconds: number, offset: number): void {
    this.events.push(`time ${seconds} @${offset}`);
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    if (detail === '') throw new Error(`${code} is told without a word`);
    this.problems.push({ code, offset, detail });
  }
}
