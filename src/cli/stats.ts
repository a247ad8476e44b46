import { type Command, Option } from 'commander';
import { parseCount } from './parse.js';

const EXAMPLES = `
So far of append-only files and sets; dumps follow.

Examples:
  rdbkit stats appendonlydir               commands, busiest keys, writes over time
  rdbkit stats --json appendonly.aof       the same for a script

Exit status: 0 counted, 1 a file could not be read to its end, 2 could not be read.`;

/** Adds the command; what it needs is loaded when it runs. */
export function addStats(program: Command): void {
  const options = [
    new Option('--top <n>', 'how many keys to show').argParser(parseCount).default(10),
    new Option('--json', 'one JSON document'),
    new Option('--bytes <form>', 'byte strings in JSON').choices(['text', 'base64']).default('text'),
    new Option('--no-progress', 'no progress bar'),
  ];
  const command = program
    .command('stats')
    .argument('<input...>', 'append-only files, manifests, or directories that hold a set')
    .description('what is in an append-only file: commands, busiest keys, writes over time')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], flags: StatsFlags, self: Command) => {
      const { runStats } = await import('./run-stats.js');
      process.exitCode = await runStats(inputs, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of options) command.addOption(option);
}

export interface StatsFlags {
  readonly top: number;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly progress: boolean;
  readonly color: boolean;
}
