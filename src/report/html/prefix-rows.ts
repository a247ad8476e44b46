// A tree of prefixes as flat rows. Without recursion: how deep a tree is depends on names that nobody can trust.
import type { PrefixStats, Totals } from '../../stats/report.js';
import { nameText } from './name-text.js';
import type { NameText, PrefixRow, Sums } from './page-data.js';

/** A parent, then its children; siblings in the order given. Names are those behind the parent's. */
export function prefixRows(tree: readonly PrefixStats[]): PrefixRow[] {
  const rows: PrefixRow[] = [];
  const waiting = tree.map((prefix) => ({ prefix, level: 1, parent: new Uint8Array() as Uint8Array })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { prefix, level, parent } = next;
    const { missing, children } = prefix;
    const name = nameBehind(parent, prefix.prefix);
    rows.push(missing ? [level, name, sums(prefix), sums(missing)] : [level, name, sums(prefix)]);
    for (let i = children.length - 1; i >= 0; i--) {
      waiting.push({ prefix: children[i], level: level + 1, parent: prefix.prefix });
    }
  }
  return rows;
}

/** An `x` behind a backslash is escaped: both together would read as the start of an escape. */
function nameBehind(parent: Uint8Array, prefix: Uint8Array): NameText {
  const own = prefix.subarray(parent.length);
  const name = nameText(own);
  if (parent.at(-1) !== 0x5c || own[0] !== 0x78) return name;
  const escaped = (text: string) => `\\x78${text.slice(1)}`;
  return typeof name === 'string' ? escaped(name) : [escaped(name[0]), name[1]];
}

function sums({ keys, expires, bytes, memory, elements }: Totals): Sums {
  return [keys, expires, bytes, memory, elements];
}
