// Which characters divide the names of keys into prefixes: seen in the names when nobody says it.

/** What the names of a dataset are divided by. */
export interface Separators {
  /** Single characters, the one that divides most names first; empty when nothing divides them. */
  readonly separators: readonly string[];
  /** Share of the names that they divide, 0 to 1. */
  readonly share: number;
}

/** What people divide names by. Of two that do the same, the first one is meant. */
const CANDIDATES = [':', '|', '/', '#', '@', ',', ';', '~', '.', '_', '-'] as const;
/** These stand inside of words, numbers and ids, too: they have to divide twice as many names. */
const ALSO_IN_WORDS: ReadonlySet<string> = new Set(['.', '_', '-']);
/** So usual that it counts a little even where each prefix has a single name. */
const USUAL = ':';
const ALONE = 0.25;
/** Share of the names that a separator must divide. */
const LEAST_SHARE = 0.05;
/** Random ids hold some of everything; with so few separators none of it goes through. */
const MOST_SEPARATORS = 3;

/**
 * Guesses what divides names, from a sample of them. A separator divides a name where it stands behind the first byte and
 * before the last, and is worth something where several names share what stands before it. The one that divides most names is
 * taken; then, of the names that are left, the next one, unless it would cut more of the names that are divided already into
 * smaller pieces (ids with dashes behind a colon).
 */
export function guessSeparators(names: readonly Uint8Array[]): Separators {
  const chosen: string[] = [];
  let divided = names.map(() => false);
  while (chosen.length < MOST_SEPARATORS) {
    const next = best(names, divided, chosen);
    if (next === undefined) break;
    chosen.push(next);
    divided = names.map((name) => cut(name, chosen, 1) >= 0);
  }
  const count = divided.filter(Boolean).length;
  return { separators: chosen, share: names.length === 0 ? 0 : count / names.length };
}

function best(names: readonly Uint8Array[], divided: readonly boolean[], chosen: readonly string[]) {
  const open = names.filter((_, i) => !divided[i]);
  const done = names.filter((_, i) => divided[i]);
  let found: { separator: string; gain: number } | undefined;
  for (const separator of CANDIDATES) {
    if (chosen.includes(separator)) continue;
    const { shared, alone } = divide(open, separator);
    const weight = ALSO_IN_WORDS.has(separator) ? 0.5 : 1;
    const gain = weight * (shared + (separator === USUAL ? ALONE * alone : 0));
    if (gain === 0 || gain < LEAST_SHARE * names.length || gain <= (found?.gain ?? 0)) continue;
    if (harm(done, separator, chosen) < shared + alone) found = { separator, gain };
  }
  return found?.separator;
}

/** How many names share what stands before the separator with others, and how many have it for themselves. */
function divide(names: readonly Uint8Array[], separator: string): { shared: number; alone: number } {
  const groups = new Map<string, number>();
  for (const name of names) {
    const at = cut(name, [separator], 1);
    if (at < 0) continue;
    const prefix = Buffer.from(name.buffer, name.byteOffset, at).toString('latin1');
    groups.set(prefix, (groups.get(prefix) ?? 0) + 1);
  }
  let shared = 0;
  let alone = 0;
  for (const size of groups.values()) {
    if (size > 1) shared += size;
    else alone++;
  }
  return { shared, alone };
}

/** How many names would have other prefixes of the first two levels with one more separator. */
function harm(names: readonly Uint8Array[], separator: string, chosen: readonly string[]): number {
  return names.filter((name) => {
    const at = cut(name, [separator], 1);
    if (at < 0) return false;
    const second = cut(name, chosen, 2);
    return second < 0 || at < second;
  }).length;
}

/** Where the nth of the separators stands in a name, behind its first byte and before its last; -1 for nowhere. */
function cut(name: Uint8Array, separators: readonly string[], nth: number): number {
  const codes = separators.map((separator) => separator.charCodeAt(0));
  let left = nth;
  for (let i = 1; i < name.length - 1; i++) {
    if (codes.includes(name[i]) && --left === 0) return i;
  }
  return -1;
}
