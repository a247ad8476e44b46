// The memory of one stream: a radix tree of listpacks, and groups with trees of pending entries.
import type { StreamId } from '../../rdb/stream-id.js';
import type { MemoryModel } from './model.js';
import { RadixTree } from './radix-tree.js';

/** Sums up one stream after the other. */
export class StreamMemory {
  private readonly entries: RadixTree;
  /** Of the group at hand, and of the consumer at hand. */
  private readonly pending: RadixTree;
  private readonly owned: RadixTree;
  private total = 0;
  private inConsumer = false;

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
  }

  node(id: StreamId, bytes: number): void {
    this.entries.add(id);
    const { exactContainers, classes } = this.model;
    this.total += exactContainers ? bytes : classes.of(bytes);
  }

  group(): void {
    this.pending.reset();
    this.total += this.model.streams.group;
  }

  pendingEntry(id: StreamId): void {
    this.pending.add(id);
    this.total += this.model.streams.pending;
  }

  consumer(nameLength: number): void {
    this.endConsumer();
    this.owned.reset();
    this.inConsumer = true;
    this.total += this.model.streams.consumer + nameLength;
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
