import type { PlainCommand } from '../../aof/command-table.js';
import { isWithoutEffect, plainCommands, reachOf } from '../../servers/command-reach.js';
import { type CommandInfo, commandsOf, findCommand, fitsArity } from '../../servers/commands.js';
import { knownForms } from '../../servers/known-commands.js';
import { type Release, releaseNamed } from '../../servers/releases.js';

/** What all known releases together say of a command. */
export interface CommandJudgement {
  /** No release has it. */
  readonly unknown: boolean;
  /** A release has it, and none with so many arguments. In words, how many it takes. */
  readonly arity: string | undefined;
  /** What it reaches beside the data. */
  readonly reach: string | undefined;
  readonly withoutEffect: boolean;
}

let plain: readonly PlainCommand[] | undefined;

/** Commands that are in order when they have as many arguments as listed: those that Redis 7.0 writes. */
export function commandsInOrder(): readonly PlainCommand[] {
  const release = releaseNamed('redis-7.0');
  plain ??= plainCommands(release ? [commandsOf(release)] : []);
  return plain;
}

/** Whether the argument behind the name decides what the command is. */
export function isContainer(name: string): boolean {
  return knownForms(name).some(({ container }) => container);
}

/** Judges a command by its name, the argument behind it where that matters, and how many it has with its name. */
export function judge(name: string, argument: string | undefined, argc: number): CommandJudgement {
  const infos = knownForms(name, argument);
  const fits = infos.length === 0 || infos.some((info) => fitsArity(info, argc));
  return {
    unknown: infos.length === 0,
    arity: fits ? undefined : [...new Set(infos.map(arityText))].join(' or '),
    reach: reachOf(name, argument),
    withoutEffect: infos.length > 0 && infos.every(isWithoutEffect),
  };
}

/** Whether a release has a command; `name` may be `container|subcommand`. */
export function isKnownTo(release: Release, name: string): boolean {
  const [first, second] = name.split('|');
  return findCommand(commandsOf(release), first, second) !== undefined;
}

function arityText({ arity }: CommandInfo): string {
  return arity >= 0 ? `${arity}` : `at least ${-arity}`;
}
