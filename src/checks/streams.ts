import type { Kernels } from '../bytes/kernels/kernels.js';
import type { RepeatFinderOptions } from '../fingerprints/repeat-finder.js';
import { BytesRef } from '../rdb/bytes-ref.js';
import { StreamNodeWalker } from '../rdb/containers/stream-node.js';
import { StreamId } from '../rdb/stream-id.js';
import type { StreamMeta } from '../rdb/visitor.js';
import type { ContainerCheck } from './containers.js';
import type { CheckContext } from './context.js';
import { NameCheck } from './names.js';
import { PendingCheck } from './pending.js';

/** From these versions on servers refuse what older ones load: a wrong length, an entry that two consumers own. */
const STRICT_REDIS = 14;
const STRICT_VALKEY = 80;
const IDMP_DURATION_MOST = 86_400;
const IDMP_ENTRIES_MOST = 10_000;
/** Milliseconds; the year 2200. */
const LATEST_TIME = Date.UTC(2200, 0);

/** Streams: nodes and their entries, the counters, groups with consumers and pending entries, idempotent producers. */
export class StreamCheck {
  private readonly walker = new StreamNodeWalker();
  private readonly scratch: BytesRef;
  private readonly groups: NameCheck;
  private readonly consumers: NameCheck;
  private readonly producers: NameCheck;
  private readonly nodes: NameCheck;
  private readonly pending: PendingCheck;
  private readonly lastNode = new StreamId();
  private readonly lastEntry = new StreamId();
  private readonly firstLive = new StreamId();
  private readonly streamLast = new StreamId();
  private readonly groupLast = new StreamId();
  private readonly probe = new StreamId();
  private live = 0;
  private entries = 0;
  private nodeCount = 0;
  private nodeEntries = 0;
  private nodeLive = 0;
  private readonly entryBefore = new StreamId();
  private nodesSorted = true;
  private entriesSorted = true;
  private damaged = false;
  private entriesAdded: number | undefined;
  private idmpMost = 0;
  private idmpListed = 0;

  constructor(
    private readonly context: CheckContext,
    private readonly kernels: Kernels,
    private readonly containers: ContainerCheck,
    options: RepeatFinderOptions,
  ) {
    this.scratch = new BytesRef(kernels);
    this.groups = new NameCheck(kernels, options);
    this.consumers = new NameCheck(kernels, options);
    this.producers = new NameCheck(kernels, options);
    this.nodes = new NameCheck(kernels, options);
    this.pending = new PendingCheck(context);
  }

  begin(): void {
    this.live = 0;
    this.entries = 0;
    this.nodeCount = 0;
    this.nodesSorted = true;
    this.entriesSorted = true;
    this.damaged = false;
    this.groups.begin();
    this.producers.begin();
    this.nodes.begin();
    this.lastEntry.set(0, 0, 0, 0);
  }

  /** Part of the stream could not be read: what is counted says nothing. */
  markDamaged(): void {
    this.damaged = true;
  }

  node(id: StreamId, blob: BytesRef): void {
    const offset = this.context.offsetOf(blob);
    this.nodeOrder(id, offset);
    const elements = this.containers.check('listpack', blob, 1, 'stream');
    if (elements === 0) this.context.report('STREAM_NODE_EMPTY', offset, `node ${id}: it holds nothing`);
    if (elements <= 0) {
      this.damaged = true;
      return;
    }
    this.nodeEntries = 0;
    this.nodeLive = 0;
    if (!this.quickNode(id, blob)) this.slowNode(id, blob, offset);
    if (this.nodeLive === 0 && this.nodeEntries > 0 && this.context.file.lineage === 'redis' && this.strict()) {
      this.context.report('STREAM_NODE_COUNT_WRONG', offset, `node ${id}: it holds deleted entries only`);
    }
    this.entries += this.nodeEntries;
    this.live += this.nodeLive;
  }

  /** Nodes ascend, each behind the last entry of the one before. */
  private nodeOrder(id: StreamId, offset: number): void {
    const { context } = this;
    let repeated = false;
    if (this.nodeCount > 0) {
      repeated = id.compare(this.lastNode) === 0;
      if (!repeated && id.compare(this.lastEntry) <= 0 && this.nodesSorted) {
        this.nodesSorted = false;
        const before = id.compare(this.lastNode) < 0 ? `node ${this.lastNode}` : `entry ${this.lastEntry}`;
        context.report('STREAM_NODES_UNSORTED', offset, `node ${id} follows ${before}`);
      }
    }
    // Ascending nodes cannot repeat; the names are needed only once they do not ascend.
    if (!repeated && !this.nodesSorted) repeated = this.nodes.addText(id.toString());
    if (repeated) context.report('STREAM_NODE_REPEATED', offset, `node ${id} stands in the stream twice`);
    this.lastNode.copy(id);
    this.nodeCount++;
  }

  private slowNode(id: StreamId, blob: BytesRef, offset: number): void {
    const result = this.walker.walk(blob, id, false, this, this.scratch);
    if (result.problem) {
      this.damaged = true;
      this.context.report('STREAM_NODE_INVALID', offset, `node ${id}: ${result.problem}`);
    } else if (result.countProblem) {
      this.context.report('STREAM_NODE_COUNT_WRONG', offset, `node ${id}: ${result.countProblem}`);
    }
  }

  /** The kernel walks the node; returns false when it asks for a closer look, which then tells what is wrong. */
  private quickNode(id: StreamId, blob: BytesRef): boolean {
    const { kernels } = this;
    if (kernels.call.checkStreamNode(blob.start, blob.end - blob.start, id.ms, id.seq) !== 0) return false;
    this.nodeLive = kernels.result(0);
    this.nodeEntries = kernels.result(2);
    if (this.nodeEntries === 0) return true;
    this.probe.set(kernels.result(5), kernels.result(4), kernels.result(7), kernels.result(6));
    if (this.nodeLive > 0) this.noteLive(this.probe, this.live);
    this.probe.set(kernels.result(9), kernels.result(8), kernels.result(11), kernels.result(10));
    this.noteLast(this.probe);
    return true;
  }

  /** One entry of the node at hand, on a closer look. */
  entry(id: StreamId, deleted: boolean): void {
    if (this.nodeEntries > 0 && id.compare(this.entryBefore) <= 0 && this.entriesSorted) {
      this.entriesSorted = false;
      const offset = this.context.current?.valueOffset ?? 0;
      this.context.report('STREAM_ENTRIES_UNSORTED', offset, `entry ${id} follows entry ${this.entryBefore}`);
    }
    this.entryBefore.copy(id);
    this.noteLast(id);
    this.nodeEntries++;
    if (deleted) return;
    this.noteLive(id, this.live + this.nodeLive);
    this.nodeLive++;
  }

  private noteLast(id: StreamId): void {
    if (id.compare(this.lastEntry) > 0) this.lastEntry.copy(id);
  }

  private noteLive(id: StreamId, before: number): void {
    if (before === 0 || id.compare(this.firstLive) < 0) this.firstLive.copy(id);
  }

  meta(meta: StreamMeta): void {
    this.streamLast.copy(meta.lastId);
    this.entriesAdded = meta.entriesAdded;
    const offset = this.context.current?.valueOffset ?? 0;
    const { context } = this;
    if (meta.length > 0 && this.nodeCount === 0 && !this.damaged) {
      context.report(
        'STREAM_LENGTH_WITHOUT_NODES',
        offset,
        `the stream announces ${meta.length} entries and has no node`,
      );
    } else if (!this.damaged && meta.length !== this.live) {
      const message = `the stream announces ${meta.length} entries, and holds ${this.live}`;
      context.report('STREAM_LENGTH_WRONG', offset, message, this.strict() ? 'error' : 'warning');
    }
    if (this.damaged) return;
    if (this.entries > 0 && meta.lastId.compare(this.lastEntry) < 0) {
      const message = `the last id is ${meta.lastId}, below the entry ${this.lastEntry}`;
      context.report('STREAM_LAST_ID_TOO_LOW', offset, message);
    }
    this.counters(meta, offset);
  }

  private counters(meta: StreamMeta, offset: number): void {
    const { context } = this;
    const { firstId, maxDeletedId, entriesAdded } = meta;
    if (firstId && this.live > 0 && firstId.compare(this.firstLive) !== 0) {
      context.report(
        'STREAM_FIRST_ID_WRONG',
        offset,
        `the first id is announced as ${firstId}, and is ${this.firstLive}`,
      );
    }
    if (maxDeletedId && maxDeletedId.compare(meta.lastId) > 0) {
      const message = `the greatest deleted id ${maxDeletedId} is above the last id ${meta.lastId}`;
      context.report('STREAM_MAX_DELETED_ID_WRONG', offset, message);
    }
    if (entriesAdded !== undefined && entriesAdded < meta.length) {
      const message = `${entriesAdded} entries were ever added, and ${meta.length} are there`;
      context.report('STREAM_ENTRIES_ADDED_TOO_LOW', offset, message);
    }
  }

  group(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    const { context } = this;
    const offset = context.offsetOf(name);
    this.consumers.begin();
    this.pending.begin();
    this.groupLast.copy(lastId);
    if (this.repeated(this.groups, name))
      context.report('STREAM_GROUP_REPEATED', offset, 'the stream has two groups of this name');
    if (lastId.compare(this.streamLast) > 0) {
      const message = `the group's last id ${lastId} is above the stream's ${this.streamLast}`;
      context.report('STREAM_GROUP_LAST_ID_AHEAD', offset, message);
    }
    if (entriesRead !== undefined && (entriesRead < -1 || entriesRead > (this.entriesAdded ?? 0))) {
      const message = `the group has read ${entriesRead} entries of ${this.entriesAdded} ever added`;
      context.report('STREAM_ENTRIES_READ_WRONG', offset, message);
    }
  }

  pendingEntry(id: StreamId, deliveryMs: number): void {
    const offset = this.context.current?.valueOffset ?? 0;
    this.pending.add(id, offset);
    if (id.compare(this.groupLast) > 0) {
      const message = `pending entry ${id} is above the group's last id ${this.groupLast}`;
      this.context.report('STREAM_PENDING_AHEAD', offset, message);
    }
    this.time(deliveryMs, 0, 'a pending entry was delivered', offset);
  }

  consumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    const offset = this.context.offsetOf(name);
    if (this.repeated(this.consumers, name)) {
      this.context.report('STREAM_CONSUMER_REPEATED', offset, 'the group has two consumers of this name');
    }
    this.pending.consumer();
    this.time(seenMs, 0, 'a consumer was seen', offset);
    if (activeMs !== undefined) this.time(activeMs, -1, 'a consumer was active', offset);
  }

  consumerPending(id: StreamId): void {
    this.pending.owned(id, this.context.current?.valueOffset ?? 0);
  }

  nack(id: StreamId): void {
    this.pending.released(id, this.context.current?.valueOffset ?? 0);
  }

  groupEnd(): void {
    this.pending.end(this.context.current?.valueOffset ?? 0);
  }

  idmp(durationSeconds: number, maxEntries: number): void {
    this.idmpMost = maxEntries;
    const bad = (value: number, most: number) => value < 1 || value > most;
    if (bad(durationSeconds, IDMP_DURATION_MOST) || bad(maxEntries, IDMP_ENTRIES_MOST)) {
      const limits = `1 to ${IDMP_DURATION_MOST} seconds and 1 to ${IDMP_ENTRIES_MOST} entries are allowed`;
      const message = `idempotent ids are kept for ${durationSeconds} s, at most ${maxEntries}; ${limits}`;
      this.context.report('STREAM_IDMP_SETTINGS_INVALID', this.context.current?.valueOffset ?? 0, message);
    }
  }

  idmpProducer(name: BytesRef): void {
    this.idmpListed = 0;
    if (this.repeated(this.producers, name)) {
      const offset = this.context.offsetOf(name);
      this.context.report('STREAM_IDMP_PRODUCER_REPEATED', offset, 'the stream has two producers of this name');
    }
  }

  idmpEntry(iid: BytesRef, id: StreamId): void {
    const offset = this.context.offsetOf(iid);
    if (++this.idmpListed === this.idmpMost + 1) {
      this.context.report(
        'STREAM_IDMP_SUSPICIOUS',
        offset,
        `a producer has more than the ${this.idmpMost} ids allowed`,
      );
    }
    if (id.compare(this.streamLast) > 0) {
      const message = `an idempotent id names entry ${id}, above the last id ${this.streamLast}`;
      this.context.report('STREAM_IDMP_SUSPICIOUS', offset, message);
    }
  }

  close(): void {
    for (const names of [this.groups, this.consumers, this.producers, this.nodes]) names.close();
  }

  private strict(): boolean {
    const { version, lineage } = this.context.file;
    return lineage === 'valkey' ? version >= STRICT_VALKEY : version >= STRICT_REDIS;
  }

  private repeated(names: NameCheck, name: BytesRef): boolean {
    const fault = name.resolve();
    if (fault) {
      this.context.report(fault, this.context.offsetOf(name), 'a compressed name does not decode');
      return false;
    }
    return names.add(name);
  }

  private time(ms: number, least: number, what: string, offset: number): void {
    if (ms >= least && ms < LATEST_TIME) return;
    this.context.report('STREAM_TIME_INVALID', offset, `${what} at ${ms} ms, which is no time of a server`);
  }
}
