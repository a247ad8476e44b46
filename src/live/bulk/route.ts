import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeAddress } from './dial.js';
import type { Flight } from './flight.js';
import type { BulkNode } from './node.js';
import type { Place } from './verdict.js';

/** Which nodes take what. */
export interface Route {
  readonly isCluster: boolean;
  readonly masters: readonly BulkNode[];
  /** Connects to all of them. Rejects with LiveError. */
  open(): Promise<void>;
  /** The place in `masters` of the one that has a slot; -1: nobody has it. */
  indexOf(slot: number): number;
  /** Who takes what is for this slot; undefined: nobody at the moment. */
  nodeFor(slot: number | undefined): BulkNode | undefined;
  /** Whom MOVED or ASK names; MOVED changes the map. */
  follow(place: Place, from: BulkNode, kind: 'moved' | 'ask'): BulkNode;
  /** Something is not where it was: looks again, soon, and once for all who ask. */
  refresh(): void;
  close(): void;
}

/** Told by a route. */
export interface RouteEvents {
  /** Another server has taken the place of this node. */
  failover(node: NodeAddress): void;
  /** These have to find another way. */
  homeless(flights: readonly Flight[]): void;
}

const LOOK_EVERY_MS = 100;

/** Runs a task when asked, one at a time and not too often; what goes wrong is tried again when it is asked next. */
export function seldom(task: () => Promise<void>): () => void {
  let isBusy = false;
  return () => {
    if (isBusy) return;
    isBusy = true;
    void task()
      .catch(() => undefined)
      .then(() => sleep(LOOK_EVERY_MS, undefined, { ref: false }))
      .finally(() => {
        isBusy = false;
      });
  };
}
