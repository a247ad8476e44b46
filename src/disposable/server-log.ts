// What the log of a server says of its start (aof-and-loading, section 8.3).

/** What a line is about. */
export type LogKind =
  | 'too-new'
  | 'signature'
  | 'checksum'
  | 'truncated'
  | 'unknown-type'
  | 'module'
  | 'log-format'
  | 'log-command'
  | 'log-truncated'
  | 'manifest'
  | 'missing-file'
  | 'databases'
  | 'memory'
  | 'disk'
  | 'crash'
  /** Known before it was started. */
  | 'unsuitable'
  | 'other';

/** The first match counts, so what says most comes first. */
const KINDS: readonly (readonly [RegExp, LogKind])[] = [
  [/Can't handle RDB format version/, 'too-new'],
  [/Wrong signature/, 'signature'],
  [/Wrong RDB checksum|RDB CRC error/, 'checksum'],
  [/module data I can't load|responsible module is not loaded/, 'module'],
  [/more than \d+ databases/, 'databases'],
  [/Unknown RDB encoding type|Can't handle foreign type or opcode|Unknown (?:object|opcode)/i, 'unknown-type'],
  [/Unknown command|Error reading the append only file|Unable to (?:execute|process) the command/i, 'log-command'],
  [/Bad file format reading the append only file/, 'log-format'],
  [/truncated file is not the last file|Unexpected end of file reading the append only file/, 'log-truncated'],
  [/FATAL AOF MANIFEST FILE ERROR|AOF manifest file/, 'manifest'],
  [/Unable to obtain the AOF file/, 'missing-file'],
  [/No space left on device/, 'disk'],
  [/Out Of Memory|OOM allocating|Cannot allocate memory|Can't allocate/i, 'memory'],
  [/crashed by signal|Guru Meditation|ASSERTION FAILED|BUG REPORT START/, 'crash'],
  [/Short read or OOM|Unexpected EOF/, 'truncated'],
];
/** What says that a server is up, and its data are not the backup's. */
const MISHAPS: readonly (readonly [RegExp, Mishap])[] = [
  [/== CRITICAL ==/, 'command-failed'],
  [/Revert incomplete MULTI/, 'cut'],
  [/short read while loading|AOF loaded anyway|Truncating the AOF/i, 'cut'],
  [/Creating AOF base file/, 'started-empty'],
];
const LOADED = /^DB loaded from /;
/** Lines that only tell where in the program something happened. */
const NOISE =
  /^(?:-+$|=== |\s*$|Internal error in RDB reading offset 0|Terminating server after rdb file reading failure)/;
/** `1234:M 21 Nov 2026 19:50:12.096 # text`: process and role, time, level. */
const PREFIX = /^(\d+:[A-Z]) \d+ \w+ (?:\d+ )?[\d:.]+ ([.*#-]) /;

const TAIL_BYTES = 64 * 1024;
const KEPT = 20;
const LONGEST_LINE = 1000;

/** Something that a server did while it loaded, and went on. */
export type Mishap = 'command-failed' | 'cut' | 'started-empty';

/** How often something happened, and the first lines that tell of it. */
export interface Told {
  readonly count: number;
  readonly lines: readonly string[];
}

/** The log of a server as it comes: its end, and the lines that matter. Lines are hostile text: they may quote a backup. */
export class ServerLog {
  private tail = '';
  private rest = '';
  private readonly seen = new Map<LogKind | Mishap, { count: number; lines: string[] }>();
  private readonly warnings: string[] = [];
  private kind: LogKind | undefined;
  /** It has read a file and executed, or taken, what stands in it. */
  hasLoaded = false;

  add(chunk: string): void {
    this.tail = (this.tail + chunk).slice(-TAIL_BYTES);
    const lines = (this.rest + chunk).split('\n');
    this.rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) this.line(line.slice(0, LONGEST_LINE));
  }

  /** The last 64 KiB. */
  get text(): string {
    return this.tail;
  }

  mishap(kind: Mishap): Told {
    return this.seen.get(kind) ?? { count: 0, lines: [] };
  }

  /** Why the server ended, as far as it said so, and its own lines about that: without process, time and level. */
  reason(): { readonly kind: LogKind; readonly lines: readonly string[] } {
    const { kind } = this;
    const lines = kind === undefined ? [] : (this.seen.get(kind)?.lines ?? []);
    if (kind !== undefined && lines.length > 0) return { kind, lines: [...new Set(lines)] };
    const last = this.warnings.slice(-3);
    return { kind: 'other', lines: last.length > 0 ? last : this.lastLines() };
  }

  private lastLines(): string[] {
    const lines = this.tail.split('\n').map((line) => line.replace(PREFIX, '').trim());
    return lines.filter((line) => line !== '').slice(-3);
  }

  private line(whole: string): void {
    const match = PREFIX.exec(whole);
    const text = (match ? whole.slice(match[0].length) : whole).trim();
    this.hasLoaded ||= LOADED.test(text);
    for (const [pattern, kind] of KINDS) {
      if (!pattern.test(text)) continue;
      this.note(kind, text);
      const rank = (each: LogKind) => KINDS.findIndex(([, of]) => of === each);
      if (this.kind === undefined || rank(kind) < rank(this.kind)) this.kind = kind;
      break;
    }
    for (const [pattern, kind] of MISHAPS) {
      if (!pattern.test(text)) continue;
      this.note(kind, text);
      break;
    }
    if (match?.[2] === '#' && !NOISE.test(text) && !/^WARNING/.test(text)) {
      this.warnings.push(text);
      if (this.warnings.length > KEPT) this.warnings.shift();
    }
  }

  private note(kind: LogKind | Mishap, text: string): void {
    const told = this.seen.get(kind) ?? { count: 0, lines: [] };
    told.count++;
    if (told.lines.length < KEPT) told.lines.push(text);
    this.seen.set(kind, told);
  }
}
