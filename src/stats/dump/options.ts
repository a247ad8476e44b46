import type { OpenInput } from '../../backup/open.js';
import type { FilterOptions } from '../../keyspace/filters.js';
import type { NowOption } from '../../keyspace/moment-of-file.js';
import type { AllocatorName } from '../../servers/memory/allocator.js';
import type { Release } from '../../servers/releases.js';
import { StatsError } from '../error.js';

/** How dumps are counted. */
export interface DumpStatsOptions {
  /** How many of the biggest keys and elements; default 20. */
  readonly top?: number;
  /** How many prefixes a report lists, the largest of all levels; default 10,000, which a page still shows quickly. */
  readonly listed?: number;
  /** Levels of prefixes, 1 to 16; default 2. */
  readonly depth?: number;
  /** What divides names, one to eight texts of one to eight bytes; guessed when not given. */
  readonly separators?: readonly string[];
  /** Read the input twice, for exact numbers where there are too many prefixes to keep all. */
  readonly exact?: boolean;
  readonly filters?: FilterOptions;
  /** What expiries are held against; default the moment when each file was made. */
  readonly now?: NowOption;
  /** Whose memory is estimated (see `releaseNamed`); default the release that wrote the first file. */
  readonly release?: Release;
  readonly allocator?: AllocatorName;
  /** Bytes for tables; default 128 MiB. Less than some 2 MiB or more than 1 GiB makes no difference. */
  readonly maxMemory?: number;
  /**
   * Streams that were opened already to look at them, by path.
   * @internal
   */
  readonly streams?: ReadonlyMap<string, OpenInput>;
  /** Takes an input that cannot be read at all, and why; the others are counted then. Without it the whole count rejects. */
  readonly onUnreadable?: (path: string, error: unknown) => void;
  /** Called now and then with how many bytes of the input were read, and how many there are when that is known. */
  readonly onProgress?: (path: string, done: number, size: number | undefined) => void;
}

export const DEFAULT_TOP = 20;
export const DEFAULT_LISTED = 10_000;
export const DEFAULT_DEPTH = 2;
export const DEFAULT_MEMORY = 128 * 1024 * 1024;
const MOST_DEPTH = 16;
const MOST_SEPARATORS = 8;
const LONGEST_SEPARATOR = 8;

/** Throws StatsError for options that make no sense. */
export function checkOptions({ top = 0, depth = 1, maxMemory = 0, separators }: DumpStatsOptions): void {
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= MOST_DEPTH)) {
    throw new StatsError(`the depth is a number from 1 to ${MOST_DEPTH}`);
  }
  if (!(Number.isInteger(top) && top >= 0)) throw new StatsError('the length of lists is a whole number from 0 on');
  if (!(maxMemory >= 0)) throw new StatsError('the memory for tables is a number of bytes');
  if (separators) checkedSeparators(separators);
}

/** The bytes of separators. Throws StatsError where there are too many, or too long ones. */
export function checkedSeparators(texts: readonly string[]): readonly Uint8Array[] {
  const separators = texts.map((text) => Buffer.from(text));
  if (separators.length === 0 || separators.length > MOST_SEPARATORS) {
    throw new StatsError(`there can be 1 to ${MOST_SEPARATORS} separators`);
  }
  const odd = separators.find(({ length }) => length === 0 || length > LONGEST_SEPARATOR);
  if (odd) throw new StatsError(`a separator has 1 to ${LONGEST_SEPARATOR} bytes`);
  return separators;
}
