import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import { isWithoutEffect, type Reach, reachOf } from '../../servers/command-reach.js';
import { type CommandInfo, commandsOf, findCommand } from '../../servers/commands.js';
import { RELEASES, releaseNamed } from '../../servers/releases.js';

/** What a command is for who replays it. */
export interface Known {
  /** Its name, with its subcommand: `function load`. */
  readonly shown: string;
  readonly reach: Reach | undefined;
  /** It changes nothing: servers do not log it. */
  readonly isIdle: boolean;
  /** It empties databases, or the functions. */
  readonly isFlush: boolean;
  /** Which argument is its first key, from 1; 0: it has none, and is for all nodes of a cluster. */
  readonly keyAt: number;
}

const FLUSHES: ReadonlySet<string> = new Set(['flushall', 'flushdb', 'function|flush']);
/** These wait for something that no log brings. Behind MULTI they do not. */
export const WAITING: ReadonlySet<string> = new Set(
  'blpop brpop brpoplpush blmove blmpop bzpopmin bzpopmax bzmpop xreadgroup'.split(' '),
);
/** Where the place of the first key depends on the arguments, and in front of it stand fixed ones. */
const KEYS_BEHIND: ReadonlyMap<string, number> = new Map([
  ['lmpop', 2],
  ['zmpop', 2],
  ['blmpop', 3],
  ['bzmpop', 3],
]);
const MOST_KEPT = 4096;

/** What is known of commands, by all releases, the target's own first. */
export class KnownCommands {
  private readonly kept = new Map<string, Known>();
  private readonly sets;

  constructor({ lineage, version }: Pick<BulkTarget, 'lineage' | 'version'>) {
    const own = releaseNamed(`${lineage}-${version}`);
    this.sets = [...(own ? [own] : []), ...[...RELEASES].reverse()].map(commandsOf);
  }

  /** `name` in lower case; `word` is the argument behind it. */
  of(name: string, word: string): Known {
    const plain = this.kept.get(name);
    if (plain) return plain;
    const both = `${name} ${word.toLowerCase()}`;
    let known = this.kept.get(both);
    if (!known) {
      const info = this.find(name, word);
      known = knownOf(name, word, info);
      // Nearly all are the same whatever stands behind their name.
      const isPlain = info !== undefined && !info.container && info.name === name && reachOf(name) === undefined;
      if (this.kept.size < MOST_KEPT) this.kept.set(isPlain ? name : both, known);
    }
    return known;
  }

  private find(name: string, word: string): CommandInfo | undefined {
    for (const set of this.sets) {
      const info = findCommand(set, name, word);
      if (info) return info;
    }
    return undefined;
  }
}

function knownOf(name: string, word: string, info: CommandInfo | undefined): Known {
  const full = info?.name ?? name;
  return {
    shown: full.replace('|', ' '),
    reach: reachOf(name, word),
    isIdle: info !== undefined && isWithoutEffect(info),
    isFlush: FLUSHES.has(full),
    // A command that nobody knows is one of a module: nearly all of them begin with a key.
    keyAt: info === undefined ? 1 : (KEYS_BEHIND.get(name) ?? info.firstKey),
  };
}
