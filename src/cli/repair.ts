import { type Command, Option } from 'commander';
import { parseMoment } from './parse.js';

const EXAMPLES = `
Append-only files: a missing tail is cut behind the last whole command. Damage in the middle is refused, with what
would be lost. A set is written as a directory, to be put in the place of appendonlydir.
RDB files (--salvage): every key that can still be read goes to a new RDB. Behind damage, reading goes on where many
records in a row can be read again. Keys that may be wrong are left out and named. Where the checksum does not hold,
no key is proven: a byte inside of a value can be wrong without a trace.

Examples:
  rdbkit repair appendonlydir -o restored        cut the tail that a crash left
  rdbkit repair --until 2026-11-20T14:00:00Z appendonlydir -o restored    as it was at that time
  rdbkit repair --truncate-at-damage appendonly.aof -o cut.aof    keep what stands before the damage
  rdbkit repair --salvage dump.rdb -o salvaged.rdb    every key of a damaged dump that can be read

Exit status: 0 written, 1 refused because of damage (--salvage: written, and something is lost or in doubt), 2 could
not be done, 3 cannot tell (newer than this release knows).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addRepair(program: Command): void {
  const options = [
    new Option('-o, --output <path>', 'where to write the copy; must not exist').makeOptionMandatory(),
    new Option(
      '--until <time>',
      'cut before the first timestamp later than that: ISO 8601, or epoch s or ms',
    ).argParser(parseMoment),
    new Option('--truncate-at-damage', 'cut at damage, too, and lose what lies behind it'),
    new Option('--salvage', 'write every key of an RDB that can still be read, past damage'),
    new Option('--include-suspect', 'with --salvage: write keys that may be wrong, too'),
    new Option('--tmp-dir <dir>', "where standard input is copied to (default: the system's)"),
    new Option('-q, --quiet', 'print only what was cut, or is wrong'),
    new Option('--json', 'one JSON document'),
    new Option('--no-progress', 'no progress bar'),
  ];
  const command = program
    .command('repair')
    .argument(
      '<input>',
      'an append-only file, a manifest, a directory that holds a set, an RDB, or - for standard input',
    )
    .description('write a repaired copy; the input is only read')
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
  readonly salvage?: boolean;
  readonly includeSuspect?: boolean;
  readonly tmpDir?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
