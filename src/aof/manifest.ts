// The manifest of an append-only set: which files belong to it, and in which order they are loaded. One line for each:
//
//   file appendonly.aof.2.base.rdb seq 2 type b
//   file appendonly.aof.2.incr.aof seq 2 type i
//
// Read as servers do it (Redis 7.0 and later, Valkey): lines of at most 1024 bytes with their LF; # in the first column makes
// a comment; pairs of words in any order, keys in any case, at least three pairs, unknown ones skipped.
import type { FindingCode } from '../errors.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import { isBlank, quoteWord, splitWords } from './words.js';

const LF = 0x0a;
const HASH = 0x23;
/** Bytes of a line with its LF. */
const LONGEST_LINE = 1024;
const MOST_SEQ = 2n ** 63n - 1n;

/** What a file is: the state at some moment, commands since then, or something that was replaced. */
export type Role = 'base' | 'incr' | 'history';

const ROLES: Readonly<Record<string, Role>> = { b: 'base', i: 'incr', h: 'history' };
const LETTERS: Readonly<Record<Role, string>> = { base: 'b', incr: 'i', history: 'h' };
const KNOWN = new Set(['file', 'seq', 'type', 'startoffset', 'endoffset']);

/** One file of the set. */
export interface ManifestEntry {
  readonly role: Role;
  /** Name of a file in the directory of the manifest: it never leads elsewhere. */
  readonly name: Uint8Array;
  readonly seq: bigint;
  /** Replication offsets that Redis 8 notes for incr files. */
  readonly startOffset?: bigint;
  readonly endOffset?: bigint;
  /** Pairs that are not known, to be written back as they were. */
  readonly others: readonly (readonly [key: Uint8Array, value: Uint8Array])[];
  /** From 1; 0 for an entry that was not read. */
  readonly line: number;
  /** File offset of the line, in bytes. */
  readonly offset: number;
}

/** Something about a manifest that is wrong or worth a word. */
export interface ManifestProblem {
  readonly code: FindingCode;
  /** From 1; 0 for the file as a whole. */
  readonly line: number;
  /** File offset in bytes. */
  readonly offset: number;
  readonly message: string;
  /** A server that reads this line exits. */
  readonly fatal: boolean;
}

export interface Manifest {
  readonly base: ManifestEntry | undefined;
  /** In the order of loading. */
  readonly incrs: readonly ManifestEntry[];
  readonly history: readonly ManifestEntry[];
  /** Every entry in the order of the file, also those that a server would not come to. */
  readonly entries: readonly ManifestEntry[];
  readonly problems: readonly ManifestProblem[];
  /** No line keeps a server from reading it. It may still list nothing. */
  readonly readable: boolean;
}

/** Reads a manifest. A line that is wrong is told and left out, and the next one is read. Never throws. */
export function readManifest(bytes: Uint8Array): Manifest {
  const reader = new ManifestReader(bytes);
  reader.read();
  const { base, incrs, history, entries, problems } = reader;
  return { base, incrs, history, entries, problems, readable: !problems.some(({ fatal }) => fatal) };
}

/** A manifest as servers write it: base, history, incr files, in the order given. */
export function manifestBytes(entries: readonly Omit<ManifestEntry, 'line' | 'offset'>[]): Buffer {
  const lines = (['base', 'history', 'incr'] as const).flatMap((role) =>
    entries.filter((entry) => entry.role === role).map(lineOf),
  );
  return Buffer.concat(lines);
}

function lineOf(entry: Omit<ManifestEntry, 'line' | 'offset'>): Buffer {
  const { role, name, seq, startOffset, endOffset, others } = entry;
  const words: Uint8Array[] = [text('file'), quoteWord(name), text('seq'), text(String(seq)), text('type')];
  words.push(text(LETTERS[role]));
  if (startOffset !== undefined) words.push(text('startoffset'), text(String(startOffset)));
  if (endOffset !== undefined) words.push(text('endoffset'), text(String(endOffset)));
  for (const [key, value] of others) words.push(quoteWord(key), quoteWord(value));
  return Buffer.concat(words.flatMap((word, i) => [word, text(i === words.length - 1 ? '\n' : ' ')]));
}

class ManifestReader {
  base: ManifestEntry | undefined;
  readonly incrs: ManifestEntry[] = [];
  readonly history: ManifestEntry[] = [];
  readonly entries: ManifestEntry[] = [];
  readonly problems: ManifestProblem[] = [];
  private highestIncr = 0n;
  private readonly names = new Set<string>();
  private line = 0;
  private offset = 0;
  private unusual = false;
  private unknownField = false;

  constructor(private readonly bytes: Uint8Array) {}

  read(): void {
    const { bytes } = this;
    if (bytes.length === 0) {
      this.fatal('AOF_MANIFEST_EMPTY', 'the manifest has no bytes');
      return;
    }
    for (let at = 0; at < bytes.length; ) {
      const lf = bytes.indexOf(LF, at);
      const lineEnd = lf < 0 ? bytes.length : lf + 1;
      // What fgets takes at once: a longer line goes on as if it were the next one.
      const end = Math.min(lineEnd, at + LONGEST_LINE);
      this.line++;
      this.offset = at;
      this.unusual = false;
      if (bytes[at] !== HASH) this.readLine(bytes.subarray(at, end), lineEnd > end, lf < 0);
      else if (lineEnd > end && bytes[end] !== HASH) {
        this.fatal('AOF_MANIFEST_LINE_TOO_LONG', `a comment has more than ${LONGEST_LINE} bytes`);
        at = lineEnd;
        continue;
      }
      at = bytes[at] === HASH ? end : lineEnd;
    }
    if (!this.base && this.incrs.length === 0 && !this.problems.some(({ fatal }) => fatal)) {
      this.line = 0;
      this.offset = 0;
      this.tell('AOF_MANIFEST_LISTS_NOTHING', 'the manifest lists no base and no incr file');
    }
  }

  private readLine(line: Uint8Array, tooLong: boolean, last: boolean): void {
    if (line.includes(0)) this.fatal('AOF_MANIFEST_ZERO_BYTE', 'a line holds a zero byte');
    else if (tooLong) this.fatal('AOF_MANIFEST_LINE_TOO_LONG', `a line has more than ${LONGEST_LINE} bytes`);
    else if (last) this.fatal('AOF_MANIFEST_NO_FINAL_LF', 'the last line has no line end');
    else {
      const trimmed = trim(line.subarray(0, -1));
      this.unusual = trimmed.length !== line.length - 1;
      if (trimmed.length === 0) this.fatal('AOF_MANIFEST_EMPTY_LINE', 'a line is empty');
      else this.readPairs(trimmed);
    }
  }

  private readPairs(line: Uint8Array): void {
    const words = splitWords(line);
    if (!words) {
      this.fatal('AOF_MANIFEST_BAD_QUOTES', 'the quotes of a line do not match');
      return;
    }
    if (words.length < 6 || words.length % 2 !== 0) {
      const shape = 'file NAME seq NUMBER type LETTER';
      this.fatal('AOF_MANIFEST_BAD_FIELDS', `it has ${words.length} words, which cannot be read as: ${shape}`);
      return;
    }
    const fields = new Map<string, Uint8Array>();
    const others: [Uint8Array, Uint8Array][] = [];
    let name: Uint8Array | undefined;
    for (let i = 0; i < words.length; i += 2) {
      const key = Buffer.from(words[i]).toString('latin1');
      const lower = key.toLowerCase();
      if (KNOWN.has(lower)) {
        fields.set(lower, words[i + 1]);
        if (key !== lower || (i < 6 && key !== ['file', 'seq', 'type'][i / 2])) this.unusual = true;
      } else others.push([words[i], words[i + 1]]);
      if (lower !== 'file') continue;
      // Each name counts, even one that a later pair replaces.
      name = untilZero(words[i + 1]);
      if (!this.isNameOfFile(name)) return;
    }
    this.readFields(name, fields, others);
  }

  private readFields(
    name: Uint8Array | undefined,
    fields: ReadonlyMap<string, Uint8Array>,
    others: ManifestEntry['others'],
  ): void {
    const [seqWord, typeWord] = [fields.get('seq'), fields.get('type')];
    if (!name || !seqWord || !typeWord) {
      const missing = !name ? 'file' : !seqWord ? 'seq' : 'type';
      this.fatal('AOF_MANIFEST_FIELD_MISSING', `a line has no ${missing}`);
      return;
    }
    const { value: seq, whole } = leadingInteger(seqWord);
    const letter = typeWord.length > 0 ? String.fromCharCode(typeWord[0]) : '';
    const role = Object.hasOwn(ROLES, letter) ? ROLES[letter] : undefined;
    if (seq === 0n) this.fatal('AOF_MANIFEST_BAD_SEQ', `the number of a file is ${shown(seqWord)}`);
    else if (!role) this.fatal('AOF_MANIFEST_BAD_TYPE', `the type of a file is ${shown(typeWord)}`);
    else {
      if (!whole || typeWord.length > 1) this.unusual = true;
      const [start, end] = [fields.get('startoffset'), fields.get('endoffset')];
      this.add({
        role,
        name,
        seq,
        ...(start ? { startOffset: leadingInteger(start).value } : {}),
        ...(end ? { endOffset: leadingInteger(end).value } : {}),
        others,
        line: this.line,
        offset: this.offset,
      });
    }
  }

  private add(entry: ManifestEntry): void {
    const { role, seq, name } = entry;
    const key = Buffer.from(name).toString('latin1');
    if (role === 'base') {
      if (this.base) this.fatal('AOF_MANIFEST_TWO_BASES', `${shown(name)} is a second base file`);
      else this.base = entry;
    } else if (role === 'incr') {
      if (seq <= this.highestIncr) {
        const before = this.highestIncr === 0n ? 'and they count from 1' : `behind number ${this.highestIncr}`;
        this.fatal('AOF_MANIFEST_NOT_ASCENDING', `incr file ${shown(name)} has number ${seq}, ${before}`);
      } else {
        this.highestIncr = seq;
        this.incrs.push(entry);
      }
    } else this.history.push(entry);
    this.entries.push(entry);
    if (role !== 'history') {
      if (this.names.has(key)) this.tell('AOF_MANIFEST_FILE_TWICE', `${shown(name)} is listed twice`);
      this.names.add(key);
    }
    if (entry.others.length > 0 && !this.unknownField) {
      this.unknownField = true;
      this.tell('AOF_MANIFEST_FIELD_UNKNOWN', `a line has the field ${shown(entry.others[0][0])}`);
    }
    if (this.unusual) this.tell('AOF_MANIFEST_UNUSUAL', 'a line is not written as servers write it');
  }

  private isNameOfFile(name: Uint8Array): boolean {
    const text = Buffer.from(name).toString('latin1');
    if (text !== '' && text !== '.' && text !== '..' && !/[/\\]/.test(text)) return true;
    this.fatal('AOF_MANIFEST_BAD_NAME', `${shown(name)} is no name of a file in this directory`);
    return false;
  }

  private fatal(code: FindingCode, message: string): void {
    this.tell(code, message, true);
  }

  private tell(code: FindingCode, message: string, fatal = false): void {
    const { line, offset } = this;
    this.problems.push({ code, line, offset, message: line > 0 ? `line ${line}: ${message}` : message, fatal });
  }
}

/** The integer that a word begins with, as atoll reads it; 0 for none. `whole`: nothing else is there. */
function leadingInteger(word: Uint8Array): { value: bigint; whole: boolean } {
  const match = /^[ \t\n\v\f\r]*([+-]?)0*(\d*)/.exec(Buffer.from(word).toString('latin1'));
  const digits = match?.[2] ?? '';
  const size = digits.length > 19 ? MOST_SEQ + 1n : BigInt(digits === '' ? '0' : digits);
  const value = match?.[1] === '-' ? -size : size;
  const clamped = value > MOST_SEQ ? MOST_SEQ : value < -MOST_SEQ - 1n ? -MOST_SEQ - 1n : value;
  return { value: clamped, whole: String(clamped) === Buffer.from(word).toString('latin1') };
}

/** Names end at a zero byte, which only an escape can bring. */
function untilZero(word: Uint8Array): Uint8Array {
  const zero = word.indexOf(0);
  return zero < 0 ? word : word.subarray(0, zero);
}

function trim(line: Uint8Array): Uint8Array {
  let start = 0;
  let end = line.length;
  const blank = (byte: number) => isBlank(byte) && byte !== 0x0b && byte !== 0x0c;
  while (start < end && blank(line[start])) start++;
  while (end > start && blank(line[end - 1])) end--;
  return line.subarray(start, end);
}

function shown(word: Uint8Array): string {
  return JSON.stringify(bytesToText(word.slice(0, 200)));
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}
