// Size classes of the allocators that servers are built with: what a block of n bytes really takes.
//
//   quantum 8    8 16 24 32 40 48 56 64 80 96 112 128 160 …        then four steps per doubling
//   quantum 16   8 16 32 48 64 80 96 112 128 160 …

/**
 * `official`: the jemalloc that both projects bundle, with a quantum of 8 bytes; `distribution`: a jemalloc with a quantum of
 * 16 bytes, as Debian's servers are linked with; `distribution-5.3.1`: the same from that version on, which gives whole pages
 * instead of size classes above 16 KiB. INFO memory tells the version (`mem_allocator`).
 */
export type AllocatorName = 'official' | 'distribution' | 'distribution-5.3.1';

/** Every name, for options. */
export const ALLOCATORS: readonly AllocatorName[] = ['official', 'distribution', 'distribution-5.3.1'];

/** Sizes up to here are looked up. */
const TABLE_BYTES = 4096;
const PAGE = 4096;
/** Larger blocks have pages of their own. */
const LARGEST_SMALL = 16384;

/** The size classes of one allocator. */
export class SizeClasses {
  private readonly table = new Uint16Array(TABLE_BYTES + 1);
  private readonly pages: boolean;

  constructor(name: AllocatorName) {
    const quantum = name === 'official' ? 8 : 16;
    this.pages = name === 'distribution-5.3.1';
    for (let bytes = 0; bytes <= TABLE_BYTES; bytes++) this.table[bytes] = smallClass(bytes, quantum);
  }

  /** Bytes that an allocation of `bytes` takes. */
  of(bytes: number): number {
    if (bytes <= TABLE_BYTES) return this.table[bytes];
    return largeClass(bytes, this.pages);
  }
}

function smallClass(bytes: number, quantum: number): number {
  if (bytes <= 8) return 8;
  if (bytes <= 4 * quantum) return roundUp(bytes, quantum);
  return fourPerDoubling(bytes);
}

function largeClass(bytes: number, pages: boolean): number {
  return pages && bytes > LARGEST_SMALL ? roundUp(bytes, PAGE) : fourPerDoubling(bytes);
}

function fourPerDoubling(bytes: number): number {
  // 2^31 and more do not fit the shift.
  const below = bytes - 1;
  const log = below < 2 ** 31 ? 31 - Math.clz32(below) : Math.floor(Math.log2(below));
  return roundUp(bytes, 2 ** (log - 2));
}

function roundUp(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}
