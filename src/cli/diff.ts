import { type Command, InvalidArgumentError, Option } from 'commander';
import { addFilterOptions, type FilterFlags } from './filter-options.js';
import { parseCount, parseDuration, parseSize } from './parse.js';
import { parsePattern } from './parse-filters.js';
import { addServerOptions, type ServerFlags } from './server-options.js';

const EXAMPLES = `
Keys are compared by meaning: how a file encodes them, and who wrote it, does not matter. Values of modules are
compared by what the modules saved; function libraries are not compared. Shards of one cluster stand together on a side: --left or --right, several times.
A running server (redis://[user@]host[:port][/db], rediss://, unix:///path) is read by SCAN and DUMP, a cluster from all
its masters; nothing is written to it. Its copy goes to --tmp-dir while it is compared. Keys and fields that have expired
meanwhile are left out on both sides. The password comes from RDBKIT_PASSWORD or REDISCLI_AUTH.

Examples:
  rdbkit diff monday.rdb tuesday.rdb             what changed, where, and the biggest changes
  rdbkit diff --match 'session:*' --ignore-ttl a.rdb b.rdb    only some keys, whatever their expiries
  rdbkit diff dump.rdb redis://127.0.0.1:6379    what changed since the dump was made
  rdbkit diff --html changes.html a.rdb b.rdb    a page to drill into
  rdbkit diff --elements --type hash a.rdb b.rdb              which fields of which hashes
  rdbkit diff --left a1.rdb --left a2.rdb --right b.rdb --jsonl > changes.jsonl

Exit status: 0 no difference, 1 there are differences or an input is damaged, 2 could not be done, 3 cannot tell
(newer than this release knows, or a log of commands and no server on PATH).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addDiff(program: Command): void {
  const sides = [
    new Option('--left <input>', 'a file of the left side; repeat for shards').argParser(parsePattern),
    new Option('--right <input>', 'a file of the right side').argParser(parsePattern),
    new Option('--sample <n>', 'of a running server: compare about so many keys, for a quick look').argParser(
      parseCount,
    ),
  ].map((option) => option.helpGroup('Sides:'));
  const meaning = [
    new Option('--ignore-ttl', 'do not compare expiries, of keys and of fields'),
    new Option('--ttl-tolerance <time>', 'expiries of keys this close are the same: 5s').argParser(parseTolerance),
  ].map((option) => option.helpGroup('What counts:'));
  const output = [
    new Option('--all', 'list all keys that differ'),
    new Option('--elements', 'what changed inside of values: fields, members, items, entries'),
    new Option('--full', 'do not cut long names and values of elements'),
    new Option('--json', 'one JSON document'),
    new Option('--jsonl', 'one change a line, and the summary on the last one'),
    new Option('--html <file>', 'write a page with charts; opens offline; - for standard output'),
    new Option('--bytes <form>', 'byte strings in JSON').choices(['text', 'base64']).default('text'),
    new Option('--top <n>', 'how long lists of prefixes are; 10 here, 100 in JSON').argParser(parseCount),
    new Option('--separator <text>', 'what divides names; repeat for several (default: seen in the names)').argParser(
      parsePattern,
    ),
    new Option('--depth <n>', 'levels of prefixes').argParser(parseCount).default(2),
    new Option('-q, --quiet', 'print nothing but --json, --jsonl: the exit status tells'),
    new Option('--no-progress', 'no progress bar'),
  ].map((option) => option.helpGroup('Output:'));
  const memory = [
    new Option('--max-memory <size>', 'for tables; what does not fit goes to disk')
      .argParser(parseSize)
      .default(DEFAULT_MEMORY, '512mb'),
    new Option('--tmp-dir <dir>', "where to spill, and to keep what is read only once (default: the system's)"),
  ].map((option) => option.helpGroup('Memory:'));
  const command = program
    .command('diff')
    .argument('[left]', 'a dump file, a directory that holds one, redis://… or - for standard input')
    .argument('[right]', 'the same')
    .description('what changed between two backups')
    .addHelpText('after', EXAMPLES)
    .action(async (left: string | undefined, right: string | undefined, flags: DiffFlags, self: Command) => {
      const { runDiff } = await import('./run-diff.js');
      process.exitCode = await runDiff(left, right, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of [...sides, ...meaning, ...output, ...memory]) command.addOption(option);
  addServerOptions(command);
  addFilterOptions(command);
  const limit = command.options.find(({ long }) => long === '--limit');
  if (limit) {
    limit.description = 'list so many keys; 20 here, all in JSON. All are compared';
    limit.helpGroup('Output:');
  }
}

function parseTolerance(text: string): number {
  const ms = parseDuration(text);
  if (!Number.isSafeInteger(ms)) throw new InvalidArgumentError('this is no duration that anybody waits for');
  return ms;
}

const DEFAULT_MEMORY = 512 * 1024 * 1024;

export interface DiffFlags extends FilterFlags, ServerFlags {
  readonly sample?: number;
  readonly left?: readonly string[];
  readonly right?: readonly string[];
  readonly ignoreTtl?: boolean;
  readonly ttlTolerance?: number;
  readonly all?: boolean;
  readonly elements?: boolean;
  readonly full?: boolean;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly html?: string;
  readonly bytes: 'text' | 'base64';
  readonly top?: number;
  readonly separator?: readonly string[];
  readonly depth: number;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
  readonly maxMemory: number;
  readonly tmpDir?: string;
}
