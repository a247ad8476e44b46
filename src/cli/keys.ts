import { type Command, Option } from 'commander';
import { logDirOption, quietOption } from './common-options.js';
import { addFilterOptions, type FilterFlags } from './filter-options.js';
import { type MemoryFlags, memoryOptions } from './memory-options.js';

const EXAMPLES = `
A name stands in a form that reads back: bytes that are no text as \\xHH.

Examples:
  rdbkit keys dump.rdb | head                    db, type, encoding, sizes, time left, name
  rdbkit keys --match 'user:*' --ttl none dump.rdb    those that never expire
  rdbkit keys --format csv --min-size 1mb dump.rdb > large.csv
  rdbkit keys --format csv --profile redis-rdb-tools dump.rdb > memory.csv

Exit status: 0 all listed, 1 the input is damaged, 2 could not be read, 3 cannot tell (newer than this
release knows, or a log of commands and no server on PATH).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addKeys(program: Command): void {
  const options = [
    new Option('--format <format>', 'how to list them').choices(['text', 'csv', 'jsonl']).default('text'),
    new Option('--json', 'one JSON document'),
    new Option(
      '--profile <name>',
      'whose columns CSV has: those of redis-rdb-tools, as spreadsheets may expect',
    ).choices(['redis-rdb-tools']),
    new Option('--bytes <form>', 'how names are written').choices(['text', 'base64']).default('text'),
    logDirOption(),
    quietOption(),
    new Option('--no-progress', 'no progress bar'),
  ].map((option) => option.helpGroup('Output:'));
  const command = program
    .command('keys')
    .argument('<input>', 'a dump file, a directory that holds one, or - for standard input')
    .description('list keys, one a line, with what each takes')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, flags: KeysFlags, self: Command) => {
      const { runKeys } = await import('./run-keys.js');
      process.exitCode = await runKeys(input, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of options) command.addOption(option);
  for (const option of memoryOptions()) command.addOption(option);
  addFilterOptions(command);
}

export interface KeysFlags extends FilterFlags, MemoryFlags {
  readonly format: 'text' | 'csv' | 'jsonl';
  readonly json?: boolean;
  readonly profile?: 'redis-rdb-tools';
  readonly bytes: 'text' | 'base64';
  readonly tmpDir?: string;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
