// The tree of prefixes, and the parts into which a level of it falls.
import type { NameText } from '../page-data.js';
import { cutText, nameOf } from './names.js';

/** Characters of a whole prefix. */
const LONGEST_WHOLE = 1024;

/** A prefix and the sums of its keys. */
export interface PrefixNode<Sums> {
  /** `rest`: what a level has besides its listed children. */
  readonly kind: 'all' | 'prefix' | 'without' | 'rest';
  /** What it adds to its parent's name, or words where it is no prefix. */
  readonly name: NameText;
  readonly whole: NameText;
  readonly depth: number;
  readonly totals: Sums;
  readonly missing: Sums | undefined;
  readonly parent: PrefixNode<Sums> | undefined;
  readonly children: PrefixNode<Sums>[];
}

export interface PrefixTree<Sums> {
  readonly root: PrefixNode<Sums>;
  /** Every prefix, as in a printed tree. */
  readonly prefixes: readonly PrefixNode<Sums>[];
}

/** A prefix as the data have it, with its sums unpacked. */
export type UnpackedRow<Sums> = readonly [level: number, name: NameText, sums: Sums, missing?: Sums];

/** How sums are reckoned with. */
export interface Reckoning<Sums> {
  /** What areas and bars stand for. */
  value(sums: Sums): number;
  minus(a: Sums, b: Sums): Sums;
  isNothing(sums: Sums): boolean;
}

/** `totals` are those of all keys. */
export function buildTree<Sums>(totals: Sums, rows: readonly UnpackedRow<Sums>[]): PrefixTree<Sums> {
  const root = words('all', 'All keys', totals, undefined);
  const path = [root];
  const prefixes: PrefixNode<Sums>[] = [];
  for (const [level, name, sums, missing] of rows) {
    const parent = path[level - 1] ?? root;
    const node: PrefixNode<Sums> = {
      kind: 'prefix',
      name,
      whole: joined(parent, name),
      depth: level,
      totals: sums,
      missing,
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
 * A level in parts that add up to it, largest first: at most `most` of its children, and what is left. `without`: keys
 * without a prefix. No parts where the level has no listed children.
 */
export function partsOf<Sums>(
  node: PrefixNode<Sums>,
  without: Sums,
  { value, minus, isNothing }: Reckoning<Sums>,
  most: number,
): PrefixNode<Sums>[] {
  const children = [...node.children];
  if (node.kind === 'all' && !isNothing(without)) children.push(words('without', 'No prefix', without, node));
  if (children.length === 0) return [];
  children.sort((a, b) => value(b.totals) - value(a.totals));
  const shown = children.slice(0, most);
  const rest = shown.reduce((left, child) => minus(left, child.totals), node.totals);
  const hidden = children.length - shown.length;
  const own = node.kind === 'all' ? 'Other prefixes' : 'Other keys';
  const name = hidden > 0 ? `${own} and ${hidden} smaller prefixes` : own;
  return isNothing(rest) ? shown : [...shown, words('rest', name, rest, node)];
}

/** From the root to the node. */
export function pathTo<Sums>(node: PrefixNode<Sums>): PrefixNode<Sums>[] {
  const path: PrefixNode<Sums>[] = [];
  for (let at: PrefixNode<Sums> | undefined = node; at; at = at.parent) path.unshift(at);
  return path;
}

function words<Sums>(
  kind: PrefixNode<Sums>['kind'],
  name: string,
  totals: Sums,
  parent: PrefixNode<Sums> | undefined,
): PrefixNode<Sums> {
  const depth = parent ? parent.depth + 1 : 0;
  return { kind, name, whole: name, depth, totals, missing: undefined, parent, children: [] };
}

/** The whole prefix, as far as the page knows it. */
function joined<Sums>({ kind, whole }: PrefixNode<Sums>, name: NameText): NameText {
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
