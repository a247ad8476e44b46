// Radix trees of stream ids: keys of 16 bytes in ascending order. The shape is that of the servers' rax:
//
//   a run of bytes without branches    one node, compressed from two bytes on
//   a place where keys part            one node with a child for each next byte
//   a key                              one empty node
//
// Only the path of the last key can still change, so counting needs no tree.
import type { StreamId } from '../../rdb/stream-id.js';
import type { SizeClasses } from './allocator.js';

const KEY_BYTES = 16;

/** How a server counts a tree. */
export interface RadixTreeCost {
  /** Bytes of each element and node; undefined where the server knows what it allocated. */
  readonly estimate: { readonly element: number; readonly node: number } | undefined;
  readonly classes: SizeClasses;
}

const TREE = 32;
const HEADER = 4;
const POINTER = 8;

/** Counts the memory of one tree after the other. */
export class RadixTree {
  private elements = 0;
  private nodes = 0;
  private allocated = 0;
  /** The depths at which the path of the last key branches, from the root, and how many children each has. */
  private readonly depths = new Uint8Array(KEY_BYTES);
  private readonly children = new Uint16Array(KEY_BYTES);
  private branches = 0;
  private msHigh = 0;
  private msLow = 0;
  private seqHigh = 0;
  private seqLow = 0;

  constructor(private readonly cost: RadixTreeCost) {}

  /** Starts an empty tree. */
  reset(): void {
    this.elements = 0;
    this.nodes = 0;
    this.branches = 0;
    this.allocated = 0;
  }

  /** Adds a key; they come in ascending order. */
  add(id: StreamId): void {
    const shared = this.elements === 0 ? -1 : this.sharedBytes(id);
    if (shared === KEY_BYTES) return;
    this.msHigh = id.msHigh;
    this.msLow = id.msLow;
    this.seqHigh = id.seqHigh;
    this.seqLow = id.seqLow;
    this.elements++;
    if (shared < 0) {
      this.run(KEY_BYTES, 1);
      this.leaf();
      return;
    }
    let below = KEY_BYTES;
    while (this.branches > 0 && this.depths[this.branches - 1] > shared) below = this.depths[--this.branches];
    const top = this.branches - 1;
    if (top >= 0 && this.depths[top] === shared) {
      const count = this.children[top]++;
      this.allocated += this.branchBytes(count + 1) - this.branchBytes(count);
    } else {
      const from = top >= 0 ? this.depths[top] + 1 : 0;
      this.run(below - from, -1);
      this.run(shared - from, 1);
      this.run(below - shared - 1, 1);
      this.nodes++;
      this.allocated += this.branchBytes(2);
      this.depths[this.branches] = shared;
      this.children[this.branches++] = 2;
    }
    this.run(KEY_BYTES - shared - 1, 1);
    this.leaf();
  }

  get size(): number {
    return this.elements;
  }

  /** Bytes of the tree as the server counts them. */
  get bytes(): number {
    const { estimate } = this.cost;
    if (estimate) return this.elements * estimate.element + Math.max(this.nodes, 1) * estimate.node;
    return TREE + (this.elements === 0 ? 8 : this.allocated);
  }

  private run(length: number, sign: number): void {
    if (length <= 0) return;
    this.nodes += sign;
    this.allocated += sign * this.block(padded(HEADER + length) + POINTER);
  }

  /** A key's own node holds the pointer to its value. */
  private leaf(): void {
    this.nodes++;
    this.allocated += this.block(padded(HEADER) + POINTER);
  }

  private branchBytes(children: number): number {
    return this.block(padded(HEADER + children) + POINTER * children);
  }

  private block(bytes: number): number {
    return this.cost.classes.of(bytes);
  }

  /** How many bytes of the last key the next one begins with. */
  private sharedBytes(id: StreamId): number {
    let different = this.msHigh ^ id.msHigh;
    if (different !== 0) return Math.clz32(different) >> 3;
    different = this.msLow ^ id.msLow;
    if (different !== 0) return 4 + (Math.clz32(different) >> 3);
    different = this.seqHigh ^ id.seqHigh;
    if (different !== 0) return 8 + (Math.clz32(different) >> 3);
    different = this.seqLow ^ id.seqLow;
    return different === 0 ? KEY_BYTES : 12 + (Math.clz32(different) >> 3);
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
