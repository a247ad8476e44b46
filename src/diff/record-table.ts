import type { Kernels } from '../bytes/kernels/kernels.js';
import { type Extent, SpillFile } from '../fingerprints/spill-file.js';

// The layout of a record is that of assembly/meaning-table.ts.
export const RECORD = 48;

export const PARTITIONS = 256;
const MASK = PARTITIONS - 1;
const CHUNK = 256 * RECORD;
/** A chunk for each partition. */
const SLAB = PARTITIONS * CHUNK;
/** Chunks that are written at a time, at least: 6 MiB. */
const SPILL_AT_A_TIME = 512;
const PIECE = 64 * CHUNK;
/** The heads of both tables, and something to work with. */
const LEAST_SLABS = 4;

interface Partition {
  /** Chunks that are full. */
  chunks: number[];
  /** Where the chunk that is being filled starts. */
  head: number;
  extents: Extent[];
}

/** Memory that the tables of both sides share: what one does not need, the other may take. */
export class ChunkPool {
  private readonly slabs: number[] = [];
  private readonly tables: RecordTable[] = [];
  private free: number[] = [];

  /** `maxBytes`: for all chunks together. */
  constructor(
    private readonly kernels: Kernels,
    private readonly maxBytes: number,
  ) {}

  /** A table that takes its chunks from here. */
  join(table: RecordTable): void {
    this.tables.push(table);
  }

  /** A chunk; one that a table has spilled when there is no memory for more. Throws SpillError. */
  take(): number {
    let free = this.free.pop();
    if (free !== undefined) return free;
    if (this.slabs.length >= LEAST_SLABS && (this.slabs.length + 1) * SLAB > this.maxBytes) {
      for (const table of this.tables) {
        table.spillSome();
        free = this.free.pop();
        if (free !== undefined) return free;
      }
    }
    const slab = this.kernels.heap.allocate(SLAB);
    this.slabs.push(slab);
    for (let at = slab + SLAB - CHUNK; at > slab; at -= CHUNK) this.free.push(at);
    return slab;
  }

  give(chunks: readonly number[]): void {
    for (const chunk of chunks) this.free.push(chunk);
  }

  /** Gives all memory back. */
  release(): void {
    for (const slab of this.slabs.splice(0)) this.kernels.heap.deallocate(slab);
    this.free = [];
  }
}

/** The keys of one side: records that are only appended, in partitions, which spill to a temporary file. */
export class RecordTable {
  /** Where the kernels append: a pair of 32-bit words for each partition. */
  readonly heads: number;
  readonly mask = MASK;
  private readonly partitions: Partition[];
  private spill: SpillFile | undefined;
  private nextToSpill = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly pool: ChunkPool,
    private readonly tmpDir: string,
  ) {
    this.heads = kernels.heap.allocate(PARTITIONS * 8);
    this.partitions = Array.from({ length: PARTITIONS }, () => ({ chunks: [], head: 0, extents: [] }));
    for (let p = 0; p < PARTITIONS; p++) this.setHead(p, pool.take());
    pool.join(this);
  }

  /** What a kernel that appends has answered: 0, or the partition whose room is used up, plus 1. Throws SpillError. */
  appended(full: number): void {
    if (full === 0) return;
    const partition = this.partitions[full - 1];
    partition.chunks.push(partition.head);
    this.setHead(full - 1, this.pool.take());
  }

  /** Bytes of the records of a partition. */
  bytesOf(p: number): number {
    const { chunks, head, extents } = this.partitions[p];
    return extents.reduce((sum, { length }) => sum + length, this.headEnd(p) - head + chunks.length * CHUNK);
  }

  /** Where the records of a partition stand, in the order in which they came: what was spilled is read into one place. */
  *ranges(p: number): Generator<readonly [start: number, end: number]> {
    const { extents, chunks, head } = this.partitions[p];
    if (extents.length > 0) {
      const { heap } = this.kernels;
      const piece = heap.allocate(PIECE);
      try {
        for (const extent of extents) {
          this.spill?.read(extent, this.kernels.bytes.subarray(piece, piece + extent.length));
          yield [piece, piece + extent.length];
        }
      } finally {
        heap.deallocate(piece);
      }
    }
    for (const chunk of chunks) yield [chunk, chunk + CHUNK];
    yield [head, this.headEnd(p)];
  }

  /** Gives the memory of its own back, and the temporary file. The chunks go with their pool. */
  close(): void {
    this.kernels.heap.deallocate(this.heads);
    this.spill?.close();
    this.spill = undefined;
  }

  private setHead(p: number, chunk: number): void {
    this.partitions[p].head = chunk;
    const { view } = this.kernels;
    view.setUint32(this.heads + 8 * p, chunk, true);
    view.setUint32(this.heads + 8 * p + 4, chunk + CHUNK, true);
  }

  private headEnd(p: number): number {
    return this.kernels.view.getUint32(this.heads + 8 * p, true);
  }

  /** Writes full chunks of some partitions to the temporary file, of each in its turn, and gives them to the pool. */
  spillSome(): void {
    this.spill ??= new SpillFile(this.tmpDir);
    let freed = 0;
    for (let looked = 0; looked < PARTITIONS && freed < SPILL_AT_A_TIME; looked++) {
      this.nextToSpill = (this.nextToSpill + 1) & MASK;
      freed += this.spillPartition(this.spill, this.partitions[this.nextToSpill]);
    }
  }

  private spillPartition(spill: SpillFile, partition: Partition): number {
    const { chunks } = partition;
    for (let i = 0; i < chunks.length; i += PIECE / CHUNK) {
      const part = chunks.slice(i, i + PIECE / CHUNK);
      const staging = new Uint8Array(part.length * CHUNK);
      part.forEach((chunk, k) => {
        staging.set(this.kernels.bytes.subarray(chunk, chunk + CHUNK), k * CHUNK);
      });
      partition.extents.push(spill.append(staging));
    }
    this.pool.give(chunks);
    partition.chunks = [];
    return chunks.length;
  }
}
