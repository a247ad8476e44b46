// Compact containers that a server would take apart while it loads them: their elements by length.
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { EntryCursor } from '../../rdb/containers/cursor.js';
import { IntsetCursor } from '../../rdb/containers/intset.js';
import { ListpackCursor } from '../../rdb/containers/listpack.js';
import { ZiplistCursor } from '../../rdb/containers/ziplist.js';
import { readZipmap } from '../../rdb/containers/zipmap.js';
import type { ContainerKind } from '../../rdb/format.js';
import type { CollectionKind, CollectionMemory } from './collection-memory.js';
import { decimalLength, integerEntryBytes, LISTPACK_FRAME, textEntryBytes, ZIPLIST_FRAME } from './listpack-size.js';

/** Larger containers are not decoded: their elements count by the mean. */
const MOST_DECODED = 256 * 1024;
/** What an entry has beside its text, on average. */
const ENTRY_FRAME = 2;

/** Adds the elements of containers to a collection. */
export class ContainerWalk {
  private readonly listpack = new ListpackCursor();
  private readonly ziplist = new ZiplistCursor();

  /** `elements` counts for containers that are too large or damaged. */
  add(
    into: CollectionMemory,
    type: CollectionKind,
    kind: ContainerKind,
    blob: BytesRef,
    tuple: number,
    elements: number,
  ): void {
    if (blob.length > MOST_DECODED || blob.resolve() !== undefined) {
      addMean(into, type, blob.length, tuple, elements);
      return;
    }
    if (kind === 'zipmap') {
      const map = readZipmap(blob.buffer, blob.start, blob.end);
      if (!map.ok) return;
      for (const { fieldStart, fieldEnd, valueStart, valueEnd } of map.pairs) {
        into.fieldOf(fieldEnd - fieldStart, valueEnd - valueStart, undefined);
      }
      return;
    }
    const cursor = this.cursor(kind, blob);
    while (cursor?.next()) {
      const length = lengthOf(cursor);
      if (type === 'set') {
        into.memberOf(length);
        continue;
      }
      if (!cursor.next()) return;
      if (type === 'zset') {
        into.zsetMemberOf(length);
        continue;
      }
      const value = lengthOf(cursor);
      let expiry: number | undefined;
      if (tuple === 3) {
        if (!cursor.next()) return;
        if (cursor.integer && cursor.value !== 0) expiry = Number(cursor.value);
      }
      into.fieldOf(length, value, expiry);
    }
  }

  /** Bytes of the listpack that a server makes from a ziplist. */
  listpackBytes(blob: BytesRef): number {
    const like = Math.max(0, blob.length - ZIPLIST_FRAME) + LISTPACK_FRAME;
    if (blob.length > MOST_DECODED || blob.resolve() !== undefined) return like;
    const { ziplist } = this;
    if (!ziplist.open(blob.buffer, blob.start, blob.end)) return like;
    let bytes = LISTPACK_FRAME;
    while (ziplist.next()) {
      bytes += ziplist.integer ? integerEntryBytes(Number(ziplist.value)) : textEntryBytes(ziplist.end - ziplist.start);
    }
    return bytes;
  }

  private cursor(kind: ContainerKind, blob: BytesRef): EntryCursor | undefined {
    if (kind === 'intset') return isIntset(blob) ? new IntsetCursor(blob.view()) : undefined;
    const cursor = kind === 'listpack' ? this.listpack : this.ziplist;
    return cursor.open(blob.buffer, blob.start, blob.end) ? cursor : undefined;
  }
}

/** With a width that an intset can have. */
function isIntset({ buffer, start, end }: BytesRef): boolean {
  const width = buffer[start];
  return end - start >= 8 && (width === 2 || width === 4 || width === 8) && buffer[start + 1] === 0;
}

function lengthOf(cursor: EntryCursor): number {
  return cursor.integer ? decimalLength(cursor.value) : cursor.end - cursor.start;
}

function addMean(into: CollectionMemory, type: CollectionKind, bytes: number, tuple: number, elements: number): void {
  const mean = Math.max(0, Math.round(bytes / Math.max(1, elements * tuple)) - ENTRY_FRAME);
  if (type === 'set') into.memberOf(mean, elements);
  else if (type === 'zset') into.zsetMemberOf(mean, elements);
  else into.fieldOf(mean, mean, undefined, elements);
}
