import { type CommandInfo, commandsOf, fitsArity } from '../servers/commands.js';
import { RELEASES } from '../servers/releases.js';

/** Modules put their name and a dot in front of their commands. */
const OF_MODULE = /^[a-z0-9_]+\./;

let known: ReadonlyMap<string, readonly CommandInfo[]> | undefined;

/** What keeps every known release from loading a log with such a command; undefined when some release takes it. */
export function refusedCommand(name: string, argc: number): 'AOF_UNKNOWN_COMMAND' | 'AOF_WRONG_ARITY' | undefined {
  known ??= allCommands();
  const infos = known.get(name);
  if (!infos) return OF_MODULE.test(name) ? undefined : 'AOF_UNKNOWN_COMMAND';
  return infos.some((info) => fitsArity(info, argc)) ? undefined : 'AOF_WRONG_ARITY';
}

function allCommands(): Map<string, CommandInfo[]> {
  const all = new Map<string, CommandInfo[]>();
  for (const release of RELEASES) {
    for (const [name, info] of commandsOf(release).commands) {
      const infos = all.get(name);
      if (!infos) all.set(name, [info]);
      else if (!infos.some(({ arity }) => arity === info.arity)) infos.push(info);
    }
  }
  return all;
}
