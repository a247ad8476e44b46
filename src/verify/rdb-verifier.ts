import type { SideThread } from '../bytes/side-thread.js';
import type { Window } from '../bytes/window.js';
import { ContainerCheck } from '../checks/containers.js';
import type { CheckContext } from '../checks/context.js';
import { HashExpiryCheck } from '../checks/hash-expiry.js';
import { MemberCheck, REPEATED } from '../checks/members.js';
import { StreamCheck } from '../checks/streams.js';
import type { FindingCode, Severity } from '../errors.js';
import type { RepeatFinderOptions } from '../fingerprints/repeat-finder.js';
import { hasExpired } from '../keyspace/expired.js';
import { type BytesRef, INTEGER, LZF } from '../rdb/bytes-ref.js';
import type { CollectionType } from '../rdb/containers/check.js';
import type { ContainerKind, Layout } from '../rdb/format.js';
import type { StreamId } from '../rdb/stream-id.js';
import {
  type KeyRecord,
  Level,
  type ModuleContext,
  type ModuleValue,
  type RdbHeader,
  RdbVisitor,
  type StreamMeta,
} from '../rdb/visitor.js';
import type { Demands } from '../servers/loadability.js';
import type { Form } from '../servers/minds.js';
import { rdbVersionOf } from '../servers/releases.js';
import { ArrayCheck } from './checks/arrays.js';
import { AuxCheck } from './checks/aux-fields.js';
import { ExpiryCheck } from './checks/expiry.js';
import { FunctionCheck } from './checks/functions.js';
import { HintCheck } from './checks/hints.js';
import { KeyCheck } from './checks/keys.js';
import { SmallStrings } from './checks/small-strings.js';
import { DeferredChecks, type Doubtful } from './deferred.js';
import { DemandCollector } from './demands.js';
import type { FindingContext, Findings } from './findings.js';

export interface VerifierOptions extends RepeatFinderOptions {
  /** The present, in ms since the epoch. */
  readonly nowMs: number;
  /** Whether to look for keys that stand twice. */
  readonly duplicates: boolean;
}

/** Collections of up to so many elements stay, or become, compact when they are loaded, by the defaults of all servers. */
const SMALL = { hash: 512, intset: 512, other: 128 } as const;
/** So do hashes whose fields and values have no more bytes. */
const SMALL_HASH_BYTES = 64;
/** Of a key's name, so much goes into a finding. */
const KEY_BYTES = 1024;

/**
 * Verifies an RDB while it is parsed: counts what is there and hands every value to the checks of its kind. Each kind of
 * check is a file of its own: those of values in `src/checks/`, those of the file in `checks/`.
 */
export class RdbVerifier extends RdbVisitor implements CheckContext {
  file: RdbHeader = { magic: 'REDIS', version: 0, lineage: 'common' };
  current: KeyRecord | undefined;
  keys = 0;
  /** The stored checksum; undefined when the file has none, or did not come to its end. */
  storedChecksum: bigint | undefined;
  readonly auxFields: AuxCheck;
  readonly hints: HintCheck;
  readonly functions: FunctionCheck;
  /** Absent when nobody wants to know. */
  readonly keyCheck: KeyCheck | undefined;

  private readonly expiry: ExpiryCheck;
  private readonly members: MemberCheck;
  private readonly containers: ContainerCheck;
  private readonly hashExpiry: HashExpiryCheck;
  private readonly streams: StreamCheck;
  private readonly arrays: ArrayCheck;
  private readonly strings: SmallStrings;
  /** What a server needs to load the file. */
  readonly demands = new DemandCollector();
  private nodesSeen = 0;
  private largeHash = false;
  private emptyAndExpired = 0;
  private elementsSeen = 0;
  private damagedNode = false;
  private readonly deferred: DeferredChecks | undefined;
  private readonly context: () => FindingContext;

  constructor(
    private readonly window: Window,
    private readonly findings: Findings,
    private readonly options: VerifierOptions,
    thread?: SideThread,
  ) {
    super();
    const { kernels } = window;
    const { nowMs } = options;
    if (options.duplicates) this.keyCheck = new KeyCheck(kernels, nowMs, options);
    this.strings = new SmallStrings(kernels, nowMs);
    this.auxFields = new AuxCheck(this, nowMs);
    this.hints = new HintCheck(this, nowMs);
    this.functions = new FunctionCheck(this);
    this.expiry = new ExpiryCheck(this);
    this.members = new MemberCheck(this, kernels, options);
    this.containers = new ContainerCheck(this, kernels);
    this.hashExpiry = new HashExpiryCheck(this, nowMs);
    this.streams = new StreamCheck(this, kernels, this.containers, options);
    this.arrays = new ArrayCheck(this);
    this.context = () => this.where();
    if (thread) this.deferred = new DeferredChecks(thread, window, (doubtful) => this.lookAgain(doubtful));
  }

  report(code: FindingCode, offset: number, message: string, severity?: Severity, form: Form = this.form()): void {
    this.findings.add(code, offset, message, this.context, severity, { form });
  }

  offsetOf(ref: BytesRef): number {
    const value = this.current?.valueOffset ?? 0;
    if (ref.form === INTEGER || ref.large) return value;
    return this.window.offsetOf(ref.form === LZF ? ref.payload : ref.start);
  }

  /** The form of the value at hand: servers mind some things in one form and not in another. */
  private form(): Form {
    const type = this.current?.type;
    if (!type) return 'plain';
    const { container, layout } = type;
    if (container === undefined) return isPlainHash(layout) && !this.largeHash ? 'smallHash' : 'plain';
    if (type.type === 'stream') return 'plain';
    const large =
      this.containers.elements > SMALL[container === 'intset' ? 'intset' : type.type === 'hash' ? 'hash' : 'other'];
    if (container === 'listpack') return large ? 'largeListpack' : 'listpack';
    if (container === 'intset') return large ? 'largeIntset' : 'intset';
    return container;
  }

  /** What a server needs to load what was read; `whole` when that is all. */
  demandsOf(whole: boolean): Demands {
    const { file, hints, functions, findings, hashExpiry } = this;
    return {
      ...this.demands.collected,
      producer: file.version > 0 ? this.auxFields.producer : null,
      magic: file.magic,
      rdbVersion: file.version,
      lastDatabase: hints.lastDatabase,
      functions: functions.demands,
      defects: findings.defects,
      expiredKeys: hints.expired,
      expiredFields: hashExpiry.expired,
      emptyAndExpired: this.emptyAndExpired,
      vanishedHashes: hashExpiry.vanished,
      // A key that stands twice would be fatal, and nobody has looked.
      whole: whole && this.keyCheck !== undefined,
    };
  }

  /** The key at hand, for a finding. */
  where(): FindingContext {
    const key = this.current;
    if (!key) return { db: null, key: null, type: null };
    return { db: key.db, key: key.name.view().slice(0, KEY_BYTES), type: key.moduleType ?? key.type.type };
  }

  /** Frees what the checks hold. */
  close(): void {
    this.keyCheck?.close();
    this.members.close();
    this.streams.close();
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    // Servers go by the type, not by the header: the writer's own release loads what it knows under a lower version, too.
    if (this.current?.type.type === 'stream') this.streams.markDamaged();
    const loads = code === 'RDB_TYPE_NEWER_THAN_HEADER' && this.headerWasLowered();
    this.report(code, offset, detail, loads ? 'warning' : undefined);
  }

  override header(header: RdbHeader): void {
    this.file = header;
  }

  override aux(key: BytesRef, value: BytesRef, offset: number): void {
    if (key.length === 9 && Buffer.from(key.view()).toString('latin1') === 'slot-info') {
      this.hints.slotInfoText(value, offset);
    } else this.auxFields.aux(key, value, offset);
  }

  override selectDb(db: number, offset: number): void {
    this.hints.selectDb(db, offset);
  }

  override resizeDb(keys: number, expires: number, offset: number): void {
    this.hints.resizeDb(keys, expires, offset);
  }

  override slotInfo(slot: number, keys: number, expires: number, offset: number): void {
    this.demands.record('SLOT_INFO');
    this.hints.slotInfo(slot, keys, expires, offset);
  }

  override functionLibrary(code: BytesRef, preGa: { name: string; engine: string } | undefined, offset: number): void {
    this.demands.record(preGa ? 'FUNCTION_PRE_GA' : 'FUNCTION2');
    this.functions.library(code, preGa, offset);
  }

  override key(key: KeyRecord): number {
    this.current = key;
    this.demands.type(key.type);
    this.hints.key(key);
    if (this.keyCheck) this.keyCheck.add(key);
    if (key.expireAtMs !== undefined) this.expiry.key(key, key.expireAtMs);
    const { layout } = key.type;
    if (layout !== 'string') this.beginValue(key);
    this.deferred?.begin(key);
    return Level.STRUCTURE;
  }

  override smallStrings(start: number, end: number, base: number): number {
    const { hints, keyCheck, strings } = this;
    if (hints.slotAnnounced) return start;
    strings.set(start, end, base, hints.db);
    if (keyCheck) keyCheck.addSmallStrings(strings);
    else strings.run(0, 0);
    this.keys += strings.keys;
    hints.count(strings.keys, strings.expires, strings.expired);
    return strings.reached;
  }

  private beginValue(key: KeyRecord): void {
    this.nodesSeen = 0;
    this.elementsSeen = 0;
    this.damagedNode = false;
    if (key.type.type === 'hash') this.hashExpiry.begin();
    else if (key.type.type === 'stream') this.streams.begin();
    else if (key.type.type === 'array') this.arrays.begin();
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.keys++;
    this.hints.keyEnd(key);
    if (key.type.layout !== 'string') {
      const waiting = this.endValue(key);
      if (waiting)
        return waiting.then(() => {
          this.current = undefined;
        });
    }
    this.current = undefined;
  }

  private endValue(key: KeyRecord): Promise<void> | undefined {
    const { type, layout } = key.type;
    if (type === 'hash' && !this.damagedNode) this.hashExpiry.end(key, this.elementsSeen);
    const quicklist = layout === 'quicklist' || layout === 'quicklist2';
    if (quicklist && this.nodesSeen > 0 && this.elementsSeen === 0 && !this.damagedNode) this.empty(key);
    return this.members.end();
  }

  private empty(key: KeyRecord): void {
    this.keyCheck?.noteEmpty(key);
    if (hasExpired(key.expireAtMs, this.options.nowMs)) this.emptyAndExpired++;
    this.report('EMPTY_COLLECTION', key.valueOffset, `the ${key.type.type} holds nothing`);
  }

  override string(value: BytesRef): void {
    if (value.form === LZF) this.compressed(value);
  }

  override collection(count: number): void {
    const key = this.current;
    if (!key) return;
    const { type, layout } = key.type;
    if (type === 'stream') return;
    if (count === 0) this.empty(key);
    if (type === 'hash') this.elementsSeen = count;
    this.largeHash = count > SMALL.hash;
    const code = REPEATED[type];
    if (code !== undefined && layout !== 'template') this.members.begin(count, code);
  }

  override listItem(item: BytesRef): void {
    this.nodesSeen++;
    this.elementsSeen++;
    if (item.form === LZF) this.compressed(item);
    else if (item.length === 0 && this.current?.type.layout === 'quicklist2') {
      this.report('QUICKLIST_BAD_CONTAINER', this.offsetOf(item), 'a plain node of the list has no bytes');
    }
  }

  override setMember(member: BytesRef): void {
    this.members.add(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.members.add(member);
    if (Number.isNaN(score)) this.report('ZSET_SCORE_NAN', this.offsetOf(member), 'the score of a member is NaN');
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    if (!this.largeHash && (field.length > SMALL_HASH_BYTES || value.length > SMALL_HASH_BYTES)) this.hashGrows();
    this.members.add(field);
    if (value.form === LZF) this.compressed(value);
    if (expireAtMs !== undefined) this.hashExpiry.field(expireAtMs);
  }

  /** A small hash turns out to be a large one: what was found in it counts as found in that. */
  private hashGrows(): void {
    this.largeHash = true;
    if (this.members.repeated > 0) this.findings.noteForm('HASH_DUPLICATE_FIELD', 'plain');
  }

  override hashMinExpire(expireAtMs: number): void {
    this.hashExpiry.minExpire(expireAtMs);
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    const key = this.current;
    if (!key) return;
    const { type } = key.type;
    if (type !== 'list' && type !== 'set' && type !== 'zset' && type !== 'hash') return;
    this.nodesSeen++;
    if (!isUseless(blob) && this.deferred?.blob(kind, blob, tuple, type)) {
      this.elementsSeen++;
      return;
    }
    this.checkContainer(key, kind, blob, tuple, type);
  }

  private checkContainer(
    key: KeyRecord,
    kind: ContainerKind,
    blob: BytesRef,
    tuple: number,
    type: CollectionType,
  ): void {
    const fault = blob.resolve();
    if (fault) {
      this.damagedNode = true;
      this.report(fault, this.offsetOf(blob), 'the compressed container does not decode');
      return;
    }
    if (isUseless(blob)) this.noteUseless(blob);
    const elements = this.containers.check(kind, blob, tuple, type);
    if (elements < 0) this.damagedNode = true;
    else this.elementsSeen += elements;
    const { lowestExpire } = this.containers;
    if (tuple === 3 && lowestExpire > 0) {
      const { nowMs } = this.options;
      const expired = lowestExpire < nowMs ? this.containers.expiredFields(blob, nowMs) : 0;
      this.hashExpiry.container(lowestExpire, expired);
    }
    if (elements !== 0) return;
    if (key.type.layout === 'quicklist' || key.type.layout === 'quicklist2') {
      this.report('QUICKLIST_EMPTY_NODE', this.offsetOf(blob), 'a node of the list holds nothing');
    } else this.empty(key);
  }

  /** What the second thread did not call sound. The key at hand is another one by now. */
  private lookAgain({ key, value, container, tuple }: Doubtful): void {
    const { current, elementsSeen, damagedNode } = this;
    this.current = key;
    const { type } = key.type;
    if (container === undefined) this.decodes(value);
    else if (type === 'list' || type === 'set' || type === 'zset' || type === 'hash') {
      this.checkContainer(key, container, value, tuple, type);
    }
    value.release();
    this.current = current;
    this.elementsSeen = elementsSeen;
    this.damagedNode = damagedNode;
  }

  override streamNode(id: StreamId, blob: BytesRef): void {
    this.streams.node(id, blob);
  }

  override streamMeta(meta: StreamMeta): void {
    this.streams.meta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.streams.group(name, lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number): void {
    this.streams.pendingEntry(id, deliveryMs);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.streams.consumer(name, seenMs, activeMs);
  }

  override streamConsumerPending(id: StreamId): void {
    this.streams.consumerPending(id);
  }

  override streamNack(id: StreamId): void {
    this.streams.nack(id);
  }

  override streamGroupEnd(): void {
    this.streams.groupEnd();
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.streams.idmp(durationSeconds, maxEntries);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.streams.idmpProducer(producer);
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.streams.idmpEntry(iid, id);
  }

  override arrayElement(index: bigint, value: BytesRef, tag: number, double: number): void {
    if (value.form === LZF && !this.decodes(value)) return;
    this.arrays.element(index, value, tag, double);
  }

  override slotImport(): void {
    this.demands.record('SLOT_IMPORT');
  }

  override enterpriseRecord(): void {
    this.demands.record('ENTERPRISE');
  }

  override hashTemplate(): void {
    this.demands.record('HASH_TEMPLATE');
  }

  override moduleStart(context: ModuleContext): void {
    this.demands.module(context);
  }

  override moduleValue(value: ModuleValue): void {
    if (value.kind === 'string' && value.value.form === LZF) this.decodes(value.value);
  }

  override end(_offset: number, checksum: bigint | undefined): void {
    this.current = undefined;
    this.storedChecksum = checksum;
    this.hints.finish();
    this.auxFields.finish();
  }

  private compressed(value: BytesRef): void {
    if (isUseless(value)) {
      if (this.decodes(value)) this.noteUseless(value);
    } else if (!this.deferred?.string(value)) this.decodes(value);
  }

  private noteUseless(value: BytesRef): void {
    const message = `${value.length} bytes are compressed to ${value.stored}`;
    // Redis 6.0 takes 0 bytes for a failure.
    const form = value.length === 0 ? 'empty' : 'plain';
    this.report('LZF_NOT_SMALLER', this.offsetOf(value), message, undefined, form);
  }

  private decodes(value: BytesRef): boolean {
    const fault = value.measure();
    if (fault) this.report(fault, this.offsetOf(value), 'a compressed string does not decode');
    return fault === undefined;
  }

  /** Whether the release that wrote the file writes a newer format than the header says. */
  private headerWasLowered(): boolean {
    const { name, version } = this.auxFields.producer;
    const writes = version === null ? undefined : rdbVersionOf(name, version);
    return writes !== undefined && writes > this.file.version;
  }
}

function isPlainHash(layout: Layout): boolean {
  return layout === 'hash' || layout === 'hashMetadata';
}

/** Servers keep the compressed form only when it is smaller. */
function isUseless(value: BytesRef): boolean {
  return value.form === LZF && !value.large && value.stored >= value.length;
}
