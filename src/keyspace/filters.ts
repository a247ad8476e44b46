// Which keys are wanted: the same question for everything that reads keys.
import { bytesToText } from './bytes-text.js';
import { Glob } from './glob.js';
import type { NameSet } from './name-set.js';
import { hashSlot, SLOTS } from './slot.js';
import { matchesTtl, type TtlFilter, ttlText } from './ttl-range.js';

/** Wanted keys have to pass every filter that is given; a filter with several values wants any one of them. */
export interface FilterOptions {
  readonly dbs?: readonly number[];
  /** Types as TYPE answers; those of modules by their own name (`ReJSON-RL`), or `module` for all of them. */
  readonly types?: readonly string[];
  /** Globs: as text (where `\xHH` is a byte), or as the bytes that a server would get. */
  readonly match?: readonly (string | Uint8Array)[];
  readonly notMatch?: readonly (string | Uint8Array)[];
  /** JavaScript regular expressions with the `u` flag, on the text form of the first 4096 bytes of a name. */
  readonly regex?: readonly string[];
  /** Exactly these names. */
  readonly keys?: NameSet;
  /** Bytes of everything that a key takes in the file: attributes, type, name and value. Both ends count. */
  readonly minSize?: number;
  readonly maxSize?: number;
  /** Cluster slots, computed from names. */
  readonly slots?: readonly number[];
  readonly minElements?: number;
  readonly maxElements?: number;
  readonly ttl?: readonly TtlFilter[];
  /** Only so many of the keys that pass. Whoever reads them counts. */
  readonly limit?: number;
}

/** A name as the parser holds it. */
interface Name {
  /** Makes the bytes valid; an answer is the code of what is wrong with them. */
  resolve(): string | undefined;
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What a filter looks at; a `KeyRecord` is one. */
export interface FilteredKey {
  readonly db: number;
  readonly name: Name;
  readonly type: { readonly type: string };
  /** Of a value of a module, once it is known. */
  readonly moduleType: string | undefined;
  readonly expireAtMs: number | undefined;
}

/** Of a name, so many bytes are given to regular expressions, whose cost may grow faster than what they are given. */
const REGEX_BYTES = 4096;
const MODULE = 'module';
const CORE_TYPES = new Set(['string', 'list', 'set', 'zset', 'hash', 'stream', 'array', 'cron']);

/** Answers for one key after another. Throws SyntaxError for a regular expression that is none. */
export class KeyFilter {
  /** Every key passes. `limit` does not count: it is no property of a key. */
  readonly isEmpty: boolean;
  /** Whether `matchesValue` looks at the number of elements. */
  readonly needsElements: boolean;
  /** Whether `matchesValue` looks at the number of bytes. */
  readonly needsSize: boolean;
  /** Whether `matchesValue` has anything to say at all. */
  readonly needsValue: boolean;
  readonly limit: number;
  private readonly dbs: ReadonlySet<number> | undefined;
  private readonly types: ReadonlySet<string> | undefined;
  /** Names of module types are among the wanted: known only with the value. */
  private readonly modules: boolean;
  private readonly match: readonly Glob[];
  private readonly notMatch: readonly Glob[];
  private readonly regex: readonly RegExp[];
  private readonly keys: NameSet | undefined;
  private readonly slots: Uint8Array | undefined;
  private readonly ttl: readonly TtlFilter[] | undefined;
  private readonly minSize: number;
  private readonly maxSize: number;
  private readonly minElements: number;
  private readonly maxElements: number;
  private readonly looksAtNames: boolean;

  /** `nowMs`: what `ttl` is relative to; when only the file can tell, `setNow` before its first key. */
  constructor(
    private readonly options: FilterOptions,
    private nowMs = 0,
  ) {
    const { dbs, types, match = [], notMatch = [], regex = [], keys, slots, ttl } = options;
    this.dbs = dbs && new Set(dbs);
    this.types = types && new Set(types.map((type) => type.toLowerCase()));
    this.modules = types?.some((type) => !CORE_TYPES.has(type.toLowerCase())) ?? false;
    this.match = match.map((pattern) => new Glob(pattern));
    this.notMatch = notMatch.map((pattern) => new Glob(pattern));
    this.regex = regex.map((source) => new RegExp(source, 'u'));
    this.keys = keys;
    this.slots = slots && slotTable(slots);
    this.ttl = ttl;
    this.minSize = options.minSize ?? 0;
    this.maxSize = options.maxSize ?? Number.POSITIVE_INFINITY;
    this.minElements = options.minElements ?? 0;
    this.maxElements = options.maxElements ?? Number.POSITIVE_INFINITY;
    this.limit = options.limit ?? Number.POSITIVE_INFINITY;
    this.looksAtNames =
      match.length > 0 || notMatch.length > 0 || regex.length > 0 || keys !== undefined || slots !== undefined;
    this.needsElements = options.minElements !== undefined || options.maxElements !== undefined;
    this.needsSize = options.minSize !== undefined || options.maxSize !== undefined;
    this.needsValue = this.needsElements || this.needsSize || this.modules;
    this.isEmpty = !(this.dbs || this.types || this.looksAtNames || this.ttl || this.needsElements || this.needsSize);
  }

  /** The moment that `ttl` is relative to, in ms since the epoch. */
  setNow(ms: number): void {
    this.nowMs = ms;
  }

  /** By what is known before the value. A value of a module passes when its name could be wanted: ask `matchesValue`. */
  matchesKey(key: FilteredKey): boolean {
    if (this.isEmpty) return true;
    if (this.dbs && !this.dbs.has(key.db)) return false;
    if (this.types && !this.types.has(key.type.type) && !(this.modules && key.type.type === MODULE)) return false;
    if (this.ttl && !this.matchesExpiry(key.expireAtMs)) return false;
    if (!this.looksAtNames) return true;
    const known = key.name.resolve() === undefined;
    const start = known ? key.name.start : 0;
    return this.matchesName(key.name.buffer, start, known ? key.name.end : 0);
  }

  /** By what is known behind the value: all bytes that the key takes in the file, and the number of its elements. */
  matchesValue(key: Pick<FilteredKey, 'type' | 'moduleType'>, bytes: number, elements: number): boolean {
    if (!this.needsValue) return true;
    if (bytes < this.minSize || bytes > this.maxSize) return false;
    if (elements < this.minElements || elements > this.maxElements) return false;
    if (!this.modules || key.type.type !== MODULE || !this.types) return true;
    return this.types.has(MODULE) || this.types.has((key.moduleType ?? '').toLowerCase());
  }

  /** By a name alone: [start, end) of `bytes`. */
  matchesName(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    if (this.keys && !this.keys.has(bytes, start, end)) return false;
    if (this.match.length > 0 && !anyMatches(this.match, bytes, start, end)) return false;
    if (this.notMatch.length > 0 && anyMatches(this.notMatch, bytes, start, end)) return false;
    if (this.slots && this.slots[hashSlot(bytes.subarray(start, end))] === 0) return false;
    if (this.regex.length === 0) return true;
    const text = bytesToText(bytes.subarray(start, Math.min(end, start + REGEX_BYTES)));
    return this.regex.some((regex) => regex.test(text));
  }

  /** The active filters in the words of the command line: `--db 0,3`, `--match user:*`. */
  describe(): string[] {
    const { dbs, types, match, notMatch, regex, keys, minSize, maxSize, slots, minElements, maxElements, ttl, limit } =
      this.options;
    const pattern = (glob: string | Uint8Array) => (typeof glob === 'string' ? glob : bytesToText(glob));
    return [
      ...(dbs ? [`--db ${dbs.join(',')}`] : []),
      ...(types ? [`--type ${types.join(',')}`] : []),
      ...(match ?? []).map((glob) => `--match ${pattern(glob)}`),
      ...(notMatch ?? []).map((glob) => `--not-match ${pattern(glob)}`),
      ...(regex ?? []).map((source) => `--regex ${source}`),
      ...(keys ? [`--key-file (${keys.size} ${keys.size === 1 ? 'name' : 'names'})`] : []),
      ...given('--min-size', minSize),
      ...given('--max-size', maxSize),
      ...(slots ? [`--slot ${ranges(slots)}`] : []),
      ...given('--min-elements', minElements),
      ...given('--max-elements', maxElements),
      ...(ttl ? [`--ttl ${ttl.map(ttlText).join(',')}`] : []),
      ...given('--limit', limit),
    ];
  }

  private matchesExpiry(expireAtMs: number | undefined): boolean {
    return this.ttl?.some((filter) => matchesTtl(filter, expireAtMs, this.nowMs)) ?? true;
  }
}

function anyMatches(globs: readonly Glob[], bytes: Uint8Array, start: number, end: number): boolean {
  for (const glob of globs) if (glob.matches(bytes, start, end)) return true;
  return false;
}

function slotTable(slots: readonly number[]): Uint8Array {
  const table = new Uint8Array(SLOTS);
  for (const slot of slots) table[slot] = 1;
  return table;
}

function given(option: string, value: number | undefined): string[] {
  return value === undefined ? [] : [`${option} ${value}`];
}

/** `0-5,7` */
function ranges(slots: readonly number[]): string {
  const sorted = [...new Set(slots)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let last = i;
    while (sorted[last + 1] === sorted[last] + 1) last++;
    parts.push(last === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[last]}`);
    i = last + 1;
  }
  return parts.join(',');
}
