// The memory of one stream: a radix tree of listpacks, and groups with trees of pending entries.
import type { StreamId } from '../../rdb/stream-id.js';
import type { SizeClasses } from './allocator.js';
import type { MemoryModel } from './model.js';
import { RadixTree } from './radix-tree.js';
import { sdsBytes } from './sds.js';

/** The struct of a radix tree, and the header and a pointer of a node. */
const TREE = 32;
const NODE = 4 + 8;

/** A name in a tree that has no others like it: its bytes in one node, and the node of its value. */
function namedNode(length: number, classes: SizeClasses): number {
  return classes.of(NODE + length) + classes.of(NODE);
}

/** Sums up one stream after the other. */
export class StreamMemory {
  private readonly entries: RadixTree;
  /** Of the group at hand, and of the consumer at hand. */
  private readonly pending: RadixTree;
  private readonly owned: RadixTree;
  private total = 0;
  private inConsumer = false;
  private groups = 0;

  constructor(private readonly model: MemoryModel) {
    const cost = { estimate: model.streams.tree, classes: model.classes };
    this.entries = new RadixTree(cost);
    this.pending = new RadixTree(cost);
    this.owned = new RadixTree(cost);
  }

  reset(): void {
    this.entries.reset();
    this.total = 0;
    this.inConsumer = false;
    this.groups = 0;
  }

  node(id: StreamId, bytes: number): void {
    this.entries.add(id);
    const { exactContainers, classes } = this.model;
    this.total += exactContainers ? bytes : classes.of(bytes);
  }

  group(nameLength: number): void {
    this.pending.reset();
    const { streams, classes } = this.model;
    this.total += streams.group;
    // A tree of consumers, and a place in the tree of groups, which comes with the first of them.
    if (streams.names) this.total += TREE + (this.groups === 0 ? TREE : 0) + namedNode(nameLength, classes);
    this.groups++;
  }

  pendingEntry(id: StreamId): void {
    this.pending.add(id);
    this.total += this.model.streams.pending;
  }

  consumer(nameLength: number): void {
    this.endConsumer();
    this.owned.reset();
    this.inConsumer = true;
    const { streams, classes } = this.model;
    this.total += streams.consumer;
    this.total += streams.names ? classes.of(sdsBytes(nameLength)) + namedNode(nameLength, classes) : nameLength;
  }

  ownedEntry(id: StreamId): void {
    this.owned.add(id);
  }

  endGroup(): void {
    this.endConsumer();
    this.total += this.pending.bytes;
  }

  /** Bytes of the value beside its object. */
  get bytes(): number {
    return this.model.streams.stream + this.entries.bytes + this.total;
  }

  private endConsumer(): void {
    if (this.inConsumer) this.total += this.owned.bytes;
    this.inConsumer = false;
  }
}
