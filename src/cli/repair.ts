import { type Command, Option } from 'commander';
import { parseMoment } from './parse.js';

const EXAMPLES = `
A missing tail is cut behind the last whole command. Damage in the middle is refused, with what would be lost.
A set is written as a directory to put in the place of appendonlydir; a server starts from it as it is.

Examples:
  rdbkit repair appendonlydir -o restored                  cut the tail that a crash left
  rdbkit repair --until 2026-11-20T14:00:00Z appendonlydir -o restored     as it was at that time
  rdbkit repair --truncate-at-damage appendonly.aof -o cut.aof             keep what stands before the damage

Exit status: 0 written, 1 refused because of damage, 2 could not be done, 3 cannot tell (newer than this
release knows).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addRepair(program: Command): void {
  const options = [
    new Option('-o, --output <path>', 'where to write the copy; must not exist').makeOptionMandatory(),
    new Option(
      '--until <time>',
      'cut before the first timestamp later than that: ISO 8601, or epoch s or ms',
    ).argParser(parseMoment),
    new Option('--truncate-at-damage', 'cut at damage, too, and lose what lies behind it'),
    new Option('-q, --quiet', 'print only what was cut, or is wrong'),
    new Option('--json', 'one JSON document'),
    new Option('--no-progress', 'no progress bar'),
  ];
  const command = program
    .command('repair')
    .argument('<input>', 'an append-only file, a manifest, or a directory that holds a set')
    .description('write a repaired copy of an append-only file or set')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, flags: RepairFlags, self: Command) => {
      const { runRepair } = await import('./run-repair.js');
      process.exitCode = await runRepair(input, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of options) command.addOption(option);
}

export interface RepairFlags {
  readonly output: string;
  /** ms since the epoch. */
  readonly until?: number;
  readonly truncateAtDamage?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
