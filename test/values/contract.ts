// Turns what the JSON of a key says back into the truth format, so that it can be held against what a server said.
import { textToBytes } from '../../src/keyspace/bytes-text.js';
import { hashTruth, listTruth, setTruth, stringTruth, zsetTruth } from '../helpers/truth/collections.js';
import { inFullOrHashed, total } from '../helpers/truth/digest.js';
import { base64, integer } from '../helpers/truth/format.js';
import type { Json, TruthRecord } from '../helpers/truth.js';

type Fields = { [name: string]: Json };

/** Reads byte strings in one of their two forms. */
export class Contract {
  /** The type of the stream at hand has a list of released entries. */
  nacks = false;

  constructor(private readonly form: 'text' | 'base64') {}

  /**
   * The record of one JSON object. What the contract leaves out (numbers of the format, nodes of streams, classes of
   * arrays) is taken from `parsed`, the same key as read by other means.
   */
  record(text: string, parsed: (db: number, key: string) => TruthRecord | undefined): TruthRecord {
    const json = JSON.parse(text) as Fields;
    const db = Number(json.db);
    const key = base64(this.bytes(json.key));
    const record = parsed(db, key);
    if (!record) throw new Error(`there is no ${db} ${key} in the file`);
    return {
      ...record,
      ...{ db, key, type: String(json.type), expireAtMs: integerOf(json.expireAtMs) },
      ...(json.freq === undefined ? {} : { freq: Number(json.freq) }),
      ...(json.idle === undefined ? {} : { idle: Number(json.idle) }),
      value: this.value(json, record),
    };
  }

  private value(json: Fields, parsed: TruthRecord): Json {
    const { value } = json;
    switch (json.type) {
      case 'string':
        return stringTruth(this.bytes(value));
      case 'list':
        return listTruth((value as Json[]).map((item) => this.bytes(item)));
      case 'set':
        return setTruth((value as Json[]).map((member) => this.bytes(member)));
      case 'zset':
        return zsetTruth(
          (value as Json[][]).map(([member, score]) => ({ member: this.bytes(member), score: scoreOf(score) })),
        );
      case 'hash': {
        const expiries = (json.fieldExpireAtMs ?? {}) as Fields;
        return hashTruth(
          Object.entries(value as Fields).map(([field, text]) => ({
            field: this.bytes(field),
            value: this.bytes(text),
            expireAtMs: Object.hasOwn(expiries, field) ? Number(expiries[field]) : undefined,
          })),
        );
      }
      case 'stream':
        return this.stream(value as Fields, parsed.value as Fields);
      case 'array': {
        const { tags, nextIndex } = parsed.value as Fields;
        const elements = ((value as Fields).elements as Json[][]).map(([index, text]) => [
          index,
          base64(this.bytes(text)),
        ]);
        return { ...(value as Fields), elements, tags, nextIndex };
      }
      default:
        return value;
    }
  }

  private stream({ entries, groups, idmp, ...meta }: Fields, { firstId, radixTreeKeys }: Fields): Json {
    const listed = (entries as Fields[]).map(({ id, fields }) => ({
      id: String(id),
      fields: (fields as Json[]).map((field) => this.bytes(field)),
    }));
    const all = listed.flatMap(({ fields }) => fields);
    return {
      ...meta,
      ...(firstId === undefined ? {} : { firstId }),
      radixTreeKeys,
      entries: inFullOrHashed({
        listed: () => listed.map(({ id, fields }) => [id, fields.map(base64)]),
        length: listed.length,
        bytes: total(all),
        parts: listed.flatMap(({ id, fields }) => [Buffer.from(id), Buffer.from(String(fields.length)), ...fields]),
        framed: true,
      }),
      groups: (groups as Fields[]).map((group) => this.group(group)),
      ...(idmp === undefined ? {} : { idmp: this.idmp(idmp as Fields) }),
    };
  }

  private group({ name, consumers, pending: released, ...rest }: Fields): Json {
    const owned = (consumers as Fields[]).map((consumer) => ({
      name: base64(this.bytes(consumer.name)),
      seenTime: integerOf(consumer.seenTimeMs),
      ...(consumer.activeTimeMs === undefined ? {} : { activeTime: integerOf(consumer.activeTimeMs) }),
      pending: (consumer.pending as Fields[]).map((entry) => [entry.id, entry.deliveryTimeMs, entry.deliveryCount]),
    }));
    const free = ((released ?? []) as Fields[]).map((entry) => {
      if (entry.consumer !== null) throw new Error('a released entry has a consumer');
      return [entry.id, null, entry.deliveryTimeMs, entry.deliveryCount];
    });
    const taken = owned.flatMap((consumer) => consumer.pending.map(([id, ...rest]) => [id, consumer.name, ...rest]));
    return {
      ...rest,
      name: base64(this.bytes(name)),
      consumers: owned,
      pending: [...taken, ...free].sort((a, b) => compareIds(String(a[0]), String(b[0]))) as Json,
      ...(this.nacks ? { nacked: free.map(([id]) => id) as Json } : {}),
    };
  }

  private idmp({ producers, ...rest }: Fields): Json {
    const listed = (producers as Fields[]).map(({ pid, entries }) => ({
      pid: base64(this.bytes(pid)),
      entries: (entries as Json[][]).map(([iid, id]) => [base64(this.bytes(iid)), id]),
    }));
    return {
      ...rest,
      producers: listed,
      pidsTracked: listed.length,
      iidsTracked: listed.reduce((sum, { entries }) => sum + entries.length, 0),
    };
  }

  private bytes(json: Json): Uint8Array {
    return this.form === 'base64' ? Buffer.from(String(json), 'base64') : textToBytes(String(json));
  }
}

function integerOf(json: Json): Json {
  return json === null ? null : integer(typeof json === 'string' ? BigInt(json) : Number(json));
}

function scoreOf(json: Json): number {
  if (json === 'inf') return Number.POSITIVE_INFINITY;
  if (json === '-inf') return Number.NEGATIVE_INFINITY;
  return json === 'nan' ? Number.NaN : Number(json);
}

function compareIds(a: string, b: string): number {
  const [[aMs, aSeq], [bMs, bSeq]] = [a, b].map((id) => id.split('-').map(BigInt));
  return aMs === bMs ? (aSeq < bSeq ? -1 : 1) : aMs < bMs ? -1 : 1;
}
