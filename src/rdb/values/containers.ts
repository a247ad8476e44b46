// Values that stand in compact containers, each of which is one string of the file.
//   blob             str                        QUICKLIST    len n, str (ziplist) x n
//   HASH_LISTPACK_EX i64le min_expire, str      QUICKLIST_2  len n, (len container, str) x n
import type { RdbParser } from '../parser.js';
import { readCount } from './plain.js';

const PLAIN_NODE = 1;
const PACKED_NODE = 2;

export function walkBlob(p: RdbParser): boolean {
  const at = p.offset;
  p.string(p.blobRef, false);
  emit(p, at);
  p.commit();
  return true;
}

export function walkListpackEx(p: RdbParser): boolean {
  if (p.state.stage === 0) {
    const minimum = p.int64();
    p.commit();
    p.state.stage = 1;
    if (p.detail) p.visitor.hashMinExpire(minimum);
  }
  return walkBlob(p);
}

export function walkQuicklist(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    walkBlob(p);
    state.left--;
  }
  return true;
}

export function walkQuicklist2(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    const at = p.offset;
    const container = p.length();
    if (container === PACKED_NODE) {
      p.string(p.blobRef, false);
      emit(p, at);
    } else {
      p.string(p.valueRef, true);
      if (p.detail) {
        if (container !== PLAIN_NODE) {
          p.problem('QUICKLIST_BAD_CONTAINER', at, `node container ${container} is neither 1 (plain) nor 2 (packed)`);
        }
        p.visitor.listItem(p.valueRef);
      }
    }
    state.left--;
    p.commit();
    if (p.largeActive) return false;
  }
  return true;
}

/** Hands the blob over as it stands; or its elements, when the visitor asked for data. */
function emit(p: RdbParser, offset: number): void {
  if (!p.detail) return;
  const { container, tuple } = p.key.type;
  if (container === undefined) return;
  if (!p.expand) {
    p.visitor.container(container, p.blobRef, tuple);
    return;
  }
  const fault = p.blobRef.resolve();
  if (fault) p.problem(fault, offset, 'the compressed container does not decode');
  else p.expander.container(container, tuple, offset);
}
