// The memory of one list: a quicklist of compact nodes, or a single listpack.
import { LISTPACK_FRAME, ZIPLIST_FRAME } from './listpack-size.js';
import type { MemoryModel } from './model.js';

/** What a server adds to an item's length when it looks whether a node has room. */
const ENTRY_GUESS = 8;

/** Sums up the nodes of one list after the other. */
export class ListMemory {
  private nodes = 0;
  private total = 0;
  /** Bytes of the first node, when it is compact. */
  private first = 0;
  /** Bytes and items of the node that plain items go to. */
  private open = 0;

  constructor(private readonly model: MemoryModel) {}

  reset(): void {
    this.nodes = 0;
    this.total = 0;
    this.first = 0;
    this.open = 0;
  }

  /** A compact node of `bytes`. */
  node(bytes: number): void {
    const { model } = this;
    if (this.nodes++ === 0) this.first = bytes;
    this.total += model.quicklistNode + (model.exactContainers ? bytes : model.classes.of(bytes));
  }

  /** A node that is one item of `bytes`. */
  plainNode(bytes: number): void {
    const { model } = this;
    this.nodes++;
    this.total += model.quicklistNode + (model.exactContainers ? bytes : model.classes.of(bytes));
  }

  /** An item that the server appends itself: `entry` are its bytes in a compact node. */
  item(bytes: number, entry: number): void {
    const { limits } = this.model;
    if (bytes > limits.plainItemBytes) {
      this.closeNode();
      this.plainNode(bytes);
      return;
    }
    if (this.open > 0 && this.open + bytes + ENTRY_GUESS > limits.nodeBytes) this.closeNode();
    if (this.open === 0) this.open = limits.listpacks ? LISTPACK_FRAME : ZIPLIST_FRAME;
    this.open += entry;
  }

  /** Bytes of the value beside its object. */
  get bytes(): number {
    this.closeNode();
    const { limits, classes } = this.model;
    if (limits.listpackLists && this.nodes === 1 && this.first > 0 && this.first <= limits.nodeBytes) {
      return classes.of(this.first);
    }
    return this.model.quicklist + this.total;
  }

  private closeNode(): void {
    if (this.open > 0) this.node(this.open);
    this.open = 0;
  }
}
