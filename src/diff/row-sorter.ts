import type { Kernels } from '../bytes/kernels/kernels.js';
import { SpillFile } from '../fingerprints/spill-file.js';

/** A row that comes back: views that are good until the next one. */
export interface Row {
  readonly key: Uint8Array;
  readonly rest: Uint8Array;
}

// The layout is that of assembly/rows.ts.
const HEAD = 8;
const ITEM = 16;
const BLOCK = 1024 * 1024;
const STAGING = 1024 * 1024;
const READ_AHEAD = 64 * 1024;
const LEAST_MEMORY = 4 * 1024 * 1024;

/**
 * Sorts any number of rows by the bytes of their keys, those of equal keys in the order in which they came. Past its share of
 * the memory it sorts what it has and writes it to a temporary file, and merges at the end.
 */
export class RowSorter {
  /** Rows that were added. */
  count = 0;
  private readonly maxMemory: number;
  private blocks: number[] = [];
  private next = 0;
  private blockEnd = 0;
  private used = 0;
  private rows: number[] = [];
  private sorted: readonly number[] | undefined;
  private spill: SpillFile | undefined;
  private readonly runs: { readonly start: number; readonly end: number }[] = [];
  private written = 0;

  /** `maxMemory`: bytes for rows, at least 4 MiB. */
  constructor(
    private readonly kernels: Kernels,
    maxMemory: number,
    private readonly tmpDir: string,
  ) {
    this.maxMemory = Math.max(LEAST_MEMORY, maxMemory);
  }

  /** Throws SpillError. */
  add(key: Uint8Array, rest: Uint8Array): void {
    const length = HEAD + key.length + rest.length;
    if (this.rows.length > 0 && this.used + length + (this.rows.length + 1) * (2 * ITEM + 8) > this.maxMemory)
      this.writeRun();
    const at = this.room(length);
    const { bytes, view } = this.kernels;
    view.setUint32(at, key.length, true);
    view.setUint32(at + 4, rest.length, true);
    bytes.set(key, at + HEAD);
    bytes.set(rest, at + HEAD + key.length);
    this.rows.push(at);
    this.sorted = undefined;
    this.used += length;
    this.count++;
  }

  /** All rows in order. Can be asked for again, but not for two at a time. Throws SpillError. */
  *read(): Generator<Row> {
    if (this.runs.length === 0) {
      this.sorted ??= this.sort();
      for (const row of this.sorted) yield this.rowAt(row);
      return;
    }
    if (this.rows.length > 0) this.writeRun();
    yield* this.merge();
  }

  /** Gives the memory back, and the temporary file. */
  close(): void {
    this.clear();
    this.spill?.close();
    this.spill = undefined;
  }

  private room(length: number): number {
    if (this.next + length > this.blockEnd) {
      const size = Math.max(BLOCK, length);
      this.next = this.kernels.heap.allocate(size);
      this.blockEnd = this.next + size;
      this.blocks.push(this.next);
    }
    const at = this.next;
    this.next += length;
    return at;
  }

  private rowAt(at: number): Row {
    const { bytes, view } = this.kernels;
    const key = at + HEAD;
    const rest = key + view.getUint32(at, true);
    return { key: bytes.subarray(key, rest), rest: bytes.subarray(rest, rest + view.getUint32(at + 4, true)) };
  }

  private sort(): number[] {
    const { kernels, rows } = this;
    const size = rows.length * ITEM;
    const items = kernels.heap.allocate(2 * size);
    for (const [i, row] of rows.entries()) kernels.call.rowItem(row, items + i * ITEM);
    const at = kernels.call.rowsSort(items, rows.length, items + size);
    const sorted = rows.map((_, i) => kernels.view.getUint32(at + i * ITEM + 8, true));
    kernels.heap.deallocate(items);
    return sorted;
  }

  private writeRun(): void {
    this.spill ??= new SpillFile(this.tmpDir);
    const { bytes, view } = this.kernels;
    const start = this.written;
    let staging = new Uint8Array(STAGING);
    let filled = 0;
    const flush = () => {
      if (filled > 0) this.spill?.append(staging.subarray(0, filled));
      filled = 0;
    };
    for (const row of this.sort()) {
      const length = HEAD + view.getUint32(row, true) + view.getUint32(row + 4, true);
      if (filled + length > staging.length) flush();
      if (length > staging.length) staging = new Uint8Array(length);
      staging.set(bytes.subarray(row, row + length), filled);
      filled += length;
      this.written += length;
    }
    flush();
    this.runs.push({ start, end: this.written });
    this.clear();
  }

  private *merge(): Generator<Row> {
    const { spill } = this;
    if (!spill) return;
    const readers = this.runs.map(({ start, end }, order) => new RunReader(spill, start, end, order));
    const heap = readers.filter((reader) => reader.next());
    for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
    while (heap.length > 0) {
      const [first] = heap;
      yield first;
      if (!first.next()) {
        const last = heap.pop();
        if (heap.length === 0 || !last) return;
        heap[0] = last;
      }
      sink(heap, 0);
    }
  }

  private clear(): void {
    for (const block of this.blocks) this.kernels.heap.deallocate(block);
    this.blocks = [];
    this.next = 0;
    this.blockEnd = 0;
    this.used = 0;
    this.rows = [];
    this.sorted = undefined;
  }
}

/** Reads one run from its start; between two calls of `next` it is the row at hand. */
class RunReader implements Row {
  key = new Uint8Array(0);
  rest = new Uint8Array(0);
  private buffer = new Uint8Array(READ_AHEAD);
  private from = 0;
  private filled = 0;

  constructor(
    private readonly spill: SpillFile,
    private at: number,
    private readonly end: number,
    readonly order: number,
  ) {}

  /** False when there are no more. */
  next(): boolean {
    if (!this.have(HEAD)) return false;
    const view = new DataView(this.buffer.buffer);
    const keyLength = view.getUint32(this.from, true);
    const length = HEAD + keyLength + view.getUint32(this.from + 4, true);
    if (!this.have(length)) return false;
    const key = this.from + HEAD;
    this.key = this.buffer.subarray(key, key + keyLength);
    this.rest = this.buffer.subarray(key + keyLength, this.from + length);
    this.from += length;
    return true;
  }

  /** Brings so many bytes into the buffer. */
  private have(length: number): boolean {
    const left = this.filled - this.from;
    if (left >= length) return true;
    const wanted = Math.max(READ_AHEAD, length);
    const target = wanted > this.buffer.length ? new Uint8Array(wanted) : this.buffer;
    target.set(this.buffer.subarray(this.from, this.filled));
    this.buffer = target;
    this.from = 0;
    const more = Math.min(this.end - this.at, target.length - left);
    if (more > 0) this.spill.read({ offset: this.at, length: more }, target.subarray(left, left + more));
    this.at += more;
    this.filled = left + more;
    return this.filled >= length;
  }
}

function sink(heap: RunReader[], from: number): void {
  for (let at = from; ; ) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && isBefore(heap[child], heap[least])) least = child;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}

function isBefore(a: RunReader, b: RunReader): boolean {
  const difference = Buffer.compare(a.key, b.key);
  return difference < 0 || (difference === 0 && a.order < b.order);
}
