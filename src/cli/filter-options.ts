// The filters that all commands have that look at keys.
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { printableText } from '../keyspace/bytes-text.js';
import type { FilterOptions } from '../keyspace/filters.js';
import type { NowOption } from '../keyspace/moment-of-file.js';
import { NameSet } from '../keyspace/name-set.js';
import type { TtlFilter } from '../keyspace/ttl-range.js';
import { isSystemError, systemReason } from '../verify/system-error.js';
import { parseCount, parseNumber, parseSize } from './parse.js';
import { parseDbs, parseNow, parsePattern, parseRegex, parseSlots, parseTtl, parseTypes } from './parse-filters.js';
import { UsageError } from './usage-error.js';

const HEADING = 'Which keys (a key has to pass all filters; of one with several values, any):';

/** What commander makes of the options below. */
export interface FilterFlags {
  readonly db?: readonly number[];
  readonly type?: readonly string[];
  readonly match?: readonly string[];
  readonly notMatch?: readonly string[];
  readonly regex?: readonly string[];
  readonly keyFile?: readonly string[];
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly slot?: readonly number[];
  readonly minElements?: number;
  readonly maxElements?: number;
  readonly ttl?: readonly TtlFilter[];
  readonly now?: NowOption;
  readonly limit?: number;
}

/** Adds the filters, `--now` and `--limit` to a command. `realTime`: expiries are held against the clock unless `--now` is given. */
export function addFilterOptions(command: Command, { realTime = false } = {}): void {
  const now = realTime ? 'the clock' : 'when the file was made';
  const options = [
    new Option('--db <n>', 'in this database; 0,3 for several').argParser(parseDbs),
    new Option('--type <type>', 'string, list, set, zset, hash, stream, array, or a type of a module').argParser(
      parseTypes,
    ),
    new Option('--match <glob>', 'names like user:*, as in KEYS; repeat for several').argParser(parsePattern),
    new Option('--not-match <glob>', 'names unlike that').argParser(parsePattern),
    new Option('--regex <re>', 'names with a match (JavaScript, on the text form)').argParser(parseRegex),
    new Option('--key-file <file>', 'exactly these names, one a line, in the text form').argParser(parsePattern),
    new Option('--slot <n>', 'in this cluster slot; 0-5460,7000 for several').argParser(parseSlots),
    new Option('--min-size <size>', 'at least so large in the file: 10kb').argParser(parseSize),
    new Option('--max-size <size>', 'at most so large in the file').argParser(parseSize),
    new Option('--min-elements <n>', 'at least so many elements').argParser(parseNumber),
    new Option('--max-elements <n>', 'at most so many elements').argParser(parseNumber),
    new Option('--ttl <what>', 'none, any, expired, or time left: 1h..7d, ..1h, 7d..').argParser(parseTtl),
    new Option('--now <time>', `what time left is counted from; "real" for the clock (default: ${now})`).argParser(
      parseNow,
    ),
    new Option('--limit <n>', 'stop after so many keys').argParser(parseCount),
  ];
  for (const option of options) command.addOption(option.helpGroup(HEADING));
}

/** The filters that the flags ask for. Rejects with UsageError when they contradict each other or a file cannot be read. */
export async function filterOptionsOf(flags: FilterFlags): Promise<FilterOptions> {
  ordered('size', flags.minSize, flags.maxSize);
  ordered('elements', flags.minElements, flags.maxElements);
  const { db, type, match, notMatch, regex, slot, ttl, minSize, maxSize, minElements, maxElements, limit } = flags;
  const keys = flags.keyFile && (await readNames(flags.keyFile));
  return {
    ...(db ? { dbs: db } : {}),
    ...(type ? { types: type } : {}),
    ...(match ? { match } : {}),
    ...(notMatch ? { notMatch } : {}),
    ...(regex ? { regex } : {}),
    ...(keys ? { keys } : {}),
    ...(slot ? { slots: slot } : {}),
    ...(ttl ? { ttl } : {}),
    ...(minSize === undefined ? {} : { minSize }),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(minElements === undefined ? {} : { minElements }),
    ...(maxElements === undefined ? {} : { maxElements }),
    ...(limit === undefined ? {} : { limit }),
  };
}

async function readNames(paths: readonly string[]): Promise<NameSet> {
  const set = new NameSet();
  for (const path of paths) {
    try {
      set.addLines(await readFile(path));
    } catch (error) {
      const reason = isSystemError(error) ? systemReason(error) : String(error);
      throw new UsageError(`--key-file ${printableText(path)}: ${printableText(reason)}`);
    }
  }
  return set;
}

function ordered(what: string, min: number | undefined, max: number | undefined): void {
  if (min !== undefined && max !== undefined && min > max) {
    throw new UsageError(`--min-${what} ${min} is more than --max-${what} ${max}: no key is like that`);
  }
}
