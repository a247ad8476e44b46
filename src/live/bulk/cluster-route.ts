import { SLOTS } from '../../keyspace/slot.js';
import { LiveError, liveError } from '../live-error.js';
import { type HostPort, readSlots, type SlotRange } from './cluster-map.js';
import { showAddress } from './dial.js';
import type { BulkNode } from './node.js';
import { type Route, type RouteEvents, seldom } from './route.js';
import type { Place } from './verdict.js';

/** How long one node may take to tell who has which slots. */
const ASK_MS = 3000;

/** The masters of a cluster, each for its slots. */
export class ClusterRoute implements Route {
  readonly isCluster = true;
  masters: readonly BulkNode[] = [];
  readonly refresh: () => void;
  private owners: (BulkNode | undefined)[] = new Array(SLOTS).fill(undefined);
  /** By address; those that only ASK named as well. */
  private readonly nodes = new Map<string, BulkNode>();
  /** They take no more, and may still answer. */
  private readonly retired = new Set<BulkNode>();
  private isClosed = false;

  constructor(
    private ranges: readonly SlotRange[],
    private readonly makeNode: (address: HostPort) => BulkNode,
    private readonly events: RouteEvents,
  ) {
    this.refresh = seldom(() => this.look());
  }

  async open(): Promise<void> {
    this.take(this.ranges, (node) => node);
    await Promise.all(
      this.masters.map((node) =>
        node.open().catch((error: unknown) => {
          throw new LiveError(`node ${showAddress(node.address)} of the cluster: ${liveError(error).message}`);
        }),
      ),
    );
  }

  indexOf(slot: number): number {
    const owner = this.owners[slot];
    return owner === undefined ? -1 : this.masters.indexOf(owner);
  }

  nodeFor(slot: number | undefined): BulkNode | undefined {
    return slot === undefined ? this.masters[0] : this.owners[slot];
  }

  follow({ slot, host, port }: Place, from: BulkNode, kind: 'moved' | 'ask'): BulkNode {
    const own = 'host' in from.address ? from.address.host : '127.0.0.1';
    const node = this.nodeAt({ host: host || own, port }, (made) => made.start());
    if (kind === 'moved') {
      this.owners[slot] = node;
      if (!this.masters.includes(node)) this.masters = [...this.masters, node];
      this.refresh();
    }
    return node;
  }

  close(): void {
    this.isClosed = true;
    for (const node of [...this.nodes.values(), ...this.retired]) node.close();
  }

  /** Asks those first that can be reached. */
  private async look(): Promise<void> {
    const asked = [...this.masters].sort((a, b) => Number(b.isUp) - Number(a.isUp));
    for (const node of asked) {
      if (this.isClosed) return;
      const own = 'host' in node.address ? node.address.host : '127.0.0.1';
      const ranges = await within(ASK_MS, readSlots(node.control, own));
      if (!ranges || this.isClosed) continue;
      this.noteFailovers(ranges);
      this.take(ranges, (made) => made.start());
      return;
    }
  }

  private take(ranges: readonly SlotRange[], begin: (node: BulkNode) => void): void {
    const before = this.masters;
    const owners: (BulkNode | undefined)[] = new Array(SLOTS).fill(undefined);
    const masters = new Set<BulkNode>();
    for (const { first, last, master } of ranges) {
      const node = this.nodeAt(master, begin);
      masters.add(node);
      owners.fill(node, first, last + 1);
    }
    this.ranges = ranges;
    this.owners = owners;
    this.masters = [...masters];
    for (const node of before) {
      if (masters.has(node)) continue;
      this.nodes.delete(showAddress(node.address));
      this.retired.add(node);
      this.events.homeless(node.retire());
    }
    // What waits for a node may be for slots that went to another one.
    for (const node of masters) if (!node.isUp) this.events.homeless(node.takeWaiting());
  }

  /** Slots that went to a replica of their master, or away from one that is gone; a migration between masters loses nothing. */
  private noteFailovers(ranges: readonly SlotRange[]): void {
    const show = ({ host, port }: HostPort) => showAddress({ host, port });
    const before = new Set(this.ranges.map(({ master }) => show(master)));
    const now = new Set(ranges.map(({ master }) => show(master)));
    const told = new Set<string>();
    for (const { first, last, master, replicas } of this.ranges) {
      const name = show(master);
      if (now.has(name) || told.has(name)) continue;
      const wasReplica = new Set(replicas.map(show));
      const heirs = ranges
        .filter((range) => range.first <= last && range.last >= first)
        .map((range) => show(range.master));
      const isGone = this.nodes.get(name)?.isUp !== true;
      if (!heirs.some((heir) => wasReplica.has(heir) || (isGone && !before.has(heir)))) continue;
      told.add(name);
      this.events.failover(master);
    }
  }

  private nodeAt(address: HostPort, begin: (node: BulkNode) => void): BulkNode {
    const name = showAddress(address);
    let node = this.nodes.get(name);
    if (!node) {
      node = this.makeNode(address);
      this.nodes.set(name, node);
      begin(node);
    }
    return node;
  }
}

/** What the promise gives in time; undefined when it is late, or fails. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
