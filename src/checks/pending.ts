import { StreamId } from '../rdb/stream-id.js';
import type { CheckContext } from './context.js';

const WORDS = 4;
const FIRST = 256;
/** Ids that are held to find the owner of each; 20 bytes each. Groups with more are compared by sums. */
const HELD_MOST = 4 * 1024 * 1024;
/** Servers write the ids in order; a foreign list of more than this is not sorted, only counted. */
const SORTED_MOST = 256 * 1024;

const OWNED = 1;
const RELEASED = 2;

/**
 * The pending entries of one consumer group: every id once, every one owned by one consumer or, from RDB 14 on, in the list
 * of released entries.
 *
 * Servers write the ids in ascending order, so a sorted table is filled by appending and searched by halves. A table that
 * does not ascend is sorted once, before the first search.
 */
export class PendingCheck {
  private ids = new Uint32Array(FIRST * WORDS);
  private state = new Uint8Array(FIRST);
  private count = 0;
  private announced = 0;
  private claimed = 0;
  private sorted = true;
  /** Too many, and not in order: only their number is compared. */
  private onlyCounted = false;
  private readonly last = new StreamId();
  private readonly probe = new StreamId();

  constructor(private readonly context: CheckContext) {}

  begin(): void {
    this.count = 0;
    this.announced = 0;
    this.claimed = 0;
    this.sorted = true;
    this.onlyCounted = false;
  }

  /** One record of the group's list. */
  add(id: StreamId, offset: number): void {
    this.announced++;
    if (this.announced > 1) {
      const order = id.compare(this.last);
      if (order === 0) this.repeated(id, offset);
      else if (order < 0) this.sorted = false;
    }
    this.last.copy(id);
    if (this.count === HELD_MOST) return;
    if (this.count === this.state.length) this.grow();
    const at = this.count * WORDS;
    this.ids[at] = id.msHigh;
    this.ids[at + 1] = id.msLow;
    this.ids[at + 2] = id.seqHigh;
    this.ids[at + 3] = id.seqLow;
    this.state[this.count] = 0;
    this.count++;
  }

  /** A consumer begins: the list of the group is complete. */
  consumer(): void {
    this.sort();
  }

  /** A consumer owns an entry. */
  owned(id: StreamId, offset: number): void {
    this.claimed++;
    if (!this.complete) return;
    const at = this.find(id);
    if (at < 0) {
      const message = `a consumer owns ${id}, which is not among the group's pending entries`;
      this.context.report('STREAM_PENDING_UNKNOWN', offset, message);
    } else if ((this.state[at] & OWNED) !== 0) {
      const message = `pending entry ${id} is owned twice`;
      this.context.report('STREAM_PENDING_OWNED_TWICE', offset, message);
    } else this.state[at] |= OWNED;
  }

  /** An entry stands in the list of released ones. */
  released(id: StreamId, offset: number): void {
    this.claimed++;
    this.sort();
    if (!this.complete) return;
    const at = this.find(id);
    if (at < 0 || (this.state[at] & OWNED) !== 0) {
      const why = at < 0 ? 'is not among the pending entries' : 'is owned by a consumer';
      this.context.report('STREAM_NACK_INVALID', offset, `the released entry ${id} ${why}`);
    } else if ((this.state[at] & RELEASED) !== 0) {
      this.context.report('STREAM_NACK_REPEATED', offset, `the released entry ${id} is listed twice`);
    } else this.state[at] |= RELEASED;
  }

  /** The group ends. */
  end(offset: number): void {
    if (!this.complete) {
      if (this.claimed !== this.announced) {
        const message = `the group has ${this.announced} pending entries, its consumers own ${this.claimed}`;
        this.context.report('STREAM_PENDING_WITHOUT_OWNER', offset, message);
      }
      return;
    }
    let without = 0;
    let first = -1;
    for (let i = 0; i < this.count; i++) {
      if (this.state[i] !== 0) continue;
      if (first < 0) first = i;
      without++;
    }
    if (without === 0) return;
    const more = without > 1 ? ` and ${without - 1} more belong` : ' belongs';
    const message = `pending entry ${this.load(first)}${more} to no consumer`;
    this.context.report('STREAM_PENDING_WITHOUT_OWNER', offset, message);
  }

  private get complete(): boolean {
    return this.count === this.announced && !this.onlyCounted;
  }

  private repeated(id: StreamId, offset: number): void {
    this.context.report('STREAM_PENDING_REPEATED', offset, `pending entry ${id} is listed twice`);
  }

  private load(index: number): StreamId {
    const at = index * WORDS;
    return this.probe.set(this.ids[at], this.ids[at + 1], this.ids[at + 2], this.ids[at + 3]);
  }

  private find(id: StreamId): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.load(middle).compare(id);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  private sort(): void {
    if (this.sorted) return;
    this.sorted = true;
    if (this.count > SORTED_MOST) {
      this.onlyCounted = true;
      return;
    }
    const { ids, count } = this;
    const order = new Uint32Array(count)
      .map((_, i) => i)
      .sort((a, b) => {
        for (let word = 0; word < WORDS; word++) {
          const difference = ids[a * WORDS + word] - ids[b * WORDS + word];
          if (difference !== 0) return difference;
        }
        return 0;
      });
    const sorted = new Uint32Array(ids.length);
    order.forEach((from, to) => {
      sorted.set(ids.subarray(from * WORDS, (from + 1) * WORDS), to * WORDS);
    });
    this.ids = sorted;
    const offset = this.context.current?.valueOffset ?? 0;
    for (let i = 1; i < count; i++) {
      this.last.copy(this.load(i - 1));
      if (this.load(i).compare(this.last) === 0) this.repeated(this.probe, offset);
    }
  }

  private grow(): void {
    const ids = new Uint32Array(this.ids.length * 2);
    ids.set(this.ids);
    this.ids = ids;
    const state = new Uint8Array(this.state.length * 2);
    state.set(this.state);
    this.state = state;
  }
}
