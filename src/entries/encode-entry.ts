import {
  arrayValue,
  type EncodedValue,
  hashValue,
  listValue,
  setValue,
  stringValue,
  zsetValue,
} from '../rdb/writer/encode/collections.js';
import { type EncodedId, type EncodedPending, streamValue } from '../rdb/writer/encode/stream.js';
import type { RdbWriter, WrittenHeader, WrittenKey } from '../rdb/writer/rdb-writer.js';
import type {
  BytesOrText,
  NewEntry,
  NewHashField,
  NewPendingEntry,
  NewStreamGroup,
  NewStreamIdmp,
  NewStreamValue,
  NewValue,
} from './new-entry.js';

const MODULE_2 = 7;
/** KeyDB's jobs. */
const CRON = 64;
const MODULES_SINCE = 8;

/**
 * A key with its value as `RdbWriter.key` takes it. Values are written in the plain forms that every server reads, in the
 * version of `header`. Throws RangeError for what no server would load: an empty collection, a member that comes twice, NaN as
 * a score, ids that are out of order; and for what the version does not have, such as fields that expire before RDB 12.
 */
export function encodeEntry(entry: NewEntry, header: WrittenHeader): WrittenKey {
  const { db = 0, key, expireAtMs, idle, freq } = entry;
  return {
    db,
    name: bytesOf(key),
    ...encodedValue(entry, header),
    ...(expireAtMs === undefined ? {} : { expireAtMs }),
    ...(idle === undefined ? {} : { idle }),
    ...(freq === undefined ? {} : { freq }),
  };
}

/**
 * Writes a key with its value: `encodeEntry` with the header of the writer, and a promise when whoever writes should wait.
 * Entries belong together database by database. Throws and rejects as `encodeEntry` and `RdbWriter.ready` do.
 */
export function writeEntry(writer: RdbWriter, entry: NewEntry): Promise<void> | undefined {
  writer.key(encodeEntry(entry, writer.header));
  return writer.ready();
}

function encodedValue(entry: NewValue, header: WrittenHeader): EncodedValue {
  switch (entry.type) {
    case 'string':
      return stringValue(bytesOf(entry.value));
    case 'list':
      return listValue(entry.value.map(bytesOf));
    case 'set':
      return setValue(entry.value.map(bytesOf));
    case 'zset':
      return zsetValue(
        entry.value.map(([member, score]) => [bytesOf(member), score]),
        header,
      );
    case 'hash':
      return hashValue(
        fieldsOf(entry.value).map(({ field, value, expireAtMs }) => ({
          field: bytesOf(field),
          value: bytesOf(value),
          expireAtMs,
        })),
        header,
      );
    case 'array': {
      const { elements, insertIndex } = entry.value;
      const encoded = elements.map(([index, value]) => [index, bytesOf(value)] as const);
      return arrayValue(encoded, insertIndex, header);
    }
    case 'stream':
      return encodeStream(entry.value, header);
    case 'module':
      if (header.version < MODULES_SINCE) throw new RangeError(`RDB ${header.version} has no values of modules`);
      return { type: MODULE_2, value: entry.value.bytes };
    case 'cron':
      return { type: CRON, value: entry.value };
  }
}

function fieldsOf(value: readonly NewHashField[] | Readonly<Record<string, BytesOrText>>): readonly NewHashField[] {
  if (isList(value)) return value;
  return Object.entries(value).map(([field, text]) => ({ field, value: text }));
}

function isList(value: readonly NewHashField[] | object): value is readonly NewHashField[] {
  return Array.isArray(value);
}

function encodeStream(value: NewStreamValue, header: WrittenHeader): EncodedValue {
  const entries = value.entries.map(({ id, fields }) => ({
    id: idOf(id),
    fields: fields.map(([field, text]) => [bytesOf(field), bytesOf(text)] as const),
  }));
  const stream = {
    entries,
    lastId: value.lastId === undefined ? (entries.at(-1)?.id ?? idOf('0-0')) : idOf(value.lastId),
    maxDeletedId: idOf(value.maxDeletedId ?? '0-0'),
    entriesAdded: value.entriesAdded ?? entries.length,
    groups: (value.groups ?? []).map(groupOf),
    idmp: value.idmp && idmpOf(value.idmp),
  };
  return streamValue(stream, header);
}

function groupOf({ name, lastId, entriesRead, consumers = [], released = [] }: NewStreamGroup) {
  return {
    name: bytesOf(name),
    lastId: idOf(lastId),
    entriesRead: entriesRead ?? null,
    consumers: consumers.map(({ pending = [], activeTimeMs = -1, ...consumer }) => ({
      name: bytesOf(consumer.name),
      seenTimeMs: consumer.seenTimeMs,
      activeTimeMs,
      pending: pending.map(pendingOf),
    })),
    released: released.map(pendingOf),
  };
}

function pendingOf({ id, deliveryTimeMs, deliveryCount }: NewPendingEntry): EncodedPending {
  return { id: idOf(id), deliveryTimeMs, deliveryCount: BigInt(deliveryCount) };
}

function idmpOf({ durationMs, producers, ...rest }: NewStreamIdmp) {
  return {
    ...rest,
    durationSeconds: durationMs / 1000,
    producers: producers.map(({ pid, entries }) => ({
      pid: bytesOf(pid),
      entries: entries.map(([iid, id]) => [bytesOf(iid), idOf(id)] as const),
    })),
  };
}

/** Throws RangeError for what is no id. */
function idOf(text: string): EncodedId {
  const match = /^(\d{1,20})-(\d{1,20})$/.exec(text);
  const [ms, seq] = match ? [BigInt(match[1]), BigInt(match[2])] : [-1n, -1n];
  const ok = match && BigInt.asUintN(64, ms) === ms && BigInt.asUintN(64, seq) === seq;
  if (!ok) throw new RangeError(`${JSON.stringify(text)} is no id of a stream`);
  return { ms, seq };
}

function bytesOf(text: BytesOrText): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text;
}
