import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Kernels } from '../bytes/kernels/kernels.js';
import { type Extent, SpillFile } from './spill-file.js';

export interface DuplicateFinderOptions {
  /** Bytes that the tables may take before they spill; default 128 MiB. */
  readonly maxMemory?: number;
  /** Where to spill; default the system's temporary directory. */
  readonly tmpDir?: string;
}

const FINGERPRINT = 16;
/** Up to this many strings one table serves; it stays in the processor's cache. */
const TABLE_UP_TO = 32768;
const PARTITIONS = 256;
/** Strings that a partition's table has room for at first. */
const FIRST_TABLE = 65536;
const FIRST_BUFFER = 4096;
const DEFAULT_MEMORY = 128 * 1024 * 1024;
const SLICE_MS = 10;

interface Partition {
  buffer: Uint8Array;
  used: number;
  extents: Extent[];
}

/**
 * Tells whether a string comes twice among many, without keeping the strings: by 128-bit fingerprints under a random key, so
 * that a false alarm is out of the question and nobody can make one.
 *
 * A few go into one hash table. Many are only appended to partitions by their fingerprint, because looking each up in a
 * table larger than the cache costs a memory access; at the end each partition is looked through with a small table.
 * Partitions spill to a temporary file when they reach their share of the memory.
 */
export class DuplicateFinder {
  private readonly maxBuffer: number;
  private readonly tmpDir: string;
  private readonly slot: number;
  private table = 0;
  private tableSlots = 0;
  private distinct = 0;
  private partitions: Partition[] | undefined;
  private spill: SpillFile | undefined;

  constructor(
    private readonly kernels: Kernels,
    options: DuplicateFinderOptions = {},
  ) {
    this.maxBuffer = Math.max(FIRST_BUFFER, Math.floor((options.maxMemory ?? DEFAULT_MEMORY) / PARTITIONS));
    this.tmpDir = options.tmpDir ?? tmpdir();
    this.slot = kernels.heap.allocate(FINGERPRINT);
  }

  /** Starts over. At most `expected` strings may be added: a table for a few is made for so many and does not grow. */
  begin(expected: number): void {
    this.partitions = undefined;
    this.tableSlots = 0;
    if (expected > TABLE_UP_TO) {
      this.partitions = Array.from({ length: PARTITIONS }, () => ({ buffer: new Uint8Array(0), used: 0, extents: [] }));
    } else this.makeTable(expected);
  }

  /** Adds the string at [start, end) of the kernels' memory. Returns true when it is already known to be a repetition. */
  add(start: number, end: number): boolean {
    const { call } = this.kernels;
    if (this.partitions === undefined) {
      return call.fingerprintInsert(this.table, this.tableSlots - 1, start, end - start) === 1;
    }
    call.fingerprint128(start, end - start, this.slot);
    const bytes = this.kernels.bytes;
    this.append(this.partitions[bytes[this.slot + 15]], bytes.subarray(this.slot, this.slot + FINGERPRINT));
    return false;
  }

  /** Whether `finish` has work to do. */
  get deferred(): boolean {
    return this.partitions !== undefined;
  }

  /** How many of the strings were repetitions that `add` did not tell. */
  async finish(): Promise<number> {
    const { partitions } = this;
    if (partitions === undefined) return 0;
    let repeated = 0;
    let slice = Date.now();
    for (const partition of partitions) {
      repeated += this.lookThrough(partition);
      if (Date.now() - slice >= SLICE_MS) {
        await setImmediate();
        slice = Date.now();
      }
    }
    this.partitions = undefined;
    this.spill?.clear();
    return repeated;
  }

  close(): void {
    this.spill?.close();
    this.spill = undefined;
  }

  private append(partition: Partition, fingerprint: Uint8Array): void {
    if (partition.used === partition.buffer.length) this.makeRoom(partition);
    partition.buffer.set(fingerprint, partition.used);
    partition.used += FINGERPRINT;
  }

  private makeRoom(partition: Partition): void {
    const { buffer, used } = partition;
    if (buffer.length < this.maxBuffer) {
      const wanted = Math.max(FIRST_BUFFER, 2 * buffer.length);
      const size = Math.min(wanted, this.maxBuffer - (this.maxBuffer % FINGERPRINT));
      if (size > buffer.length) {
        partition.buffer = new Uint8Array(size);
        partition.buffer.set(buffer);
        return;
      }
    }
    this.spill ??= new SpillFile(this.tmpDir);
    partition.extents.push(this.spill.append(buffer.subarray(0, used)));
    partition.used = 0;
  }

  private lookThrough(partition: Partition): number {
    let bytes = partition.used;
    for (const extent of partition.extents) bytes += extent.length;
    const count = bytes / FINGERPRINT;
    if (count < 2) return 0;
    // Equal strings all lie in one partition, so its table grows by what is different, not by what is there.
    this.makeTable(Math.min(count, FIRST_TABLE));
    this.distinct = 0;
    let repeated = this.insertAll(partition.buffer.subarray(0, partition.used));
    for (const extent of partition.extents) {
      const chunk = new Uint8Array(extent.length);
      this.spill?.read(extent, chunk);
      repeated += this.insertAll(chunk);
    }
    partition.buffer = new Uint8Array(0);
    return repeated;
  }

  private insertAll(fingerprints: Uint8Array): number {
    const { call, heap } = this.kernels;
    const block = heap.allocate(fingerprints.length);
    this.kernels.bytes.set(fingerprints, block);
    let repeated = 0;
    for (let at = block; at < block + fingerprints.length; at += FINGERPRINT) {
      if (call.insertFingerprint(this.table, this.tableSlots - 1, at) === 1) repeated++;
      else if (2 * ++this.distinct >= this.tableSlots) this.growTable();
    }
    heap.deallocate(block);
    return repeated;
  }

  private growTable(): void {
    const { call, heap } = this.kernels;
    const old = this.table;
    const end = old + this.tableSlots * FINGERPRINT;
    this.table = 0;
    this.makeTable(this.tableSlots);
    const { view } = this.kernels;
    for (let at = old; at < end; at += FINGERPRINT) {
      if (view.getUint32(at, true) !== 0) call.insertFingerprint(this.table, this.tableSlots - 1, at);
    }
    heap.deallocate(old);
  }

  private makeTable(count: number): void {
    let slots = 8;
    while (slots < 2 * count) slots *= 2;
    const { heap } = this.kernels;
    if (this.table === 0 || heap.capacity(this.table) < slots * FINGERPRINT) {
      if (this.table !== 0) heap.deallocate(this.table);
      this.table = heap.allocate(slots * FINGERPRINT);
    }
    this.tableSlots = slots;
    this.kernels.call.clearMemory(this.table, slots * FINGERPRINT);
  }
}
