// Which nodes of a tree of prefixes to show.

/** Nodes below the first level that are a smaller share of all than this are left out. */
const LEAST_SHARE = 0.001;

/** The nodes of all levels that are the largest share of all (0 to 1), so many of them; none without its parent. */
export function largestNodes<T extends { readonly children: readonly T[] }>(
  tree: readonly T[],
  share: (node: T) => number,
  most: number,
): Set<T> {
  const chosen = new Set<T>();
  const open = tree.map((node) => ({ node, share: share(node) }));
  while (chosen.size < most && open.length > 0) {
    let best = 0;
    for (let i = 1; i < open.length; i++) if (open[i].share > open[best].share) best = i;
    const [{ node }] = open.splice(best, 1);
    chosen.add(node);
    for (const child of node.children) {
      const part = share(child);
      if (part >= LEAST_SHARE) open.push({ node: child, share: part });
    }
  }
  return chosen;
}

/** The chosen nodes, each with its parent, in the order of the tree. */
export function* inOrder<T extends { readonly children: readonly T[] }>(
  nodes: readonly T[],
  chosen: ReadonlySet<T>,
  parent?: T,
): Generator<readonly [node: T, parent: T | undefined]> {
  for (const node of nodes) {
    if (!chosen.has(node)) continue;
    yield [node, parent];
    yield* inOrder(node.children, chosen, node);
  }
}

/** What a prefix adds to that of its parent. */
export function ownPart(prefix: Uint8Array, parent: { readonly prefix: Uint8Array } | undefined): Uint8Array {
  return parent ? prefix.subarray(parent.prefix.length) : prefix;
}
