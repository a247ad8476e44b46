// The tree of prefixes, and the parts into which a level of it falls.
import type { Totals } from '../../../stats/report.js';
import type { NameText, PageData, PagePrefixes, Sums } from '../page-data.js';
import { cutText, nameOf } from './names.js';
import { measured } from './state.js';

/** Characters of a whole prefix. */
const LONGEST_WHOLE = 1024;

export interface PrefixNode {
  /** `rest`: what a level has besides its listed children. */
  readonly kind: 'all' | 'prefix' | 'without' | 'rest';
  /** What it adds to its parent's name, or words where it is no prefix. */
  readonly name: NameText;
  readonly whole: NameText;
  readonly depth: number;
  readonly totals: Totals;
  readonly missing: Totals | undefined;
  readonly parent: PrefixNode | undefined;
  readonly children: PrefixNode[];
}

export interface PrefixTree {
  readonly root: PrefixNode;
  /** Every prefix, as in a printed tree. */
  readonly prefixes: readonly PrefixNode[];
}

export function buildTree({ totals, prefixes: { rows } }: PageData): PrefixTree {
  const root = words('all', 'All keys', totals, undefined);
  const path = [root];
  const prefixes: PrefixNode[] = [];
  for (const [level, name, sums, missing] of rows) {
    const parent = path[level - 1] ?? root;
    const node: PrefixNode = {
      kind: 'prefix',
      name,
      whole: joined(parent, name),
      depth: level,
      totals: unpack(sums),
      missing: missing && unpack(missing),
      parent,
      children: [],
    };
    path.length = level;
    path.push(node);
    parent.children.push(node);
    prefixes.push(node);
  }
  return { root, prefixes };
}

/**
 * A level in parts that add up to it, largest first: at most `most` of its children, and what is left. No parts where the
 * level has no listed children.
 */
export function partsOf(node: PrefixNode, prefixes: PagePrefixes, most: number): PrefixNode[] {
  const children = [...node.children];
  if (node.kind === 'all' && prefixes.without.keys > 0) {
    children.push(words('without', 'No prefix', prefixes.without, node));
  }
  if (children.length === 0) return [];
  children.sort((a, b) => measured(b.totals) - measured(a.totals));
  const shown = children.slice(0, most);
  const rest = shown.reduce((left, child) => subtract(left, child.totals), node.totals);
  const hidden = children.length - shown.length;
  const own = node.kind === 'all' ? 'Other prefixes' : 'Other keys';
  const name = hidden > 0 ? `${own} and ${hidden} smaller prefixes` : own;
  return rest.keys > 0 || rest.memory > 0 ? [...shown, words('rest', name, rest, node)] : shown;
}

/** From the root to the node. */
export function pathTo(node: PrefixNode): PrefixNode[] {
  const path: PrefixNode[] = [];
  for (let at: PrefixNode | undefined = node; at; at = at.parent) path.unshift(at);
  return path;
}

function words(kind: PrefixNode['kind'], name: string, totals: Totals, parent: PrefixNode | undefined): PrefixNode {
  const depth = parent ? parent.depth + 1 : 0;
  return { kind, name, whole: name, depth, totals, missing: undefined, parent, children: [] };
}

/** The whole prefix, as far as the page knows it. */
function joined({ kind, whole }: PrefixNode, name: NameText): NameText {
  if (kind === 'all') return name;
  if (typeof whole !== 'string') return [whole[0], whole[1] + lengthOf(name)];
  const text = whole + nameOf(name);
  if (typeof name === 'string' && text.length <= LONGEST_WHOLE) return text;
  return [cutText(text, LONGEST_WHOLE), lengthOf(whole) + lengthOf(name)];
}

/** Bytes; of escaped text a little too many. */
function lengthOf(name: NameText): number {
  return typeof name === 'string' ? new TextEncoder().encode(name).length : name[1];
}

function unpack([keys, expires, bytes, memory, elements]: Sums): Totals {
  return { keys, expires, bytes, memory, elements };
}

function subtract(a: Totals, b: Totals): Totals {
  return {
    keys: Math.max(0, a.keys - b.keys),
    expires: Math.max(0, a.expires - b.expires),
    bytes: Math.max(0, a.bytes - b.bytes),
    memory: Math.max(0, a.memory - b.memory),
    elements: Math.max(0, a.elements - b.elements),
  };
}
