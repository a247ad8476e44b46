import { type Command, Option } from 'commander';
import { logDirOption, quietOption } from './common-options.js';
import { parseNumber } from './parse.js';

const EXAMPLES = `
KEY is written as it is shown: bytes that are no text as \\xHH. Of several databases that have it, the
first one in the file answers. Reading ends behind the key.

Examples:
  rdbkit get dump.rdb user:1                     type, expiry and value, for people
  rdbkit get --json dump.rdb user:1 | jq .value
  rdbkit get --raw --db 3 dump.rdb image > image.png

Exit status: 0 found, 1 there is no such key or the input is damaged, 2 could not be read, 3 cannot tell
(newer than this release knows, or a log of commands and no server on PATH).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addGet(program: Command): void {
  const options = [
    new Option('--db <n>', 'only in this database').argParser(parseNumber),
    new Option('--key-base64', 'KEY is base64'),
    new Option('--json', 'one JSON document').conflicts('raw'),
    new Option('--bytes <form>', 'byte strings in JSON').choices(['text', 'base64']).default('text'),
    new Option('--raw', 'the bytes of a string, and nothing else'),
    new Option('--full', 'show all of a long value'),
    logDirOption(),
    quietOption(),
    new Option('--no-progress', 'no progress bar'),
  ];
  const command = program
    .command('get')
    .argument('<input>', 'a dump file, a directory that holds one, or - for standard input')
    .argument('<key>', 'name of the key')
    .description("show one key's value")
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, key: string, flags: GetFlags, self: Command) => {
      const { runGet } = await import('./run-get.js');
      process.exitCode = await runGet(input, key, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of options) command.addOption(option);
}

export interface GetFlags {
  readonly db?: number;
  readonly keyBase64?: boolean;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly raw?: boolean;
  readonly full?: boolean;
  readonly tmpDir?: string;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
