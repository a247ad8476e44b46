import { type FilterOptions, KeyFilter } from '../keyspace/filters.js';
import type { Finding } from '../keyspace/finding.js';
import type { NowOption } from '../keyspace/moment-of-file.js';
import type { LargeKey } from './errors.js';

/** How entries are read. */
export interface EntriesOptions {
  /** Which keys are wanted; all when left out. Values of other keys are passed over. */
  readonly filters?: FilterOptions;
  /** What the filter on time to live counts from; default the moment when the file was made. */
  readonly now?: NowOption;
  /** Give the bytes of each value as they stand in the file, too (`raw`). */
  readonly raw?: boolean;
  /**
   * The largest value that is held in memory, in bytes that it takes there: its own and some 128 for each element. Default
   * 256 MiB. At a larger one the iteration ends with a ValueTooLargeError, unless `onTooLarge` is given.
   */
  readonly maxValueBytes?: number;
  /**
   * Give values that take more memory than this, in bytes, in parts, so that they can be of any size: several entries of the
   * same key, each with some of the elements, or of the bytes of a string; `part` tells which. What streams have beside
   * their entries comes with the last part. Not together with `raw`, nor with filters on sizes, elements and types of
   * modules. By default every value is whole.
   */
  readonly partBytes?: number;
  /** Told of a key whose value is too large; it is left out, and the iteration goes on. */
  readonly onTooLarge?: (key: LargeKey) => void;
  /**
   * Told of each error that is found in the backup; what can still be read goes on to come, keys whose own values are
   * damaged are left out, and the iteration ends without an error. Without it, the iteration throws a DamagedBackupError.
   */
  readonly onDamage?: (finding: Finding) => void;
  /** Called now and then with how many bytes of the input were read, and how many there are when that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** The options, with the defaults in their places. */
export type ReadOptions = Required<Pick<EntriesOptions, 'filters' | 'now' | 'raw' | 'maxValueBytes' | 'partBytes'>> &
  EntriesOptions;

const DEFAULT_VALUE_BYTES = 256 * 1024 * 1024;

/** Throws RangeError for a number that makes no sense. */
export function withDefaults(options: EntriesOptions): ReadOptions {
  const { filters = {}, now = 'file', raw = false, maxValueBytes = DEFAULT_VALUE_BYTES } = options;
  const { partBytes = Number.POSITIVE_INFINITY } = options;
  if (!(maxValueBytes >= 0)) throw new RangeError(`maxValueBytes is a number of bytes, and not ${maxValueBytes}`);
  if (!(partBytes >= 1)) throw new RangeError(`partBytes is a number of bytes, and not ${partBytes}`);
  if (options.partBytes !== undefined && (raw || new KeyFilter(filters).needsValue)) {
    throw new RangeError('raw values, and filters that look at values, do not go with partBytes');
  }
  return { ...options, filters, now, raw, maxValueBytes, partBytes: Math.floor(partBytes) };
}
