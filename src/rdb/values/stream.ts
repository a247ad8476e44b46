// Streams, types 15, 19, 21, 26 and 27. Each later type adds parts; see FORM.
//   nodes     len n, (str 16-byte id, str listpack) x n
//   meta      len length, last id [first id, max deleted id, len entries_added]
//   groups    len n, per group: str name, last id [len entries_read], pending, consumers [nacks]
//     pending   len n, (raw id, i64le delivery time, len delivery count) x n
//     consumers len n, per consumer: str name, i64le seen [i64le active], len n, raw id x n
//     nacks     len n, raw id x n
//   idmp      len seconds, len max, len n, per producer: str id, len n, (str iid, id) x n; then len added, len duplicates
// An id of a node is a string of 16 bytes, a raw id 16 bytes as they are, any other id two lengths.
import type { RdbParser } from '../parser.js';
import type { StreamId } from '../stream-id.js';

interface StreamForm {
  /** first id, max deleted id, entries added; entries read of groups (RDB 10). */
  readonly counters: boolean;
  /** The active time of consumers (RDB 11). */
  readonly activeTime: boolean;
  /** Idempotent producers (RDB 13). */
  readonly idmp: boolean;
  /** Released entries (RDB 14). */
  readonly nacks: boolean;
}

const FORM: Readonly<Record<number, StreamForm>> = {
  15: { counters: false, activeTime: false, idmp: false, nacks: false },
  19: { counters: true, activeTime: false, idmp: false, nacks: false },
  21: { counters: true, activeTime: true, idmp: false, nacks: false },
  26: { counters: true, activeTime: true, idmp: true, nacks: false },
  27: { counters: true, activeTime: true, idmp: true, nacks: true },
};

const NODES = 0;
const NODE = 1;
const META = 2;
const GROUP = 3;
const PENDING = 4;
const CONSUMERS = 5;
const CONSUMER = 6;
const OWNED = 7;
const NACKS = 8;
const NACK = 9;
const IDMP = 10;
const PRODUCER = 11;
const IDMP_ENTRY = 12;
const IDMP_TOTALS = 13;
const DONE = 14;

/** `state.left` counts nodes, groups, producers; `innerLeft` pending records, consumers, ids; `lastLeft` ids of a consumer. */
export function walkStream(p: RdbParser): boolean {
  const { state } = p;
  const form = FORM[p.key.type.code];
  while (state.stage !== DONE) {
    p.breathe();
    state.stage = step(p, form);
    p.commit();
  }
  return true;
}

/** Reads one element and returns the stage that follows. State changes only once everything of the element was read. */
function step(p: RdbParser, form: StreamForm): number {
  const { state } = p;
  switch (state.stage) {
    case NODES:
      state.left = p.length();
      if (p.detail) p.visitor.collection(state.left);
      return state.left > 0 ? NODE : META;
    case NODE:
      readNode(p);
      return --state.left > 0 ? NODE : META;
    case META:
      return readMeta(p, form);
    case GROUP:
      readGroup(p, form);
      return state.innerLeft > 0 ? PENDING : CONSUMERS;
    case PENDING:
      readPending(p);
      return --state.innerLeft > 0 ? PENDING : CONSUMERS;
    case CONSUMERS:
      state.innerLeft = p.length();
      return state.innerLeft > 0 ? CONSUMER : endOfConsumers(p, form);
    case CONSUMER:
      readConsumer(p, form);
      return state.lastLeft > 0 ? OWNED : nextConsumer(p, form);
    case OWNED:
      rawId(p, p.id);
      if (p.detail) p.visitor.streamConsumerPending(p.id);
      return --state.lastLeft > 0 ? OWNED : nextConsumer(p, form);
    case NACKS:
      state.innerLeft = p.length();
      return state.innerLeft > 0 ? NACK : endOfGroup(p, form);
    case NACK:
      rawId(p, p.id);
      if (p.detail) p.visitor.streamNack(p.id);
      return --state.innerLeft > 0 ? NACK : endOfGroup(p, form);
    case IDMP: {
      const duration = p.length();
      const max = p.length();
      const producers = p.length();
      state.left = producers;
      if (p.detail) p.visitor.streamIdmp(duration, max);
      return producers > 0 ? PRODUCER : IDMP_TOTALS;
    }
    case PRODUCER: {
      p.string(p.elementRef, false);
      const entries = p.length();
      state.innerLeft = entries;
      if (p.detail) p.visitor.streamIdmpProducer(p.elementRef);
      return entries > 0 ? IDMP_ENTRY : nextProducer(p);
    }
    case IDMP_ENTRY:
      p.string(p.elementRef, false);
      lengthId(p, p.id);
      if (p.detail) p.visitor.streamIdmpEntry(p.elementRef, p.id);
      return --state.innerLeft > 0 ? IDMP_ENTRY : nextProducer(p);
    default: {
      const added = p.length();
      const duplicates = p.length();
      if (p.detail) p.visitor.streamIdmpTotals(added, duplicates);
      return DONE;
    }
  }
}

function readNode(p: RdbParser): void {
  const at = p.offset;
  p.string(p.elementRef, false);
  p.string(p.blobRef, false);
  if (!p.detail) return;
  const fault = p.elementRef.resolve();
  if (fault || p.elementRef.length !== 16) {
    p.problem('STREAM_BAD_NODE_KEY', at, `the id of a node takes ${p.elementRef.length} bytes instead of 16`);
    return;
  }
  p.id.read(p.elementRef.buffer, p.elementRef.start);
  const damage = p.blobRef.resolve();
  if (damage) p.problem(damage, at, `the compressed node ${p.id} does not decode`);
  else if (p.expand) p.expander.streamNode(p.id, at);
  else p.visitor.streamNode(p.id, p.blobRef);
}

function readMeta(p: RdbParser, form: StreamForm): number {
  const length = p.length();
  lengthId(p, p.metaIds[0]);
  let entriesAdded: number | undefined;
  if (form.counters) {
    lengthId(p, p.metaIds[1]);
    lengthId(p, p.metaIds[2]);
    entriesAdded = p.length();
  }
  const groups = p.length();
  p.state.left = groups;
  if (p.detail) {
    p.visitor.streamMeta({
      length,
      lastId: p.metaIds[0],
      firstId: form.counters ? p.metaIds[1] : undefined,
      maxDeletedId: form.counters ? p.metaIds[2] : undefined,
      entriesAdded,
    });
  }
  return groups > 0 ? GROUP : afterGroups(form);
}

function readGroup(p: RdbParser, form: StreamForm): void {
  p.string(p.elementRef, false);
  lengthId(p, p.id);
  const entriesRead = form.counters ? p.signedLength() : undefined;
  const pending = p.length();
  p.state.innerLeft = pending;
  if (p.detail) p.visitor.streamGroup(p.elementRef, p.id, entriesRead);
}

function readPending(p: RdbParser): void {
  rawId(p, p.id);
  const time = p.int64();
  p.length();
  if (p.detail) p.visitor.streamPending(p.id, time, p.exactLength());
}

function readConsumer(p: RdbParser, form: StreamForm): void {
  p.string(p.elementRef, false);
  const seen = p.int64();
  const active = form.activeTime ? p.int64() : undefined;
  const owned = p.length();
  p.state.lastLeft = owned;
  if (p.detail) p.visitor.streamConsumer(p.elementRef, seen, active);
}

function nextConsumer(p: RdbParser, form: StreamForm): number {
  return --p.state.innerLeft > 0 ? CONSUMER : endOfConsumers(p, form);
}

function endOfConsumers(p: RdbParser, form: StreamForm): number {
  return form.nacks ? NACKS : endOfGroup(p, form);
}

function endOfGroup(p: RdbParser, form: StreamForm): number {
  if (p.detail) p.visitor.streamGroupEnd();
  return --p.state.left > 0 ? GROUP : afterGroups(form);
}

function afterGroups(form: StreamForm): number {
  return form.idmp ? IDMP : DONE;
}

function nextProducer(p: RdbParser): number {
  return --p.state.left > 0 ? PRODUCER : IDMP_TOTALS;
}

function rawId(p: RdbParser, id: StreamId): void {
  p.require(16);
  id.read(p.bytes, p.position);
  p.position += 16;
}

function lengthId(p: RdbParser, id: StreamId): void {
  p.length();
  const high = p.lengthHigh;
  const low = p.lengthLow;
  p.length();
  id.set(high, low, p.lengthHigh, p.lengthLow);
}
