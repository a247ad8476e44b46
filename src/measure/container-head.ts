import type { Kernels } from '../bytes/kernels/kernels.js';
import { type BytesRef, LZF } from '../rdb/bytes-ref.js';
import type { BlobCursor } from '../rdb/containers/cursor.js';
import { ListpackCursor } from '../rdb/containers/listpack.js';
import { ZiplistCursor } from '../rdb/containers/ziplist.js';
import { readZipmap } from '../rdb/containers/zipmap.js';
import type { ContainerKind } from '../rdb/format.js';

/** Bytes of the longest header, that of a ziplist. */
const HEADER = 10;
/** The longest LZF token: so much room lets the kernel write the header whatever the first tokens are. */
const LONGEST_TOKEN = 264;
/** Kernels write up to so many bytes behind the end of their output. */
const SLACK = 64;
/** Counts of 16 bits that were not kept. */
const UNKNOWN = 0xffff;
/** The same of a zipmap. */
const UNKNOWN_PAIRS = 254;

/**
 * How many entries a compact container has, from its header: of a compressed one no more than that is unpacked. A count is what
 * the file claims, bounded by what the container could hold.
 */
export class ContainerHead {
  private block = 0;
  private readonly listpack = new ListpackCursor();
  private readonly ziplist = new ZiplistCursor();
  /** [start, end) of `kernels.bytes` are the first bytes. */
  private start = 0;
  private end = 0;

  constructor(private readonly kernels: Kernels) {}

  /** Entries of the blob (for a zipmap: two for each pair); 0 for what is too short or does not decode. */
  entries(kind: ContainerKind, blob: BytesRef): number {
    this.head(blob);
    if (this.end - this.start < (kind === 'zipmap' ? 2 : kind === 'listpack' ? 7 : 8)) return 0;
    const { view } = this.kernels;
    switch (kind) {
      case 'listpack': {
        const count = view.getUint16(this.start + 4, true);
        return count === UNKNOWN ? this.walk(this.listpack, blob) : Math.min(count, (blob.length - 7) >>> 1);
      }
      case 'ziplist': {
        if (this.end - this.start < HEADER) return 0;
        const count = view.getUint16(this.start + 8, true);
        return count === UNKNOWN ? this.walk(this.ziplist, blob) : Math.min(count, (blob.length - 11) >>> 1);
      }
      case 'intset': {
        const width = view.getUint32(this.start, true);
        const count = view.getUint32(this.start + 4, true);
        return width === 0 ? 0 : Math.min(count, Math.floor((blob.length - 8) / width));
      }
      default: {
        const pairs = this.kernels.bytes[this.start];
        return pairs >= UNKNOWN_PAIRS ? this.walkZipmap(blob) : 2 * Math.min(pairs, (blob.length - 2) >>> 1);
      }
    }
  }

  private head(blob: BytesRef): void {
    if (blob.form !== LZF) {
      blob.resolve();
      this.start = blob.start;
      this.end = blob.end;
      return;
    }
    const { call, heap } = this.kernels;
    if (this.block === 0) this.block = heap.allocate(HEADER + LONGEST_TOKEN + SLACK);
    const limit = Math.min(blob.length, HEADER + LONGEST_TOKEN);
    call.lzfDecode(blob.payload, blob.payload + blob.stored, this.block, this.block + limit, 0);
    this.start = this.block;
    this.end = this.block + this.kernels.result(1);
  }

  private walk(cursor: BlobCursor, blob: BytesRef): number {
    if (blob.resolve() !== undefined) return 0;
    let count = 0;
    for (cursor.open(blob.buffer, blob.start, blob.end); cursor.next(); ) count++;
    return count;
  }

  private walkZipmap(blob: BytesRef): number {
    if (blob.resolve() !== undefined) return 0;
    const result = readZipmap(blob.buffer, blob.start, blob.end);
    return result.ok ? 2 * result.pairs.length : 0;
  }
}
