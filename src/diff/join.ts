// Holding the two tables against each other, partition by partition.
import type { Kernels } from '../bytes/kernels/kernels.js';
import { TimeSlices } from '../bytes/time-slices.js';
import type { Marks } from './marks.js';
import { PARTITIONS, RECORD, type RecordTable } from './record-table.js';

/** Numbers of keys. */
export interface JoinCounts {
  /** Of keys that both sides have. */
  both: number;
  removed: number;
  added: number;
  /** Keys that come again on a side, each time but the first. */
  leftRepeated: number;
  rightRepeated: number;
}

export interface JoinOptions {
  /** Expiries are the same when they are not further apart than so many ms; all are when it is negative. */
  readonly tolerance: number;
  /** Bytes for the records of one pass and their table; at least 1 MiB. */
  readonly maxMemory: number;
}

interface Side {
  readonly table: RecordTable;
  readonly marks: Marks;
}

/** A pass takes the records of a range of second bytes, which has so many values. */
const MOST_PASSES = 256;
const SLOT = 8;
const LEAST_MEMORY = 1024 * 1024;

/** Marks the keys that differ on both sides. Rejects with SpillError. */
export async function join(kernels: Kernels, left: Side, right: Side, options: JoinOptions): Promise<JoinCounts> {
  const counts: JoinCounts = { both: 0, removed: 0, added: 0, leftRepeated: 0, rightRepeated: 0 };
  const slices = new TimeSlices(1);
  for (let p = 0; p < PARTITIONS; p++) {
    for (const _pass of joinPartition(kernels, p, left, right, options, counts)) {
      if (slices.isOver) await slices.next();
    }
  }
  return counts;
}

/** In steps that are short. */
function* joinPartition(
  kernels: Kernels,
  p: number,
  left: Side,
  right: Side,
  { tolerance, maxMemory }: JoinOptions,
  counts: JoinCounts,
): Generator<void> {
  const records = (left.table.bytesOf(p) + right.table.bytesOf(p)) / RECORD;
  if (records === 0) return;
  let passes = 1;
  while (passes < MOST_PASSES && bytesFor(records / passes) > Math.max(LEAST_MEMORY, maxMemory)) passes *= 2;
  for (let pass = 0; pass < passes; pass++) {
    const from = (pass * MOST_PASSES) / passes;
    const until = from + MOST_PASSES / passes;
    yield* joinPass(kernels, p, left, right, { from, until }, tolerance, counts);
    yield;
  }
}

function* joinPass(
  kernels: Kernels,
  p: number,
  left: Side,
  right: Side,
  { from, until }: { readonly from: number; readonly until: number },
  tolerance: number,
  counts: JoinCounts,
): Generator<void> {
  const { call, heap } = kernels;
  const whole = from === 0 && until === MOST_PASSES;
  const tally = (table: RecordTable) => {
    if (whole) return table.bytesOf(p) / RECORD;
    let count = 0;
    for (const [start, end] of table.ranges(p)) count += call.meaningTally(start, end, from, until);
    return count;
  };
  const leftCount = tally(left.table);
  const rightCount = tally(right.table);
  if (leftCount + rightCount === 0) return;
  const slots = slotsFor(leftCount + rightCount);
  const block = heap.allocate((leftCount + rightCount) * RECORD + slots * SLOT);
  try {
    const middle = block + leftCount * RECORD;
    const end = middle + rightCount * RECORD;
    let at = block;
    for (const { table } of [left, right]) {
      for (const [start, stop] of table.ranges(p)) {
        at = call.meaningGather(start, stop, from, until, at);
        yield;
      }
    }
    call.clearMemory(end, slots * SLOT);
    call.meaningJoin(block, middle, middle, end, end, slots - 1, tolerance, left.marks.at, right.marks.at);
    counts.both += kernels.result(0);
    counts.removed += kernels.result(1);
    counts.added += kernels.result(2);
    counts.leftRepeated += kernels.result(3);
    counts.rightRepeated += kernels.result(4);
  } finally {
    heap.deallocate(block);
  }
}

function slotsFor(records: number): number {
  let slots = 8;
  while (slots < 1.5 * records) slots *= 2;
  return slots;
}

function bytesFor(records: number): number {
  return records * RECORD + slotsFor(records) * SLOT;
}
