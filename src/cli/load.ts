import { type Command, InvalidArgumentError, Option } from 'commander';
import { addFilterOptions, type FilterFlags } from './filter-options.js';
import { parseCount, parseMoment, parseSize } from './parse.js';
import { addServerOptions, type ServerFlags } from './server-options.js';

const EXAMPLES = `
URL: redis://[user[:password]@]host[:port][/db], rediss://… (TLS), unix:///path. Rather than in the URL, give the
password in RDBKIT_PASSWORD or REDISCLI_AUTH. All of the input is read and checked before anything is written.
Nothing is flushed, and by default nothing is overwritten.

Examples:
  rdbkit load dump.rdb redis://127.0.0.1:6379 --dry-run       what would happen?
  rdbkit load dump.rdb redis://127.0.0.1:6379 --verify        load, and compare every key afterwards
  rdbkit load dump.rdb redis://db7:6379 --journal load.journal --rate 20000    gently, and to be gone on with
  rdbkit load dump.rdb redis://node1:7000 --cluster --db-map 1:0
  rdbkit load dump.rdb rediss://db7:6380 --tls-ca ca.pem --match 'user:*' --on-conflict skip

Exit status: 0 every wanted key is there, 1 keys were not loaded, or only in part, or the input is damaged (nothing is
loaded, then), 2 could not be done (no server, wrong options), 3 cannot tell (the input is newer than this release knows).`;

/** Adds the command; what it needs is loaded when it runs. */
export function addLoad(program: Command): void {
  const how = [
    new Option('--mode <how>', 'RESTORE, commands, or what the target takes')
      .choices(['auto', 'restore', 'commands'])
      .default('auto'),
    new Option('--on-conflict <what>', 'with keys that exist at the target')
      .choices(['fail', 'skip', 'replace'])
      .default('fail'),
    new Option('--expired <what>', 'with keys whose time has passed').choices(['skip', 'load']).default('skip'),
    new Option('--db-map <from:to>', 'into another database; repeat for several').argParser(parseDbMap),
    new Option('--prefix-strip <text>', 'take this off the names that begin with it; the others stay'),
    new Option('--prefix-add <text>', 'put this in front of all names'),
    new Option('--functions', 'with the function libraries (the default)'),
    new Option('--no-functions', 'without them'),
    new Option('--until <time>', 'of an append-only set: no commands behind this moment').argParser(parseMoment),
    new Option('--dry-run', 'write nothing: what would happen?'),
    new Option('--verify', 'compare what was loaded with the target afterwards'),
    new Option('--journal <file>', 'keep note of what is loaded; with the same file, go on after an interruption'),
  ].map((option) => option.helpGroup('How:'));
  const pace = [
    new Option('--concurrency <n>', 'connections to each server').argParser(parseCount),
    new Option('--rate <n>', 'at most so many keys a second').argParser(parseCount),
    new Option('--max-memory <size>', 'for the tables of --verify').argParser(parseSize),
    new Option('--tmp-dir <dir>', "where to keep what does not fit (default: the system's)"),
  ].map((option) => option.helpGroup('Pace and memory:'));
  const output = [
    new Option('--json', 'one JSON document'),
    new Option('--bytes <form>', 'how byte strings are written in JSON').choices(['text', 'base64']).default('text'),
    new Option('-q, --quiet', 'print only what is wrong'),
    new Option('--no-progress', 'no progress bar'),
  ].map((option) => option.helpGroup('Output:'));
  const command = program
    .command('load')
    .argument('<input>', 'a dump file, an append-only set, a directory that holds one, or - for standard input')
    .argument('<url>', 'the server')
    .description('load a dump into a running server')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, url: string, flags: LoadFlags, self: Command) => {
      const { runLoad } = await import('./run-load.js');
      const functions = flags.functions !== false;
      process.exitCode = await runLoad(input, url, { ...flags, ...self.optsWithGlobals(), functions });
    });
  for (const option of [...how, ...pace, ...output]) command.addOption(option);
  command.addOption(new Option('--cluster', 'the target is a cluster; its other nodes are found').helpGroup('Server:'));
  command.addOption(
    new Option('--sentinel <name>', 'the URL is that of a Sentinel, which knows the master of this name').helpGroup(
      'Server:',
    ),
  );
  addServerOptions(command);
  addFilterOptions(command, { realTime: true });
}

/** `0:1`, several times or with commas. */
function parseDbMap(text: string, before: ReadonlyMap<number, number> | undefined): ReadonlyMap<number, number> {
  const map = new Map(before);
  for (const part of text.split(',')) {
    const match = /^(\d{1,9}):(\d{1,9})$/.exec(part.trim());
    if (!match) throw new InvalidArgumentError('from:to is expected, such as 0:1');
    if (map.has(Number(match[1]))) throw new InvalidArgumentError(`database ${match[1]} goes to one place only`);
    map.set(Number(match[1]), Number(match[2]));
  }
  return map;
}

export interface LoadFlags extends FilterFlags, ServerFlags {
  readonly mode: 'auto' | 'restore' | 'commands';
  readonly onConflict: 'fail' | 'skip' | 'replace';
  readonly expired: 'skip' | 'load';
  readonly dbMap?: ReadonlyMap<number, number>;
  readonly prefixStrip?: string;
  readonly prefixAdd?: string;
  readonly functions: boolean;
  /** ms since the epoch. */
  readonly until?: number;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly journal?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly maxMemory?: number;
  readonly tmpDir?: string;
  readonly cluster?: boolean;
  readonly sentinel?: string;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}
