// Which commands each release has, and with how many arguments. Of an append-only file servers execute every command, and
// what they do with one that they do not know, or with a wrong number of arguments, is to end.
import { COMMAND_DATA, COMMAND_RELEASES } from './command-data.js';
import { isFrom, RELEASES, type Release, releaseName } from './releases.js';

/** One command of a release. */
export interface CommandInfo {
  /** In lower case; `container|subcommand` for one of a container. */
  readonly name: string;
  /** With the name: n for exactly n, -n for n or more. Of a subcommand with both names. */
  readonly arity: number;
  /** It changes data. */
  readonly write: boolean;
  /** It only reads. Neither this nor `write`: it is about connections, the server, or what its arguments say. */
  readonly read: boolean;
  /** The next argument names a subcommand, which must exist. */
  readonly container: boolean;
  /** Position of the first key, 0 for none or one that depends on the arguments. */
  readonly firstKey: number;
}

/** The commands of one release. */
export interface CommandSet {
  /** The release whose commands these are. */
  readonly release: string;
  /** Taken from that very release, or worked out from its neighbour. */
  readonly basis: 'measured' | 'expected';
  readonly commands: ReadonlyMap<string, CommandInfo>;
}

interface Line extends CommandInfo {
  /** Major and minor of the release that it came with, undefined when that is not known. */
  readonly since: { readonly major: number; readonly minor: number } | undefined;
  readonly columns: string;
}

let lines: readonly Line[] | undefined;
const sets = new Map<string, CommandSet>();

/**
 * The commands of a release. One that was not asked has those of the next release of its lineage that was, as far as they
 * had come by then; the newest ones have at least those of the last release that was asked.
 */
export function commandsOf(release: Release): CommandSet {
  const name = releaseName(release);
  let set = sets.get(name);
  if (!set) {
    set = makeSet(release, name);
    sets.set(name, set);
  }
  return set;
}

/**
 * The command that the name and the argument behind it stand for, as servers look it up; undefined for one that the release
 * does not have. Upper and lower case are the same.
 */
export function findCommand(set: CommandSet, name: string, argument?: string): CommandInfo | undefined {
  const command = set.commands.get(name.toLowerCase());
  if (!command?.container || argument === undefined) return command;
  return set.commands.get(`${command.name}|${argument.toLowerCase()}`);
}

/** Whether a command can have so many arguments, its name among them. */
export function fitsArity({ arity }: CommandInfo, argc: number): boolean {
  return arity >= 0 ? argc === arity : argc >= -arity;
}

function makeSet(release: Release, name: string): CommandSet {
  const asked = COMMAND_RELEASES.map((each) => RELEASES.find((known) => releaseName(known) === each));
  const column = asked.findIndex((each) => each && releaseName(each) === name);
  if (column >= 0)
    return { release: name, basis: 'measured', commands: select((line) => line.columns[column] === '1') };
  const ofLineage = asked.flatMap((each, i) => (each?.lineage === release.lineage ? [{ each, i }] : []));
  const next = ofLineage.find(({ each }) => isFrom(each, release.major, release.minor));
  const before = ofLineage.findLast(({ each }) => isFrom(release, each.major, each.minor));
  const had = (line: Line) => before !== undefined && line.columns[before.i] === '1';
  const commands = next
    ? select((line) => line.columns[next.i] === '1' && (had(line) || cameBy(line, release)))
    : select(had);
  return { release: name, basis: 'expected', commands };
}

function cameBy({ since }: Line, release: Release): boolean {
  return since !== undefined && isFrom(release, since.major, since.minor);
}

function select(wanted: (line: Line) => boolean): Map<string, CommandInfo> {
  lines ??= COMMAND_DATA.trim().split('\n').map(parseLine);
  return new Map(lines.filter(wanted).map((line) => [line.name, line]));
}

function parseLine(text: string): Line {
  const [name, arity, flags, firstKey, since, columns] = text.split(' ');
  const [major, minor] = since.split('.').map(Number);
  return {
    name,
    arity: Number(arity),
    write: flags.includes('w'),
    read: flags.includes('r'),
    container: flags.includes('c'),
    firstKey: Number(firstKey),
    since: major === 0 ? undefined : { major, minor },
    columns,
  };
}
