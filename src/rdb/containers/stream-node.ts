// The listpack of a stream node. Ids are relative to the node's id, fields to the fields of its master entry.
//   master: count, deleted, n, field x n, 0
//   entry:  flags, ms diff, seq diff, (SAME_FIELDS: value x n | n, (field, value) x n), count of entries before this one
import type { BytesRef } from '../bytes-ref.js';
import { StreamId } from '../stream-id.js';
import { ListpackCursor } from './listpack.js';

const DELETED = 1;
const SAME_FIELDS = 2;

/** What a walk over one node meets. */
export interface StreamNodeVisitor {
  /** One entry; `deleted` ones are tombstones. `cursor` stands before its first value: call `fields` to read them. */
  entry(id: StreamId, deleted: boolean): void;
}

/** Why a node cannot be read, or undefined with what it holds. */
export interface StreamNodeResult {
  readonly problem: string | undefined;
  /** A wrong count that does not keep anybody from reading the entries. */
  readonly countProblem: string | undefined;
  readonly live: number;
  readonly deleted: number;
}

const TWO_32 = 2 ** 32;

/**
 * Walks nodes whose listpack is sound. One object serves for many nodes. With `collect` the fields and values of each entry
 * are copied into `values`; without, nothing is allocated.
 */
export class StreamNodeWalker {
  /** Of the entry at hand, with `collect`: field, value, field, value… */
  values: Uint8Array[] = [];
  private readonly cursor = new ListpackCursor();
  private readonly id = new StreamId();
  private masterFields: Uint8Array[] = [];

  walk(
    blob: BytesRef,
    master: StreamId,
    collect: boolean,
    visitor: StreamNodeVisitor,
    scratch: BytesRef,
  ): StreamNodeResult {
    const { cursor } = this;
    cursor.open(blob.buffer, blob.start, blob.end);
    const count = this.number();
    const deleted = this.number();
    const fields = this.number();
    if (count === undefined || deleted === undefined || fields === undefined)
      return bad('its master entry has no counts');
    if (count < 0 || deleted < 0 || fields < 0) return bad('its master entry has a negative count');
    this.masterFields = [];
    for (let i = 0; i < fields; i++) {
      if (!cursor.next()) return bad('its master entry ends early');
      if (collect) this.masterFields.push(this.take(scratch));
    }
    if (this.number() !== 0) return bad('its master entry does not end with 0');
    let live = 0;
    let tombstones = 0;
    while (cursor.next()) {
      const flags = cursor.integer ? Number(cursor.value) : -1;
      if (flags < 0) return bad('the flags of an entry are no number');
      const problem = this.entry(flags, master, fields, collect, scratch);
      if (problem) return bad(problem);
      const isDeleted = (flags & DELETED) !== 0;
      if (isDeleted) tombstones++;
      else live++;
      visitor.entry(this.id, isDeleted);
    }
    const countProblem =
      live === count && tombstones === deleted
        ? undefined
        : `it announces ${count} entries and ${deleted} deleted ones, and holds ${live} and ${tombstones}`;
    return { problem: undefined, countProblem, live, deleted: tombstones };
  }

  /** Reads one entry behind its flags; returns what is wrong with it. */
  private entry(
    flags: number,
    master: StreamId,
    masterCount: number,
    collect: boolean,
    scratch: BytesRef,
  ): string | undefined {
    const { cursor } = this;
    if (!cursor.next() || !cursor.integer) return 'the id of an entry is no number';
    const ms = cursor.value;
    if (!cursor.next() || !cursor.integer) return 'the id of an entry is no number';
    add(this.id, master, ms, cursor.value);
    if (collect) this.values = [];
    const same = (flags & SAME_FIELDS) !== 0;
    let count = masterCount;
    if (!same) {
      const own = this.number();
      if (own === undefined || own < 0) return 'the number of fields of an entry is no number';
      count = own;
    }
    for (let i = 0; i < count; i++) {
      if (!same) {
        if (!cursor.next()) return 'an entry ends early';
        if (collect) this.values.push(this.take(scratch));
      } else if (collect) this.values.push(this.masterFields[i]);
      if (!cursor.next()) return 'an entry ends early';
      if (collect) this.values.push(this.take(scratch));
    }
    const before = same ? masterCount + 3 : 2 * count + 4;
    return this.number() === before ? undefined : 'an entry ends with a wrong count';
  }

  private number(): number | undefined {
    return this.cursor.next() && this.cursor.integer ? Number(this.cursor.value) : undefined;
  }

  private take(scratch: BytesRef): Uint8Array {
    this.cursor.load(scratch);
    return scratch.toBytes();
  }
}

function bad(problem: string): StreamNodeResult {
  return { problem, countProblem: undefined, live: 0, deleted: 0 };
}

/** `id` = `master` plus two signed differences, each half modulo 2^64. */
function add(id: StreamId, master: StreamId, ms: number | bigint, seq: number | bigint): void {
  if (typeof ms === 'number' && typeof seq === 'number') {
    const msLow = master.msLow + (ms >>> 0);
    const msHigh = master.msHigh + Math.floor(ms / TWO_32) + (msLow >= TWO_32 ? 1 : 0);
    const seqLow = master.seqLow + (seq >>> 0);
    const seqHigh = master.seqHigh + Math.floor(seq / TWO_32) + (seqLow >= TWO_32 ? 1 : 0);
    id.set(msHigh, msLow, seqHigh, seqLow);
    return;
  }
  const wideMs = BigInt.asUintN(64, master.ms + BigInt(ms));
  const wideSeq = BigInt.asUintN(64, master.seq + BigInt(seq));
  id.set(Number(wideMs >> 32n), Number(wideMs & 0xffffffffn), Number(wideSeq >> 32n), Number(wideSeq & 0xffffffffn));
}
