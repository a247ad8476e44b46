// Loading an append-only file executes it. Some commands do more than change data; servers never log them, but whoever writes
// the file can put them there (measured: CONFIG SET, ACL SETUSER, REPLICAOF and EVAL are executed, MODULE LOAD opens the file).
import type { PlainCommand } from '../aof/command-table.js';
import type { CommandInfo, CommandSet } from './commands.js';

/** What a command reaches beside the data. */
export type Reach =
  | 'configuration'
  | 'users'
  | 'modules'
  | 'replication'
  | 'other servers'
  | 'cluster'
  | 'scripts'
  | 'files'
  | 'clients'
  | 'the process';

/** A command of a log that reaches beside the data. */
export interface ReachingCommand {
  /** In lower case: `config set`. */
  readonly command: string;
  readonly reach: Reach;
  /** Of the file that has the first one. */
  readonly path: string;
  /** File offset of the first one, in bytes. */
  readonly offset: number;
  /** How many there are. */
  readonly count: number;
}

const REACH: ReadonlyMap<string, Reach> = new Map<string, Reach>([
  ['config', 'configuration'],
  ['acl', 'users'],
  ['module', 'modules'],
  ['replicaof', 'replication'],
  ['slaveof', 'replication'],
  ['replconf', 'replication'],
  ['psync', 'replication'],
  ['sync', 'replication'],
  ['failover', 'replication'],
  ['migrate', 'other servers'],
  ['cluster', 'cluster'],
  ['eval', 'scripts'],
  ['evalsha', 'scripts'],
  ['eval_ro', 'scripts'],
  ['evalsha_ro', 'scripts'],
  ['script', 'scripts'],
  ['fcall', 'scripts'],
  ['fcall_ro', 'scripts'],
  ['save', 'files'],
  ['bgsave', 'files'],
  ['bgrewriteaof', 'files'],
  ['client', 'clients'],
  ['publish', 'clients'],
  ['spublish', 'clients'],
  ['debug', 'the process'],
  ['shutdown', 'the process'],
]);

/** Subcommands of those that only tell. */
const HARMLESS: ReadonlySet<string> = new Set(
  [
    'config|get config|help',
    'acl|cat acl|dryrun acl|genpass acl|getuser acl|help acl|list acl|users acl|whoami',
    'module|help module|list',
    'cluster|countkeysinslot cluster|count-failure-reports cluster|getkeysinslot cluster|help cluster|info cluster|keyslot',
    'cluster|links cluster|myid cluster|myshardid cluster|nodes cluster|replicas cluster|shards cluster|slaves cluster|slots',
    'cluster|slot-stats',
    'script|exists script|help',
    'client|getname client|getredir client|help client|id client|info client|list client|trackinginfo',
  ].flatMap((line) => line.split(' ')),
);

/** What is logged although it neither writes nor only reads. */
const LOGGED: ReadonlySet<string> = new Set(['multi', 'exec', 'select', 'pfcount']);

/** What a command reaches beside the data; undefined for one that stays within it. `argument` is what follows the name. */
export function reachOf(name: string, argument?: string): Reach | undefined {
  const lower = name.toLowerCase();
  const reach = REACH.get(lower);
  if (reach === undefined || argument === undefined) return reach;
  return HARMLESS.has(`${lower}|${argument.toLowerCase()}`) ? undefined : reach;
}

/** Whether a command has no effect on data while it is loaded: servers do not log it. */
export function isWithoutEffect({ name, write }: CommandInfo): boolean {
  return !write && !LOGGED.has(name) && reachOf(...split(name)) === undefined;
}

/**
 * The commands that say nothing worth a word when they have as many arguments as given: those that change data, in every one
 * of these releases, and MULTI, EXEC and SELECT. For `readLog`: all others are told one by one.
 */
export function plainCommands(sets: readonly CommandSet[]): PlainCommand[] {
  const [first, ...others] = sets;
  if (!first) return [];
  const plain: PlainCommand[] = [];
  for (const command of first.commands.values()) {
    const all = [command, ...others.flatMap(({ commands }) => commands.get(command.name) ?? [])];
    if (all.length < sets.length || !all.every(isPlain)) continue;
    plain.push({
      name: command.name,
      minArgc: Math.max(...all.map(({ arity }) => Math.abs(arity))),
      maxArgc: Math.min(...all.map(({ arity }) => (arity >= 0 ? arity : Number.POSITIVE_INFINITY))),
    });
  }
  return plain;
}

function isPlain({ name, write, container }: CommandInfo): boolean {
  return !container && !name.includes('|') && (write || LOGGED.has(name)) && !REACH.has(name);
}

function split(name: string): [string, string?] {
  const bar = name.indexOf('|');
  return bar < 0 ? [name] : [name.slice(0, bar), name.slice(bar + 1)];
}
