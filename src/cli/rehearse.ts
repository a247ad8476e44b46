import { type Command, Option } from 'commander';
import { parseCount, parseDuration, parseSize } from './parse.js';

const EXAMPLES = `
A disposable server loads a full copy of the backup in a private directory: no network port, only a socket; it saves
nothing on its own and drops nothing. Then every key is compared. A log of commands is a program: when it holds commands
that reach beyond the data (CONFIG, MODULE, REPLICAOF, scripts, …), no server is started.

Examples:
  rdbkit rehearse dump.rdb                       would tonight's backup really come back?
  rdbkit rehearse /backup/appendonlydir          an append-only set
  rdbkit rehearse --server /opt/redis-8/bin/redis-server dump.rdb    on that server
  rdbkit rehearse -q --metrics /var/lib/node_exporter/drill.prom dump.rdb    from cron
  rdbkit rehearse --keep dump.rdb                leave the server running, for a look

Exit status: 0 restored and equal, 1 not restored, or different, 2 no drill could be held (no server on PATH, no room),
3 restored, and this release cannot tell whether all is there.`;

/** Adds the command; what it needs is loaded when it runs. */
export function addRehearse(program: Command): void {
  const drill = [
    new Option('--server <path>', 'the server to start (default: of those on PATH, the one most like the writer)'),
    new Option('--via <way>', 'start it from a copy, or load the keys into an empty one')
      .choices(['boot', 'load'])
      .default('boot'),
    new Option('--trust', 'start it although commands reach beyond the data'),
    new Option('--timeout <duration>', 'it fails when the server is not up by then: 10m').argParser(parseDuration),
    new Option('--keep', 'leave the server running, for a look'),
  ].map((option) => option.helpGroup('The drill:'));
  const output = [
    new Option('--limit <n>', 'keys that are named when they differ').argParser(parseCount).default(20),
    new Option('--json', 'one JSON document'),
    new Option('--bytes <form>', 'byte strings in JSON').choices(['text', 'base64']).default('text'),
    new Option('--metrics <file>', 'write Prometheus metrics there, too'),
    new Option('-q, --quiet', 'print only what is wrong'),
    new Option('--no-progress', 'no progress bar'),
  ].map((option) => option.helpGroup('Output:'));
  const resources = [
    new Option('--max-memory <size>', 'for tables of the comparison; what does not fit goes to disk')
      .argParser(parseSize)
      .default(DEFAULT_MEMORY, '512mb'),
    new Option('--tmp-dir <dir>', "where the copy goes (default: the system's)"),
  ].map((option) => option.helpGroup('Resources:'));
  const command = program
    .command('rehearse')
    .argument('<input>', 'a dump or append-only file, a directory that holds one, or - for standard input')
    .description('the restore drill: start a server on a copy')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, flags: RehearseFlags, self: Command) => {
      const { runRehearse } = await import('./run-rehearse.js');
      process.exitCode = await runRehearse(input, { ...flags, ...self.optsWithGlobals() });
    });
  for (const option of [...drill, ...output, ...resources]) command.addOption(option);
}

const DEFAULT_MEMORY = 512 * 1024 * 1024;

export interface RehearseFlags {
  readonly server?: string;
  readonly via: 'boot' | 'load';
  readonly trust?: boolean;
  readonly timeout?: number;
  readonly keep?: boolean;
  readonly limit: number;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly metrics?: string;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
  readonly maxMemory: number;
  readonly tmpDir?: string;
}
