// The journal of a load: what a second run has to know when the first one did not come to its end.
//
// Lines that are only appended: CRC-32 of the rest as eight hex digits, a blank, a JSON object.
//   {"journal":1,"input":…,"target":…,"options":…,"nowMs":…}   the first line: what the rest is about
//   {"run":[ids]}                the servers that answer now, by their run ids
//   {"until":N}                  keys that begin in front of N may be sent from now on
//   {"low":N,"open":[offsets]}   all keys in front of N are settled, and loaded but for the open ones
//   {"low":N,"all":true}         the same, and the open ones in front of it are all that there are
//   {"restart":true}             a server forgot, or may have forgotten: what was loaded has to be offered again
//   {"swept":[ids]}              that was done, on these servers
// A crash may tear the last line, which is then cut off.
import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'crc';
import { LoadError } from './load-error.js';
import { OffsetSet } from './offset-set.js';

const VERSION = 1;
/** How long the system may keep what was written, ms. */
const SYNC_EVERY_MS = 1000;
const OPEN_AT_A_TIME = 10_000;

/** What a journal is about: a second run has to say the same. */
export interface JournalSubject {
  /** The content of the input: size, checksum, number of keys. */
  readonly input: string;
  /** The URL of the target without its password. */
  readonly target: string;
  /** Filters, databases and prefixes: what decides which keys go where. */
  readonly options: string;
}

/** What runs before left. */
export interface JournalState {
  /** What the clock said in the first run, ms since the epoch: filters on the time to live count from it. */
  readonly nowMs: number;
  /** All keys that begin in front of it are settled. */
  readonly low: number;
  /** No key that begins behind it was sent. */
  readonly until: number;
  /** Keys in front of `low` that were not loaded, or not for sure. */
  readonly open: OffsetSet;
  /** The servers that took the keys; undefined before the first one was sent. */
  readonly nodes: readonly string[] | undefined;
  /** What was loaded may be gone. */
  readonly forgotten: boolean;
}

type Line = Readonly<Record<string, unknown>>;

/** A journal that is open for more lines. */
export class Journal {
  private syncedMs = 0;

  private constructor(
    private readonly fd: number,
    /** Undefined for a new journal. */
    readonly state: JournalState | undefined,
  ) {}

  /**
   * Opens the journal of this load, or begins one. Throws LoadError for the journal of another load, and for a file that is
   * none; and errors of the system.
   */
  static open(path: string, subject: JournalSubject, nowMs: number): Journal {
    const content = readIfThere(path);
    if (content === undefined || content.length === 0) {
      const journal = new Journal(openSync(path, 'a', 0o600), undefined);
      journal.write({ journal: VERSION, ...subject, nowMs });
      journal.sync();
      return journal;
    }
    const { lines, end } = readLines(content);
    const [head] = lines;
    if (head?.journal !== VERSION)
      throw new LoadError('unusable', 'this file is no journal of a load; it stays as it is');
    for (const what of ['input', 'target', 'options'] as const) {
      if (head[what] !== subject[what]) throw new LoadError('unusable', otherSubject(what, head[what], subject[what]));
    }
    const fd = openSync(path, 'r+');
    // A torn line must not stand in front of the next one.
    ftruncateSync(fd, end);
    closeSync(fd);
    return new Journal(openSync(path, 'a'), stateOf(lines));
  }

  /** What the clock said when the run of a journal began, ms since the epoch; undefined where there is no journal. */
  static momentOf(path: string): number | undefined {
    const content = readIfThere(path);
    const head = content && readLines(content).lines[0];
    return head?.journal === VERSION ? Number(head.nowMs) : undefined;
  }

  /** A run begins, on these servers. */
  run(nodes: readonly string[]): void {
    this.write({ run: nodes });
  }

  /** Before any key behind the last such place is sent. */
  extend(until: number): void {
    this.write({ until });
  }

  /** All keys in front of `low` are settled; those that were not loaded since the last time are in `open`. */
  settled(low: number, open: readonly number[]): void {
    this.writeSettled({ low }, open);
  }

  /** The same at the end of a run, which has settled all open ones but these. */
  ended(low: number, open: readonly number[]): void {
    this.writeSettled({ low, all: true }, open);
  }

  private writeSettled(line: Line, open: readonly number[]): void {
    for (let from = 0; from < open.length; from += OPEN_AT_A_TIME) {
      this.write({ open: open.slice(from, from + OPEN_AT_A_TIME) });
    }
    this.write(line);
    if (performance.now() - this.syncedMs >= SYNC_EVERY_MS) this.sync();
  }

  restarted(): void {
    this.write({ restart: true });
    this.sync();
  }

  swept(nodes: readonly string[]): void {
    this.write({ swept: nodes });
    this.sync();
  }

  close(): void {
    this.sync();
    closeSync(this.fd);
  }

  private write(line: Line): void {
    writeSync(this.fd, encodeLine(line));
  }

  private sync(): void {
    fdatasyncSync(this.fd);
    this.syncedMs = performance.now();
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function encodeLine(line: Line): string {
  const json = JSON.stringify(line);
  return `${sumOf(json)} ${json}\n`;
}

function sumOf(json: string): string {
  return (crc32(Buffer.from(json)) >>> 0).toString(16).padStart(8, '0');
}

/** The lines up to the first one that is not whole, and where they end. */
function readLines(content: Buffer): { lines: Line[]; end: number } {
  const lines: Line[] = [];
  let at = 0;
  for (;;) {
    const next = content.indexOf(0x0a, at);
    if (next < 0) break;
    const text = content.toString('utf8', at, next);
    const json = text.slice(9);
    if (text[8] !== ' ' || text.slice(0, 8) !== sumOf(json)) break;
    try {
      lines.push(JSON.parse(json) as Line);
    } catch {
      break;
    }
    at = next + 1;
  }
  return { lines, end: at };
}

function stateOf(lines: readonly Line[]): JournalState {
  let low = 0;
  let until = 0;
  let nodes: readonly string[] | undefined;
  let forgotten = false;
  let pending: number[] = [];
  let open = new OffsetSet();
  for (const line of lines) {
    if (Array.isArray(line.open)) pending.push(...(line.open as number[]));
    if (typeof line.until === 'number') until = Math.max(until, line.until);
    if (Array.isArray(line.run)) {
      // What a crash left without its place lies behind it, and is looked at anyway.
      pending = [];
      nodes = line.run as string[];
    }
    if (line.restart === true) forgotten = true;
    if (Array.isArray(line.swept)) {
      forgotten = false;
      nodes = line.swept as string[];
    }
    if (typeof line.low === 'number') {
      low = Math.max(low, line.low);
      if (line.all === true) open = new OffsetSet();
      for (const offset of pending) open.add(offset);
      pending = [];
    }
  }
  return { nowMs: Number(lines[0]?.nowMs ?? 0), low, until: Math.max(low, until), open, nodes, forgotten };
}

function otherSubject(what: keyof JournalSubject, before: unknown, now: string): string {
  const named = { input: 'another input', target: 'another target', options: 'other filters, databases or prefixes' };
  return `the journal belongs to ${named[what]} (${String(before)}; now ${now}): give it another name, or delete it`;
}
