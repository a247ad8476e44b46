// Parcels on their way: one is filled for each node, the others wait for their answers.

import { hashSlot } from '../../keyspace/slot.js';
import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import type { Parcel, Settled } from '../../live/bulk/parcel.js';
import { BufferPool } from './buffer-pool.js';
import { KeyBatch } from './key-batch.js';
import { PARCEL_BYTES, type Post, UnitWriter } from './unit-writer.js';

/** Batches that are kept for the next parcels. */
const MOST_SPARE = 64;

/** Sends parcels, and counts those that nobody has answered. */
export class Outbox implements Post {
  /** Of the target. */
  db = 0;
  /** Of the input. */
  inputDb = 0;
  private readonly writers = new Map<number, UnitWriter>();
  private readonly buffers = new BufferPool();
  private readonly spareBatches: KeyBatch[] = [];
  private underWay = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly target: BulkTarget,
    private readonly settled: Settled<KeyBatch>,
  ) {}

  /** The keys that follow belong to this database. */
  enter(inputDb: number, db: number): void {
    if (inputDb === this.inputDb && db === this.db) return;
    this.flush();
    this.inputDb = inputDb;
    this.db = db;
  }

  /** The slot of a name at the target; undefined where there is no cluster. */
  slotOf(name: Uint8Array): number | undefined {
    return this.target.isCluster ? hashSlot(name) : undefined;
  }

  /** Where units for keys of this slot are written. */
  writer(slot: number | undefined): UnitWriter {
    const node = slot === undefined ? 0 : this.target.nodeOf(slot);
    let writer = this.writers.get(node);
    if (!writer) {
      writer = new UnitWriter(this);
      this.writers.set(node, writer);
    }
    writer.enterSlot(slot);
    return writer;
  }

  /** Sends what is complete. */
  flush(): void {
    for (const writer of this.writers.values()) writer.send();
  }

  /** Resolves when everything that was sent is answered. */
  async idle(): Promise<void> {
    while (this.underWay > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Sends a parcel of another kind. */
  send<T>(parcel: Parcel<T>, settled: Settled<T>): void {
    this.underWay++;
    this.target.send(parcel, (answered, exceptions) => {
      try {
        settled(answered, exceptions);
      } finally {
        this.underWay--;
        if (this.underWay === 0) this.wake();
      }
    });
  }

  dispatch(parcel: Parcel<KeyBatch>): void {
    this.send(parcel, this.answered);
  }

  buffer(bytes: number): Buffer {
    return this.buffers.take(Math.max(bytes, PARCEL_BYTES));
  }

  recycle(buffer: Buffer): void {
    this.buffers.give(buffer);
  }

  batch(): KeyBatch {
    const batch = this.spareBatches.pop() ?? new KeyBatch();
    batch.db = this.inputDb;
    return batch;
  }

  private readonly answered: Settled<KeyBatch> = (parcel, exceptions) => {
    this.settled(parcel, exceptions);
    const { bytes, owner } = parcel;
    this.buffers.give(bytes);
    owner.clear();
    if (this.spareBatches.length < MOST_SPARE) this.spareBatches.push(owner);
  };

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
