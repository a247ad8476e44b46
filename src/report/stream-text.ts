// What a stream has beside its entries, for people.
import { duration, moment } from '../keyspace/time-text.js';
import type { StreamId } from '../rdb/stream-id.js';
import type { StreamMeta } from '../rdb/visitor.js';
import { count, plural } from './format.js';
import { shortened } from './shown-string.js';
import type { TextLimits } from './value-text.js';

/** Shows groups and producers as they come. Of a group, the pending entries are kept until their consumers are told. */
export class StreamText {
  private readonly pending = new Map<string, string>();
  /** Entries of the consumer, producer or list of released ones at hand. */
  private told = 0;
  private released = false;

  constructor(
    private readonly line: (text: string) => void,
    private readonly limits: TextLimits,
  ) {}

  meta({ lastId, maxDeletedId, entriesAdded }: StreamMeta): void {
    const facts = [`last id ${lastId}`];
    if (maxDeletedId && !maxDeletedId.isZero()) facts.push(`greatest deleted id ${maxDeletedId}`);
    if (entriesAdded !== undefined) facts.push(`${entries(entriesAdded)} added in all`);
    this.line('');
    this.line(`  ${facts.join(', ')}`);
  }

  group(name: Uint8Array, lastId: StreamId, entriesRead: number | undefined): void {
    this.pending.clear();
    const read = entriesRead === undefined || entriesRead < 0 ? '' : `, ${entries(entriesRead)} read`;
    this.line(`  group ${this.quoted(name)}: last id ${lastId}${read}`);
  }

  pendingEntry(id: StreamId, ms: number, times: bigint): void {
    this.pending.set(String(id), `delivered ${plural(Number(times), 'time')}, last ${moment(ms)}`);
  }

  consumer(name: Uint8Array, seenMs: number, activeMs: number | undefined): void {
    this.endOfList();
    const active = activeMs === undefined ? '' : activeMs < 0 ? ', never active' : `, active ${moment(activeMs)}`;
    this.line(`    consumer ${this.quoted(name)}: seen ${moment(seenMs)}${active}`);
  }

  owned(id: StreamId): void {
    if (++this.told > this.limits.elements) return;
    const text = String(id);
    this.line(`      ${text}  pending, ${this.pending.get(text) ?? 'never delivered'}`);
  }

  nack(id: StreamId): void {
    if (!this.released) {
      this.endOfList();
      this.released = true;
      this.line('    released by their consumers:');
    }
    this.owned(id);
  }

  groupEnd(): void {
    this.endOfList();
    this.released = false;
  }

  idmp(durationSeconds: number, maxEntries: number): void {
    this.line(`  ids of producers are kept for ${duration(durationSeconds * 1000)}, ${count(maxEntries)} of each`);
  }

  producer(name: Uint8Array): void {
    this.endOfList();
    this.line(`    producer ${this.quoted(name)}`);
  }

  producerEntry(iid: Uint8Array, id: StreamId): void {
    if (++this.told <= this.limits.elements) this.line(`      ${this.short(iid)}  ${id}`);
  }

  /** Says how many were not shown of the list that ends here. */
  endOfList(): void {
    const left = this.told - this.limits.elements;
    if (left > 0) this.line(`      … ${count(left)} more (--full shows all)`);
    this.told = 0;
  }

  private quoted(name: Uint8Array): string {
    return `"${this.short(name)}"`;
  }

  private short(name: Uint8Array): string {
    return shortened(name, this.limits.part);
  }
}

function entries(n: number): string {
  return plural(n, 'entry', 'entries');
}
