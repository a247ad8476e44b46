// Size classes of the allocators that servers are built with: what a block of n bytes really takes.

/**
 * `official`: the jemalloc that both projects bundle, with a quantum of 8 bytes; `distribution`: a jemalloc with a quantum of
 * 16 bytes, as Debian's servers are linked with.
 */
export type AllocatorName = 'official' | 'distribution';

/** Every name, for options. */
export const ALLOCATORS: readonly AllocatorName[] = ['official', 'distribution'];
