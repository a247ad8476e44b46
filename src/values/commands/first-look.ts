// What has to be known of a value before its first command is written, and stands behind it in the file: how long it is, for
// RESTORE, and which entries of a stream are pending, as those that were deleted since have to be there for a moment.
import type { ValueType } from '../../rdb/format.js';
import type { StreamId } from '../../rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor } from '../../rdb/visitor.js';

/** Values of these types are given to RESTORE, by servers that know them. */
export function isRestored({ type, since }: ValueType): boolean {
  return type === 'module' || type === 'array' || (type === 'stream' && since >= IDMP_SINCE);
}

/** Streams with idempotent producers and released entries. */
const IDMP_SINCE = 13;
const NO_IDS = new Uint32Array(0);

/** What is known of one value. */
export interface Looked {
  readonly valueBytes: number;
  readonly moduleType: string | undefined;
  /** Ids that are pending in any group, ascending, each once: four halves each, as in StreamId. */
  readonly pending: Uint32Array;
}

/** Reads a file for what the commands have to know; keys are asked for in the same order. */
export class FirstLook extends RdbVisitor {
  private readonly offsets: number[] = [];
  private readonly found: Looked[] = [];
  private next = 0;
  private ids: number[] = [];

  /** What is known of the key at this file offset; undefined when nothing has to be. */
  of(offset: number): Looked | undefined {
    // Another pass over the file.
    if (this.next > 0 && this.offsets[this.next - 1] >= offset) this.next = 0;
    while (this.next < this.offsets.length && this.offsets[this.next] < offset) this.next++;
    return this.offsets[this.next] === offset ? this.found[this.next] : undefined;
  }

  override key(key: KeyRecord): number {
    this.ids = [];
    return key.type.type === 'stream' ? Level.STRUCTURE : Level.SKIP;
  }

  override streamPending({ msHigh, msLow, seqHigh, seqLow }: StreamId): void {
    this.ids.push(msHigh, msLow, seqHigh, seqLow);
  }

  override keyEnd(key: KeyRecord): void {
    if (this.ids.length === 0 && !isRestored(key.type)) return;
    this.offsets.push(key.offset);
    const pending = this.ids.length === 0 ? NO_IDS : ascending(this.ids);
    this.found.push({ valueBytes: key.valueBytes, moduleType: key.moduleType, pending });
    this.ids = [];
  }
}

/** The same ids in order, each once. */
function ascending(ids: readonly number[]): Uint32Array {
  const halves = Uint32Array.from(ids);
  const order = new Uint32Array(halves.length / 4).map((_, i) => 4 * i);
  order.sort((a, b) => compare(halves, a, b));
  const sorted = new Uint32Array(halves.length);
  let length = 0;
  for (const [i, at] of order.entries()) {
    if (i > 0 && compare(halves, order[i - 1], at) === 0) continue;
    sorted.set(halves.subarray(at, at + 4), length);
    length += 4;
  }
  return sorted.slice(0, length);
}

function compare(halves: Uint32Array, a: number, b: number): number {
  for (let i = 0; i < 4; i++) {
    const difference = halves[a + i] - halves[b + i];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The id at `at` of a list of halves. */
export function idAt(halves: Uint32Array, at: number, id: StreamId): StreamId {
  return id.set(halves[at], halves[at + 1], halves[at + 2], halves[at + 3]);
}
