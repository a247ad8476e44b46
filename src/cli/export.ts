import { type Command, Option } from 'commander';
import type { Release } from '../servers/releases.js';
import { logDirOption, quietOption } from './common-options.js';
import { addFilterOptions, type FilterFlags } from './filter-options.js';
import { parseRelease } from './memory-options.js';

const EXAMPLES = `
Several inputs (shards of a cluster) are written one after the other. As rdb they are merged, database by database,
and a key that comes twice is an error that names it, unless --on-conflict says which one counts.
--split with -o out.rdb writes out-slots-0-8191.rdb, out-slots-8192-16383.rdb (2), out-slot-7.rdb (slot),
out-db-0.rdb (db), out-prefix-user.rdb and out-no-prefix.rdb (prefix: in front of the first colon).
With -o the file appears when it is whole, and replaces one that was there. Of a damaged input nothing is kept unless
--partial is given.

Examples:
  rdbkit export dump.rdb --format jsonl -o keys.jsonl     a JSON object a line
  rdbkit export dump.rdb --format resp | redis-cli --pipe    rebuild every key in a running server
  rdbkit export --type hash --match 'user:*' dump.rdb --format csv -o users.csv
  rdbkit export a.rdb b.rdb --format rdb -o all.rdb       merge, byte for byte

Exit status: 0 all written, 1 the input is damaged, or something could not be carried over, or a key comes twice
(rdb), 2 could not be done, 3 cannot tell (newer than this release knows, or a log of
commands and no server on PATH).`;

const FORMATS = ['jsonl', 'json', 'csv', 'resp', 'rdb', 'parquet'] as const;

/** Adds the command; what it needs is loaded when it runs. */
export function addExport(program: Command): void {
  const options = [
    new Option('--format <format>', 'what to write').choices(FORMATS).makeOptionMandatory(),
    new Option('-o, --output <file>', 'where to write it; - for standard output').default('-'),
    new Option('--bytes <form>', 'how byte strings are written (jsonl, json, csv)')
      .choices(['text', 'base64'])
      .default('text'),
    new Option('--target <release>', 'whose commands to write: redis-7.0, valkey-9.1, … (resp)').argParser(
      parseRelease,
    ),
    new Option('--on-conflict <which>', 'of keys that come twice (rdb); default: error').choices([
      'error',
      'first',
      'last',
    ]),
    new Option('--split <by>', 'several files: so many, or by slot, db or prefix'),
    new Option('--partial', 'keep the output although the input is damaged'),
    logDirOption(),
    quietOption(),
    new Option('--no-progress', 'no progress bar'),
  ].map((option) => option.helpGroup('Output:'));
  const command = program
    .command('export')
    .argument('<input...>', 'dump files, directories that hold one, or - for standard input')
    .description('write keys and values in another form')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], flags: ExportFlags, self: Command) => {
      const { runExport } = await import('./run-export.js');
      process.exitCode = await runExport(inputs, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of options) command.addOption(option);
  addFilterOptions(command);
}

export interface ExportFlags extends FilterFlags {
  readonly format: (typeof FORMATS)[number];
  readonly output: string;
  readonly bytes: 'text' | 'base64';
  readonly target?: Release;
  readonly onConflict?: 'error' | 'first' | 'last';
  /** See `splitOf`. */
  readonly split?: string;
  readonly partial?: boolean;
  readonly tmpDir?: string;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
