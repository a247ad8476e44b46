import { describe, expect, it } from 'vitest';
import { type AllocatorName, SizeClasses } from '../../../src/servers/memory/allocator.js';

function classesUpTo(name: AllocatorName, most: number): number[] {
  const classes = new SizeClasses(name);
  return [...new Set(Array.from({ length: most }, (_, i) => classes.of(i + 1)))];
}

// What MEMORY MALLOC-STATS lists as bins: 39 of them in builds of Redis with their own jemalloc, 36 in Debian's.
const FROM_128 = [160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048];
const FROM_2048 = [2560, 3072, 3584, 4096, 5120, 6144, 7168, 8192, 10240, 12288, 14336];

describe('size classes', () => {
  it('of the official builds', () => {
    const bins = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, ...FROM_128, ...FROM_2048];
    expect(bins).toHaveLength(39);
    expect(classesUpTo('official', 14336)).toEqual(bins);
  });

  it.each(['distribution', 'distribution-5.3.1'] as const)('of %s', (name) => {
    const bins = [8, 16, 32, 48, 64, 80, 96, 112, 128, ...FROM_128, ...FROM_2048];
    expect(bins).toHaveLength(36);
    expect(classesUpTo(name, 14336)).toEqual(bins);
  });

  // Strings of these lengths behind DEBUG RELOAD: MEMORY USAGE less 48 (Redis 7.0.15, 8.0.6).
  it.each([
    [10_000, 10_240, 10_240],
    [20_000, 20_480, 20_480],
    [33_000, 40_960, 36_864],
    [50_000, 57_344, 53_248],
    [100_000, 114_688, 102_400],
    [300_000, 327_680, 303_104],
    [1_000_000, 1_048_576, 1_003_520],
    [3_000_000, 3_145_728, 3_002_368],
  ])('of large blocks: %i', (length, before, from531) => {
    const bytes = length + 6;
    expect(new SizeClasses('distribution').of(bytes)).toBe(before);
    expect(new SizeClasses('official').of(bytes)).toBe(before);
    expect(new SizeClasses('distribution-5.3.1').of(bytes)).toBe(from531);
  });

  it('of blocks beyond 2 GiB', () => {
    expect(new SizeClasses('official').of(2 ** 32 + 1)).toBe(5 * 2 ** 30);
    expect(new SizeClasses('official').of(2 ** 32)).toBe(2 ** 32);
  });
});
