import { type Command, Option } from 'commander';
import { parseCount, parseSize } from './parse.js';

const EXAMPLES = `
Examples:
  rdbkit verify dump.rdb                    is tonight's dump sound?
  gzip -dc dump.rdb.gz | rdbkit verify -    the same from a pipe (a gzip is read as it is, too)
  rdbkit verify --json --jobs 4 shards/     all dumps of a directory, for a script

Exit status: 0 sound, 1 damaged, 2 could not be read, 3 cannot tell (newer than this release knows).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .argument('<input...>', 'dump files, directories that hold some, or - for standard input')
    .description('is this backup sound? Checks the checksum and the structure of every value')
    .addOption(
      new Option('--level <level>', 'how deep to look')
        .choices(['header', 'checksum', 'structure'])
        .default('structure'),
    )
    .addOption(new Option('--fail-on <severity>', 'count warnings as failures').choices(['warning', 'error']))
    .option('--jobs <n>', 'files verified at a time', parseCount, 1)
    .option('-q, --quiet', 'print only what is wrong')
    .option('--json', 'one JSON document')
    .addOption(new Option('--bytes <form>', 'byte strings in JSON').choices(['text', 'base64']).default('text'))
    .addOption(
      new Option('--max-memory <size>', 'for all tables; beyond it they spill to disk')
        .argParser(parseSize)
        .default(256 * 1024 * 1024, '256mb'),
    )
    .option('--tmp-dir <dir>', 'where to spill')
    .option('--no-progress', 'no progress bar')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], options: VerifyFlags, command: Command) => {
      const { runVerify } = await import('./run-verify.js');
      process.exitCode = await runVerify(inputs, { ...options, ...command.optsWithGlobals() });
    });
}

export interface VerifyFlags {
  readonly level: 'header' | 'checksum' | 'structure';
  readonly failOn?: 'warning' | 'error';
  readonly jobs: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly maxMemory: number;
  readonly tmpDir?: string;
  readonly progress: boolean;
  readonly color: boolean;
}
