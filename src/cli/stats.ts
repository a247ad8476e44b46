import { type Command, Option } from 'commander';
import { STATS_TABLES, type StatsTable } from '../report/stats/tables.js';
import { logDirOption } from './common-options.js';
import { addFilterOptions, type FilterFlags } from './filter-options.js';
import { type MemoryFlags, memoryOptions } from './memory-options.js';
import { parseCount, parseSize } from './parse.js';
import { parsePattern } from './parse-filters.js';

const EXAMPLES = `
Several dumps are added up, as shards of one cluster. Memory is an estimate of what MEMORY USAGE says after
a restart from the file. Of append-only files: commands, busiest keys, writes over time, their base, and the
data at their ends, as a disposable server (redis-server or valkey-server on PATH) makes them of a copy.

Examples:
  rdbkit stats dump.rdb                          what fills it: types, prefixes, biggest keys, sizes, expiry
  rdbkit stats --html report.html dump.rdb       a page to drill into; opens offline
  rdbkit stats --match 'session:*' --json dump.rdb    only some keys, for a script
  rdbkit stats --csv keys.csv --table keys --top 1000 dump.rdb

Exit status: 0 counted, 1 the input is damaged, 2 could not be read, 3 cannot tell (newer than this
release knows).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addStats(program: Command): void {
  const output = [
    new Option('--top <n>', 'how long lists are; 10 here, 20 in JSON, 1000 in a page or CSV').argParser(parseCount),
    new Option('--json', 'one JSON document'),
    new Option('--bytes <form>', 'byte strings in JSON and CSV').choices(['text', 'base64']).default('text'),
    new Option('--csv <file>', 'write a table as CSV; - for standard output'),
    new Option('--table <name>', 'which one').choices([...STATS_TABLES]).default('prefixes'),
    new Option('--html <file>', 'write a page with charts; - for standard output'),
    new Option('--per-file', 'keep several dumps apart'),
    new Option('--no-dataset', 'of append-only files: count the log alone, and start no server'),
    logDirOption(),
    new Option('-q, --quiet', 'print only what is wrong; files and --json are written all the same'),
    new Option('--no-progress', 'no progress bar'),
  ].map((option) => option.helpGroup('Output:'));
  const prefixes = [
    new Option('--separator <text>', 'what divides names; repeat for several (default: seen in the names)').argParser(
      parsePattern,
    ),
    new Option('--depth <n>', 'levels of prefixes').argParser(parseCount).default(2),
    new Option('--exact', 'read the file twice when there are too many prefixes to keep all'),
    new Option('--max-memory <size>', 'for tables').argParser(parseSize).default(DEFAULT_MEMORY, '128mb'),
  ].map((option) => option.helpGroup('Prefixes:'));
  const command = program
    .command('stats')
    .argument('<input...>', 'dumps, append-only files, manifests, directories, or - for standard input')
    .description('what is in there, and what takes the space')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], flags: StatsFlags, self: Command) => {
      const { runStats } = await import('./run-stats.js');
      process.exitCode = await runStats(inputs, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of [...output, ...prefixes, ...memoryOptions()]) command.addOption(option);
  addFilterOptions(command);
}

const DEFAULT_MEMORY = 128 * 1024 * 1024;

export interface StatsFlags extends FilterFlags, MemoryFlags {
  readonly top?: number;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly csv?: string;
  readonly table: StatsTable;
  readonly html?: string;
  readonly perFile?: boolean;
  /** Of append-only logs: also the data at their ends, which a server has to tell. */
  readonly dataset: boolean;
  readonly separator?: readonly string[];
  readonly depth: number;
  readonly exact?: boolean;
  readonly maxMemory: number;
  readonly tmpDir?: string;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
