// A tree of prefixes as flat rows. Without recursion: how deep a tree is depends on names that nobody can trust.
import type { PrefixStats, Totals } from '../../stats/report.js';
import { nameText } from './name-text.js';
import type { NameText, PrefixRow, Sums } from './page-data.js';

interface Branch<Node> {
  readonly prefix: Uint8Array;
  readonly children: readonly Node[];
}

/** The rows of a tree of statistics. */
export function prefixRows(tree: readonly PrefixStats[]): PrefixRow[] {
  return flatRows<PrefixStats, PrefixRow>(tree, (level, name, node) =>
    node.missing ? [level, name, sums(node), sums(node.missing)] : [level, name, sums(node)],
  );
}

/**
 * A parent, then its children; siblings in the order given. `row` gets the level, 1 for the first one, and the name behind
 * the parent's.
 */
export function flatRows<Node extends Branch<Node>, Row>(
  tree: readonly Node[],
  row: (level: number, name: NameText, node: Node) => Row,
): Row[] {
  const rows: Row[] = [];
  const waiting = tree.map((node) => ({ node, level: 1, parent: new Uint8Array() as Uint8Array })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, level, parent } = next;
    const { children } = node;
    rows.push(row(level, nameBehind(parent, node.prefix), node));
    for (let i = children.length - 1; i >= 0; i--) {
      waiting.push({ node: children[i], level: level + 1, parent: node.prefix });
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
