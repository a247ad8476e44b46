// What the commands of a log reach beside the data, and which of them not every server knows.
import type { PlainCommand } from '../aof/command-table.js';
import { type CommandRecord, LogVisitor } from '../aof/log-visitor.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import { plainCommands, type ReachingCommand, reachOf } from '../servers/command-reach.js';
import { commandsOf, findCommand } from '../servers/commands.js';
import { RELEASES, releaseNamed } from '../servers/releases.js';

/** Names of commands that are kept. */
const NAMES = 100;
const LONGEST_WORD = 64;

/** Collects them. */
export class LogLook extends LogVisitor {
  path = '';
  /** Another visitor that is told all commands: then none may pass without events. */
  also: LogVisitor | undefined;
  readonly reaching = new Map<string, ReachingCommand & { count: number }>();
  /** Commands that not all releases have. */
  readonly special = new Set<string>();
  private word: string | undefined;
  private isPlain = false;
  private alsoWants = 0;

  override command(record: CommandRecord): number {
    this.word = undefined;
    this.isPlain = isPlain(record);
    this.alsoWants = this.also?.command(record) ?? 0;
    return this.isPlain ? this.alsoWants : Math.max(1, this.alsoWants);
  }

  override argument(index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    if (index <= this.alsoWants) this.also?.argument(index, length, buffer, start, end);
    if (index > 1 || this.isPlain) return;
    this.word = length > LONGEST_WORD ? '' : bytesToText(buffer.slice(start, end)).toLowerCase();
  }

  override commandEnd(record: CommandRecord): void | Promise<void> {
    if (!this.isPlain) this.look(record);
    return this.also?.commandEnd(record);
  }

  private look({ name, offset }: CommandRecord): void {
    const { word } = this;
    const reach = reachOf(name, word);
    const known = knownAs(name, word);
    if (known !== undefined && this.special.size < NAMES) this.special.add(known);
    if (reach === undefined) return;
    const command = known?.includes('|') ? known.replace('|', ' ') : name;
    const told = this.reaching.get(command);
    if (told) told.count++;
    else if (this.reaching.size < NAMES) {
      this.reaching.set(command, { command, reach, path: this.path, offset, count: 1 });
    }
  }
}

let plainList: readonly PlainCommand[] | undefined;
let plainByName: ReadonlyMap<string, PlainCommand> | undefined;

/** Commands that every release since Redis 7.0 takes, and that only change data. */
export function plain(): readonly PlainCommand[] {
  const release = releaseNamed('redis-7.0');
  plainList ??= plainCommands(release ? [commandsOf(release)] : []);
  return plainList;
}

function isPlain({ name, argc }: CommandRecord): boolean {
  plainByName ??= new Map(plain().map((each) => [each.name, each]));
  const command = plainByName.get(name);
  return command !== undefined && argc >= command.minArgc && argc <= command.maxArgc;
}

/** The name of a command that some release has, with its subcommand; undefined for one that none has. */
function knownAs(name: string, word: string | undefined): string | undefined {
  for (const release of [...RELEASES].reverse()) {
    const info = findCommand(commandsOf(release), name, word);
    if (info) return info.name;
  }
  return undefined;
}
