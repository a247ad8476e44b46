import { type Command, Option } from 'commander';
import { parseDuration, parseMoment } from './parse.js';

const EXAMPLES = `
A disposable server executes a full copy of the log in a private directory, without a network, and saves what it holds
then. Keys whose time has come since the log was written are in it: the RDB holds the dataset that the log tells. What
it saved is checked before it gets its name. A log of commands is a program: when it holds commands that reach beyond
the data (CONFIG, MODULE, REPLICAOF, scripts, …), no server is started.

Examples:
  rdbkit materialize appendonlydir -o final.rdb         the dataset at the end of the log
  rdbkit materialize --until 2026-11-20T14:00:00Z appendonlydir -o then.rdb    as it was at that time
  rdbkit materialize --server /opt/valkey-9/bin/valkey-server appendonly.aof -o final.rdb

Exit status: 0 written; 1 written, and the end of the log is missing (or commands failed), or not written: the log is
damaged, reaches beyond the data, or the server does not load it; 2 could not be done (no server on PATH, no room,
OUTPUT exists); 3 cannot tell (newer than this release knows).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addMaterialize(program: Command): void {
  const options = [
    new Option('-o, --output <path>', 'where to write the RDB; must not exist').makeOptionMandatory(),
    new Option(
      '--until <time>',
      'end before the first timestamp later than that: ISO 8601, or epoch s or ms',
    ).argParser(parseMoment),
    new Option('--server <path>', 'the server to start (default: of those on PATH, the one most like the writer)'),
    new Option('--trust', 'start it although commands reach beyond the data'),
    new Option('--timeout <duration>', 'it fails when the server is not up by then: 10m').argParser(parseDuration),
    new Option('--tmp-dir <dir>', "where the copy goes (default: the system's)"),
    new Option('-q, --quiet', 'print only what is wrong'),
    new Option('--json', 'one JSON document'),
    new Option('--no-progress', 'no progress bar'),
  ];
  const command = program
    .command('materialize')
    .argument('<input>', 'an append-only file, a manifest, a directory that holds a set, or - for standard input')
    .description('the RDB a server makes of an append-only set')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, flags: MaterializeFlags, self: Command) => {
      const { runMaterialize } = await import('./run-materialize.js');
      process.exitCode = await runMaterialize(input, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of options) command.addOption(option);
}

export interface MaterializeFlags {
  readonly output: string;
  /** ms since the epoch. */
  readonly until?: number;
  readonly server?: string;
  readonly trust?: boolean;
  /** ms. */
  readonly timeout?: number;
  readonly tmpDir?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
