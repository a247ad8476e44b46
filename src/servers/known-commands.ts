// What all known releases together say of a command: nobody knows which one will load a log.
import { type CommandInfo, commandsOf } from './commands.js';
import { RELEASES } from './releases.js';

/** Modules put their name and a dot in front of their commands. */
const OF_MODULE = /^[a-z0-9_-]+\.[a-z0-9_.-]+$/;
const NONE: readonly CommandInfo[] = [];

let known: ReadonlyMap<string, readonly CommandInfo[]> | undefined;

/**
 * What a command is in the releases that have it, each of its forms once; none when no release does. `name` and the argument
 * behind it, which counts where it names a subcommand, are in lower case.
 */
export function knownForms(name: string, argument?: string): readonly CommandInfo[] {
  known ??= formsByName();
  const forms = known.get(name) ?? NONE;
  if (argument === undefined) return forms;
  const plain = forms.filter(({ container }) => !container);
  return plain.length === forms.length ? forms : [...plain, ...(known.get(`${name}|${argument}`) ?? NONE)];
}

/** Whether a name that no release knows is one that a module may have given. */
export function mayBeOfModule(name: string): boolean {
  return OF_MODULE.test(name);
}

function formsByName(): Map<string, readonly CommandInfo[]> {
  const forms = new Map<string, Set<CommandInfo>>();
  for (const release of RELEASES) {
    for (const [name, info] of commandsOf(release).commands) forms.set(name, (forms.get(name) ?? new Set()).add(info));
  }
  return new Map([...forms].map(([name, infos]) => [name, [...infos]]));
}
