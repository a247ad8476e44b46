import { tmpdir } from 'node:os';
import type { Kernels } from '../bytes/kernels/kernels.js';
import { TimeSlices } from '../bytes/time-slices.js';
import { type Extent, SpillFile } from './spill-file.js';

export interface RepeatFinderOptions {
  /** Bytes that the fingerprints may take before they spill; default 128 MiB. */
  readonly maxMemory?: number;
  /** Of these, bytes that the table for a second look may take; default a quarter, and at least 1 MiB. */
  readonly maxTable?: number;
  /** Where to spill; default the system's temporary directory. */
  readonly tmpDir?: string;
}

/**
 * Told of a string that was seen before: the payloads of the one that came first and of this one, each 56 bits in two words,
 * the upper one of 24 bits.
 */
export type Repeat = (firstLow: number, firstHigh: number, secondLow: number, secondHigh: number) => void;

// The layout of an entry is that of assembly/partitions.ts.
const ENTRY = 16;
const PAIR = 2 * ENTRY;
const TAG = 4;
const PAYLOAD_AT = 8;
const PAYLOAD_HIGH = 0xffffff;

const PARTITIONS = 256;
/** Up to so many strings one partition serves. */
const ONE_PARTITION_UP_TO = 32_768;
const CHUNK = 4096;
const SLAB = 1024 * 1024;
const DEFAULT_MEMORY = 128 * 1024 * 1024;
/** A chunk for each partition, and some more to work with. */
const LEAST_MEMORY = (PARTITIONS + 64) * CHUNK;
/** The kernels' memory is a 32-bit address space. */
const MOST_MEMORY = 1024 * 1024 * 1024;
const LEAST_TABLE = 1024 * 1024;
const PIECE = 1024 * 1024;
const PAIRS_AT_A_TIME = 2048;
/** A partition can be looked through in as many passes as its seventh byte has values. */
const MOST_PASSES = 256;
/** Chunks that are spilled at a time, at least: 8 MiB. */
const SPILL_AT_A_TIME = 2048;

interface Suspects {
  readonly distinct: number;
  readonly repeated: number;
  readonly whole: boolean;
}

interface Partition {
  /** Chunks that are full. */
  chunks: number[];
  /** Where the chunk that is being filled starts. */
  head: number;
  extents: Extent[];
}

/**
 * Finds strings that come more than once among any number of them, without keeping the strings: by 72-bit fingerprints under
 * a random key, so that nobody can make a file of false alarms. Each comes with a payload (where it stands), and the payloads
 * of a pair are told at the end.
 *
 * Looking each string up in a table larger than the cache would cost a memory access each. So fingerprints are only appended
 * to partitions, and at the end each partition is looked through with a table of its own size. Partitions spill to a
 * temporary file when they reach their share of the memory.
 */
export class RepeatFinder {
  /** How many strings were added. */
  count = 0;
  private readonly maxChunks: number;
  private readonly maxTable: number;
  private readonly tmpDir: string;
  private readonly slabs: number[] = [];
  private free: number[] = [];
  private chunksMade = 0;
  private heads = 0;
  private mask = 0;
  private partitions: Partition[] = [];
  private spill: SpillFile | undefined;
  private nextToSpill = 0;

  constructor(
    private readonly kernels: Kernels,
    options: RepeatFinderOptions = {},
  ) {
    const memory = Math.min(options.maxMemory ?? DEFAULT_MEMORY, MOST_MEMORY);
    this.maxChunks = Math.floor(Math.max(LEAST_MEMORY, memory * 0.75) / CHUNK);
    this.maxTable = options.maxTable ?? Math.max(LEAST_TABLE, memory / 4);
    this.tmpDir = options.tmpDir ?? tmpdir();
  }

  /**
   * Adds the string at [start, end) of the kernels' memory; the same string in another `space` is another string.
   * `low` and `high` (24 bits) are its payload, which must not be 0. Throws SpillError.
   */
  add(start: number, end: number, space: number, low: number, high: number): void {
    if (this.heads === 0) this.begin();
    this.count++;
    const { call } = this.kernels;
    const full = call.partitionAdd(this.heads, this.mask, space, start, end - start, low, high);
    if (full !== 0) this.nextChunk(full - 1);
  }

  /**
   * Looks for the strings that came more than once and forgets all. A string that came n times is told n - 1 times, each
   * time with the place where it stood first. Throws SpillError.
   */
  async finish(tell: Repeat): Promise<void> {
    if (this.count < 2) {
      this.reset();
      return;
    }
    const slices = new TimeSlices(1);
    for (const partition of this.partitions.keys()) {
      for (const _step of this.look(partition, tell)) {
        if (slices.isOver) await slices.next();
      }
    }
    this.reset();
  }

  close(): void {
    this.reset();
    this.spill?.close();
    this.spill = undefined;
  }

  /**
   * Runs a kernel that adds many strings, given where the partitions are. It returns the partition that it filled up plus 1,
   * or 0, and how many it added. Throws SpillError.
   */
  addMany(kernel: (heads: number, mask: number) => { readonly full: number; readonly added: number }): void {
    if (this.heads === 0) this.begin();
    const { full, added } = kernel(this.heads, this.mask);
    this.count += added;
    if (full !== 0) this.nextChunk(full - 1);
  }

  private begin(): void {
    this.heads = this.kernels.heap.allocate(PARTITIONS * 8);
    this.setPartitions(1);
  }

  private setPartitions(count: number): void {
    this.mask = count - 1;
    this.partitions = Array.from({ length: count }, () => ({ chunks: [], head: 0, extents: [] }));
    for (let p = 0; p < count; p++) this.newHead(p);
  }

  private newHead(p: number): void {
    const chunk = this.takeChunk();
    this.partitions[p].head = chunk;
    const { view } = this.kernels;
    view.setUint32(this.heads + 8 * p, chunk, true);
    view.setUint32(this.heads + 8 * p + 4, chunk + CHUNK, true);
  }

  /** The chunk of a partition is full. */
  private nextChunk(p: number): void {
    const partition = this.partitions[p];
    partition.chunks.push(partition.head);
    if (this.mask === 0 && this.count >= ONE_PARTITION_UP_TO) this.split(partition.chunks);
    else this.newHead(p);
  }

  /** One partition is no longer enough. */
  private split(chunks: readonly number[]): void {
    const { call } = this.kernels;
    this.setPartitions(PARTITIONS);
    for (const chunk of chunks) {
      for (let at = chunk; at < chunk + CHUNK; ) {
        at = call.partitionMove(this.heads, this.mask, at, chunk + CHUNK);
        const full = this.kernels.result(0);
        if (full !== 0) this.nextChunk(full - 1);
      }
      this.free.push(chunk);
    }
  }

  private takeChunk(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if (this.chunksMade >= this.maxChunks) {
      this.spillSome();
      const spilled = this.free.pop();
      if (spilled !== undefined) return spilled;
    }
    const slab = this.kernels.heap.allocate(SLAB);
    this.slabs.push(slab);
    for (let at = slab + SLAB - CHUNK; at > slab; at -= CHUNK) this.free.push(at);
    this.chunksMade += SLAB / CHUNK;
    return slab;
  }

  /** Writes full chunks of some partitions to the temporary file, of each in its turn: not so many that signals wait. */
  private spillSome(): void {
    this.spill ??= new SpillFile(this.tmpDir);
    for (let looked = 0; looked < this.partitions.length && this.free.length < SPILL_AT_A_TIME; looked++) {
      this.nextToSpill = (this.nextToSpill + 1) & this.mask;
      this.spillPartition(this.spill, this.partitions[this.nextToSpill]);
    }
  }

  private spillPartition(spill: SpillFile, partition: Partition): void {
    const { chunks } = partition;
    for (let i = 0; i < chunks.length; i += PIECE / CHUNK) {
      const part = chunks.slice(i, i + PIECE / CHUNK);
      const staging = new Uint8Array(part.length * CHUNK);
      part.forEach((chunk, k) => {
        staging.set(this.kernels.bytes.subarray(chunk, chunk + CHUNK), k * CHUNK);
      });
      partition.extents.push(spill.append(staging));
    }
    this.free.push(...chunks);
    partition.chunks = [];
  }

  /** Looks through one partition, in steps that are short. */
  private *look(p: number, tell: Repeat): Generator<void> {
    const count = this.bytesOf(p) / ENTRY;
    if (count < 2) return;
    // A small table tells nearly always that there is nothing; only where it does not, the whole entries are compared.
    // How many are different decides on the tables: a million times the same string takes no room.
    const most = this.mostInOnePass(count);
    const tried = yield* this.suspects(p, most, most);
    const { distinct, repeated } = tried.whole ? tried : yield* this.suspects(p, count, count);
    if (repeated > 0) yield* this.compare(p, 2 * distinct, tell);
  }

  /** How many different strings, up to `count`, one pass with a small table takes. */
  private mostInOnePass(count: number): number {
    let most = count;
    while (tableBytes(most, TAG) > this.maxTable) most = Math.floor(most / 2);
    return most;
  }

  /**
   * Counts the different strings of a partition, and those that may be repetitions, with tables for `room` different ones.
   * Gives up (`whole` is false) when there are more than `most`.
   */
  private *suspects(p: number, room: number, most: number): Generator<void, Suspects> {
    const { call } = this.kernels;
    const found = { distinct: 0, repeated: 0, whole: true };
    for (const { table, size, from, until } of this.passes(room, TAG)) {
      for (const [start, end] of this.ranges(p)) {
        const left = most - found.distinct;
        const reached = call.partitionSuspects(table, size / TAG - 1, start, end, from, until, left);
        found.distinct += this.kernels.result(0);
        found.repeated += this.kernels.result(1);
        if (reached < end) return { ...found, whole: false };
        yield;
      }
    }
    return found;
  }

  private *compare(p: number, room: number, tell: Repeat): Generator<void> {
    const { call, heap } = this.kernels;
    const out = heap.allocate(PAIRS_AT_A_TIME * PAIR);
    const outRoom = out + PAIRS_AT_A_TIME * PAIR;
    for (const { table, size, from, until } of this.passes(room, ENTRY)) {
      for (const [start, end] of this.ranges(p)) {
        for (let at = start; at < end; ) {
          at = call.partitionRepeats(table, size / ENTRY - 1, at, end, from, until, out, outRoom);
          this.tellPairs(out, this.kernels.result(0), tell);
          yield;
        }
      }
    }
    heap.deallocate(out);
  }

  private tellPairs(start: number, end: number, tell: Repeat): void {
    const { view } = this.kernels;
    for (let at = start; at < end; at += PAIR) {
      const second = at + ENTRY;
      tell(
        view.getUint32(at + PAYLOAD_AT, true),
        view.getUint32(at + PAYLOAD_AT + 4, true) & PAYLOAD_HIGH,
        view.getUint32(second + PAYLOAD_AT, true),
        view.getUint32(second + PAYLOAD_AT + 4, true) & PAYLOAD_HIGH,
      );
    }
  }

  /** An empty table for each pass that is needed to stay within the memory; a pass takes those of a range of seventh bytes. */
  private *passes(
    count: number,
    slot: number,
  ): Generator<{ table: number; size: number; from: number; until: number }> {
    const { heap, call } = this.kernels;
    let passes = 1;
    while (passes < MOST_PASSES && tableBytes(count / passes, slot) > this.maxTable) passes *= 2;
    // In several passes the strings spread evenly, as nobody knows the key: half of the slots stay free by a wide margin.
    const size = tableBytes(passes === 1 ? count : (1.25 * count) / passes, slot);
    const table = heap.allocate(size);
    try {
      for (let pass = 0; pass < passes; pass++) {
        call.clearMemory(table, size);
        const from = (pass * MOST_PASSES) / passes;
        yield { table, size, from, until: from + MOST_PASSES / passes };
      }
    } finally {
      heap.deallocate(table);
    }
  }

  /** Where the entries of a partition stand, in the order in which they came: what was spilled is read into one place. */
  private *ranges(p: number): Generator<readonly [start: number, end: number]> {
    const { extents, chunks, head } = this.partitions[p];
    if (extents.length > 0) {
      const piece = this.kernels.heap.allocate(PIECE);
      try {
        for (const extent of extents) {
          this.spill?.read(extent, this.kernels.bytes.subarray(piece, piece + extent.length));
          yield [piece, piece + extent.length];
        }
      } finally {
        this.kernels.heap.deallocate(piece);
      }
    }
    for (const chunk of chunks) yield [chunk, chunk + CHUNK];
    yield [head, this.headEnd(p)];
  }

  private headEnd(p: number): number {
    return this.kernels.view.getUint32(this.heads + 8 * p, true);
  }

  private bytesOf(p: number): number {
    const { extents, chunks, head } = this.partitions[p];
    let bytes = this.headEnd(p) - head + chunks.length * CHUNK;
    for (const extent of extents) bytes += extent.length;
    return bytes;
  }

  /** Forgets all strings and gives the memory back. */
  reset(): void {
    const { heap } = this.kernels;
    for (const slab of this.slabs.splice(0)) heap.deallocate(slab);
    if (this.heads !== 0) heap.deallocate(this.heads);
    this.heads = 0;
    this.free = [];
    this.chunksMade = 0;
    this.partitions = [];
    this.count = 0;
    this.spill?.clear();
  }
}

/** Bytes of a table for so many entries, at most half full. */
function tableBytes(count: number, slot: number): number {
  let slots = 8;
  while (slots < 2 * count) slots *= 2;
  return slots * slot;
}
