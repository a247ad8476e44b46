import type { Redis } from 'ioredis';
import type { ServerAddress } from '../server-url.js';
import type { Parcel, Settled } from './parcel.js';

/** A server, the master that a Sentinel names, or the masters of a cluster, which takes parcels of commands. */
export interface BulkTarget {
  readonly address: ServerAddress;
  readonly lineage: 'redis' | 'valkey';
  /** As the server tells it: `7.0.15`. */
  readonly version: string;
  readonly isCluster: boolean;
  /** For questions aside: one connection for each master, as they are now. In database 0 unless somebody changes it. */
  readonly nodes: readonly Redis[];
  /**
   * Asks `nodes`, and asks anew within the time for retries when a connection breaks: what is asked may be carried out twice. Rejects as the
   * question does, and when it is closed.
   */
  ask<T>(question: (nodes: readonly Redis[]) => Promise<T>): Promise<T>;
  /** Of a cluster: which of `nodes` has a slot now. Parcels for slots of one node may go together. */
  nodeOf(slot: number): number;
  /**
   * Sends a parcel as soon as there is room, and tells by `settled` what became of it, exactly once, in any order. What passes
   * (LOADING, TRYAGAIN, CLUSTERDOWN, MASTERDOWN, READONLY behind Sentinel or in a cluster, a lost connection) is tried again
   * within the time for retries; MOVED and ASK are followed; every other answer is the sender's matter.
   */
  send<T>(parcel: Parcel<T>, settled: Settled<T>): void;
  /** More bytes are under way than should be: wait for `ready()`. */
  readonly full: boolean;
  ready(): Promise<void>;
  /** Resolves when everything that was sent is settled. */
  drain(): Promise<void>;
  /**
   * Nodes that started anew, or gave their slots to another one, since the connection was opened: what they acknowledged before may be
   * lost. Grows while parcels are sent.
   */
  readonly restarts: readonly Restart[];
  /** Sends no more; what is under way is settled as lost. */
  close(): void;
}

/** A node lost its memory, or its place. */
export interface Restart {
  /** The node, as people write it. */
  readonly node: string;
  readonly kind: 'restart' | 'failover';
  readonly atMs: number;
}
