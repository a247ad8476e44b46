import { type NodeAddress, showAddress } from './dial.js';
import type { BulkNode } from './node.js';
import { type Route, type RouteEvents, seldom } from './route.js';

/** One server; behind Sentinels, whichever they name. */
export class SingleRoute implements Route {
  readonly isCluster = false;
  readonly masters: readonly BulkNode[];
  readonly refresh: () => void;
  private isClosed = false;

  /** `locate` asks the Sentinels; rejects when none of them answers. */
  constructor(
    private readonly node: BulkNode,
    private readonly locate: (() => Promise<NodeAddress>) | undefined,
    private readonly events: RouteEvents,
  ) {
    this.masters = [node];
    this.refresh = seldom(() => this.look());
  }

  async open(): Promise<void> {
    await this.node.open();
  }

  indexOf(): number {
    return 0;
  }

  nodeFor(): BulkNode {
    return this.node;
  }

  /** What is no cluster sends nobody elsewhere. */
  follow(): BulkNode {
    return this.node;
  }

  close(): void {
    this.isClosed = true;
    this.node.close();
  }

  private async look(): Promise<void> {
    const address = await this.locate?.();
    const { address: before } = this.node;
    if (address === undefined || this.isClosed || showAddress(address) === showAddress(before)) return;
    this.events.failover(before);
    this.node.moveTo(address);
  }
}
