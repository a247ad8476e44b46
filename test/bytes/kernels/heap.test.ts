import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap } from '../../../src/bytes/kernels/heap.js';
import { Kernels } from '../../../src/bytes/kernels/kernels.js';
import { runs } from '../../helpers/runs.js';

const PAGE = 65536;

/** A heap over memory that grows by whole pages and remembers how far it went. */
function heapWithLimit(pages = Number.POSITIVE_INFINITY): { heap: Heap; end: () => number } {
  let end = 2 * PAGE;
  const heap = new Heap(PAGE, end, (bytes) => {
    const grown = Math.ceil(bytes / PAGE) * PAGE;
    if (end + grown > pages * PAGE) throw new RangeError('no more memory');
    end += grown;
    return grown;
  });
  return { heap, end: () => end };
}

describe('Heap', () => {
  it('never hands out overlapping blocks, nor memory beyond the end', () => {
    const steps = fc.array(
      fc.oneof(fc.record({ allocate: fc.integer({ min: 0, max: 9 * PAGE }) }), fc.record({ free: fc.nat() })),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const { heap, end } = heapWithLimit();
        const blocks: { start: number; end: number }[] = [];
        for (const step of list) {
          if ('allocate' in step) {
            const start = heap.allocate(step.allocate);
            const capacity = heap.capacity(start);
            expect(capacity).toBeGreaterThanOrEqual(step.allocate);
            expect(start).toBeGreaterThanOrEqual(PAGE);
            expect(start + capacity).toBeLessThanOrEqual(end());
            for (const block of blocks) expect(start >= block.end || start + capacity <= block.start).toBe(true);
            blocks.push({ start, end: start + capacity });
          } else if (blocks.length > 0) {
            const [block] = blocks.splice(step.free % blocks.length, 1);
            heap.deallocate(block.start);
          }
        }
        // Everything given back in any order is one range again: the largest block then fits without growing.
        for (const block of blocks) heap.deallocate(block.start);
        const before = end();
        heap.allocate(before - PAGE);
        expect(end()).toBe(before);
      }),
      { numRuns: runs(100) },
    );
  });

  it('uses the smallest range that fits', () => {
    const { heap } = heapWithLimit();
    const large = heap.allocate(4 * PAGE);
    heap.allocate(1);
    const small = heap.allocate(2 * PAGE);
    heap.allocate(1);
    heap.deallocate(large);
    heap.deallocate(small);
    expect(heap.allocate(2 * PAGE)).toBe(small);
    expect(heap.allocate(4 * PAGE)).toBe(large);
  });

  it('grows only by what the free end lacks', () => {
    const { heap, end } = heapWithLimit();
    heap.allocate(3 * PAGE);
    // One page was free at the end.
    expect(end()).toBe(4 * PAGE);
  });

  it('refuses to free what it did not hand out, or twice', () => {
    const { heap } = heapWithLimit();
    const block = heap.allocate(10);
    expect(() => heap.deallocate(block + 1)).toThrow(RangeError);
    heap.deallocate(block);
    expect(() => heap.deallocate(block)).toThrow(RangeError);
    expect(heap.capacity(block)).toBe(0);
  });

  it('passes on that there is no more memory, and serves smaller wishes afterwards', () => {
    const { heap } = heapWithLimit(4);
    expect(() => heap.allocate(10 * PAGE)).toThrow(RangeError);
    const block = heap.allocate(2 * PAGE);
    expect(heap.capacity(block)).toBe(2 * PAGE);
  });
});

describe('Kernels.heap', () => {
  it('keeps contents and views right when the memory grows', () => {
    const kernels = new Kernels();
    const first = kernels.heap.allocate(100);
    const before = kernels.bytes;
    before[first] = 42;
    const second = kernels.heap.allocate(5_000_000);
    expect(kernels.bytes.length).toBeGreaterThanOrEqual(second + 5_000_000);
    expect(kernels.view.byteLength).toBe(kernels.bytes.length);
    expect(kernels.bytes[first]).toBe(42);
    before[first] = 43;
    expect(kernels.bytes[first]).toBe(43);
    kernels.bytes[second + 4_999_999] = 7;
    expect(kernels.view.getUint8(second + 4_999_999)).toBe(7);
  });

  it('throws RangeError for what no system grants, and goes on', () => {
    const kernels = new Kernels();
    expect(() => kernels.heap.allocate(2 ** 40)).toThrow(RangeError);
    expect(kernels.heap.capacity(kernels.heap.allocate(1000))).toBeGreaterThanOrEqual(1000);
  });
});
