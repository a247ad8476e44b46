// The commands that rebuild a stream, in the order in which the file has its parts: entries, groups with their consumers, and what
// the stream says of itself, which has to come last.
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { StreamId } from '../../rdb/stream-id.js';
import type { KeyRecord, StreamMeta } from '../../rdb/visitor.js';
import type { CommandWriter } from '../../resp/command-writer.js';
import { PendingEntries } from '../pending-entries.js';
import { idAt } from './first-look.js';
import type { Losses } from './losses.js';
import type { CommandTarget } from './target.js';

/** Ids of one command. */
const MOST_IDS = 128;

/** What the stream says of itself, kept for the end. */
interface KeptMeta {
  readonly lastId: StreamId;
  readonly maxDeletedId: StreamId | undefined;
  readonly entriesAdded: number | undefined;
}

/** Writes the commands of one stream after the other. */
export class StreamCommands {
  private key: KeyRecord | undefined;
  private target: CommandTarget | undefined;
  /** Ids that are pending, ascending; and how far they were compared with the entries. */
  private pendingIds: Uint32Array = new Uint32Array(0);
  private compared = 0;
  /** Ids of entries that are there for a moment. */
  private readonly deleted: string[] = [];
  private entries = 0;
  private added = 0;
  private readonly firstId = new StreamId();
  private readonly id = new StreamId();
  private meta: KeptMeta | undefined;
  private group: Uint8Array = new Uint8Array(0);
  private readonly pending = new PendingEntries();
  private consumer: Uint8Array | undefined;
  private owned = 0;
  private claims: string[] = [];
  private claimTime = 0;
  private claimCount = 0n;
  private losesIdmp = false;

  constructor(
    private readonly out: CommandWriter,
    private readonly losses: Losses,
    private readonly nowMs: number,
  ) {}

  begin(key: KeyRecord, target: CommandTarget, pendingIds: Uint32Array): void {
    this.key = key;
    this.target = target;
    this.pendingIds = pendingIds;
    this.compared = 0;
    this.deleted.length = 0;
    this.entries = 0;
    this.added = 0;
    this.meta = undefined;
    this.consumer = undefined;
    this.losesIdmp = false;
    this.pending.clear();
  }

  entry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.addDeletedBefore(id);
    if (this.entries++ === 0) this.firstId.copy(id);
    if (fields.length === 0) {
      this.lose('an entry without fields, which XADD does not take');
      return;
    }
    this.start('XADD', 1 + fields.length);
    this.out.argument(String(id));
    for (const field of fields) this.out.argument(field);
    this.added++;
  }

  streamMeta({ lastId, maxDeletedId, entriesAdded }: StreamMeta): void {
    this.addDeletedBefore(undefined);
    this.meta = { lastId: lastId.clone(), maxDeletedId: maxDeletedId?.clone(), entriesAdded };
    // An entry that is trimmed at once leaves the empty stream.
    if (this.added === 0) this.write('XADD', 'MAXLEN', 0, '0-1', 'x', 'y');
  }

  streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.pending.clear();
    this.group = name.toBytes();
    const read = entriesRead ?? this.estimateRead(lastId);
    const counter = this.target?.countsStreams ? ['ENTRIESREAD', read] : [];
    this.start('XGROUP', 3 + counter.length, 'CREATE');
    this.out.argument(this.group);
    this.out.argument(String(lastId));
    for (const argument of counter) this.out.argument(argument);
  }

  streamPending(id: StreamId, ms: number, count: bigint): void {
    this.pending.add(id, ms, count);
  }

  streamConsumer(name: BytesRef): void {
    this.endConsumer();
    this.consumer = name.toBytes();
    this.owned = 0;
    this.losses.notes.add('consumers of streams: when they were seen last');
    if (!this.target?.createsConsumers) return;
    this.start('XGROUP', 3, 'CREATECONSUMER');
    this.out.argument(this.group);
    this.out.argument(this.consumer);
  }

  consumerPending(id: StreamId): void {
    this.owned++;
    const entry = this.pending.find(id);
    if (entry < 0) {
      this.lose(`the pending entry ${id}, of which the group does not know`);
      return;
    }
    const ms = this.pending.deliveredMs(entry);
    const count = this.pending.deliveryCount(entry);
    if (ms > this.nowMs) this.losses.notes.add('pending entries of streams: delivery times in the future');
    if (ms !== this.claimTime || count !== this.claimCount || this.claims.length === MOST_IDS) this.endClaims();
    this.claimTime = ms;
    this.claimCount = count;
    this.claims.push(String(id));
  }

  nack(): void {
    this.lose('an entry that was given back to the group');
  }

  groupEnd(): void {
    this.endConsumer();
    const left = this.pending.notFound().length;
    if (left > 0) this.lose(`${left} pending ${left === 1 ? 'entry' : 'entries'} without a consumer`);
    this.pending.clear();
  }

  idmpTotals(added: number): void {
    if (added > 0) this.idmpProducer();
  }

  idmpProducer(): void {
    if (!this.losesIdmp) this.lose('what its idempotent producers have sent');
    this.losesIdmp = true;
  }

  /** Returns whether the stream is there now. */
  end(): boolean {
    const { meta, deleted, target } = this;
    if (!meta) return this.added > 0;
    for (let i = 0; i < deleted.length; i += MOST_IDS) this.write('XDEL', ...deleted.slice(i, i + MOST_IDS));
    const { lastId, maxDeletedId, entriesAdded } = meta;
    if (!target?.countsStreams) {
      const counted = entriesAdded !== undefined || maxDeletedId !== undefined;
      if (counted)
        this.losses.notes.add(`streams: counts of entries and the last id deleted, ${target?.name} has none`);
      this.write('XSETID', String(lastId));
      return true;
    }
    const wanted = entriesAdded ?? this.entries;
    const added = Math.max(wanted, this.entries);
    if (added !== wanted) this.lose(`its count of entries added, ${wanted}, which is less than it holds`);
    const known = maxDeletedId !== undefined && maxDeletedId.compare(lastId) <= 0;
    if (maxDeletedId && !known) this.lose(`the last id that was deleted, ${maxDeletedId}, which is beyond its last id`);
    const counters = ['ENTRIESADDED', added, 'MAXDELETEDID', known ? String(maxDeletedId) : '0-0'];
    this.write('XSETID', String(lastId), ...counters);
    return true;
  }

  /** Pending entries that are in no node were deleted. They have to be there to be claimed. */
  private addDeletedBefore(id: StreamId | undefined): void {
    const { pendingIds } = this;
    for (; this.compared < pendingIds.length; this.compared += 4) {
      const order = id ? idAt(pendingIds, this.compared, this.id).compare(id) : -1;
      if (order > 0) return;
      if (order === 0) continue;
      const text = String(idAt(pendingIds, this.compared, this.id));
      this.write('XADD', text, 'x', 'y');
      this.added++;
      this.deleted.push(text);
    }
  }

  /** As servers work it out when they load a stream of an older release (streamEstimateDistanceFromFirstEverEntry). */
  private estimateRead(id: StreamId): number {
    const { entries, firstId, meta } = this;
    if (entries === 0) return 0;
    const order = meta ? id.compare(meta.lastId) : 1;
    if (order === 0) return entries;
    if (order > 0) return -1;
    const toFirst = id.compare(firstId);
    return toFirst < 0 ? 0 : toFirst === 0 ? 1 : -1;
  }

  private endConsumer(): void {
    this.endClaims();
    if (this.consumer && this.owned === 0 && !this.target?.createsConsumers) {
      this.lose('a consumer without pending entries, which this release has no command for');
    }
    this.consumer = undefined;
  }

  private endClaims(): void {
    const { claims, out } = this;
    if (claims.length === 0 || !this.consumer) return;
    this.start('XCLAIM', 3 + claims.length + 6);
    out.argument(this.group);
    out.argument(this.consumer);
    out.argument(0);
    for (const id of claims) out.argument(id);
    for (const option of ['TIME', this.claimTime, 'RETRYCOUNT', String(this.claimCount), 'FORCE', 'JUSTID']) {
      out.argument(option);
    }
    this.claims = [];
  }

  private lose(what: string): void {
    this.losses.add(this.key, false, what);
  }

  private write(command: string, ...args: readonly (string | number)[]): void {
    this.start(command, args.length);
    for (const arg of args) this.out.argument(arg);
  }

  /** The name of a command, perhaps of a subcommand, and the key; `argc` arguments follow, the subcommand among them. */
  private start(command: string, argc: number, subcommand?: string): void {
    const { key, out } = this;
    if (!key) return;
    out.begin(2 + argc);
    out.argument(command);
    if (subcommand !== undefined) out.argument(subcommand);
    out.bytes(key.name.buffer, key.name.start, key.name.end);
  }
}
