// Values in plain form: strings, and collections that stand element by element.
//   STRING  str                     LIST, SET  len n, str x n
//   HASH    len n, (str, str) x n   ZSET       len n, (str, old double) x n    ZSET_2  len n, (str, f64le) x n
import type { RdbParser } from '../parser.js';

export function walkString(p: RdbParser): boolean {
  if (p.state.stage === 1) return true;
  p.string(p.valueRef, true);
  if (p.detail) p.visitor.string(p.valueRef);
  p.commit();
  if (!p.largeActive) return true;
  p.state.stage = 1;
  return false;
}

export function walkList(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    p.string(p.valueRef, true);
    if (p.detail) p.visitor.listItem(p.valueRef);
    state.left--;
    p.commit();
    if (p.largeActive) return false;
  }
  return true;
}

export function walkSet(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    p.string(p.elementRef, false);
    if (p.detail) p.visitor.setMember(p.elementRef);
    state.left--;
    p.commit();
  }
  return true;
}

export function walkHash(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    p.string(p.elementRef, false);
    p.string(p.valueRef, true);
    if (p.detail) p.visitor.hashField(p.elementRef, p.valueRef, undefined);
    state.left--;
    p.commit();
    if (p.largeActive) return false;
  }
  return true;
}

export function walkZset(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    p.string(p.elementRef, false);
    const at = p.offset;
    const score = oldDouble(p);
    if (p.detail) {
      if (score === undefined) p.problem('ZSET_SCORE_INVALID', at, 'the score is not a number');
      p.visitor.zsetMember(p.elementRef, score ?? 0);
    }
    state.left--;
    p.commit();
  }
  return true;
}

export function walkZset2(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    p.string(p.elementRef, false);
    const score = p.double();
    if (p.detail) p.visitor.zsetMember(p.elementRef, score);
    state.left--;
    p.commit();
  }
  return true;
}

/** Reads the leading count once, into `state.left`; returns false when there is nothing to walk. */
export function readCount(p: RdbParser): boolean {
  const { state } = p;
  if (state.stage === 0) {
    const count = p.length();
    p.commit();
    state.left = count;
    state.stage = 1;
    if (p.detail) p.visitor.collection(count);
  }
  return state.left > 0;
}

/** Servers write at most 17 digits and an exponent; old ones up to 252 bytes of them. */
const LONGEST_NUMBER = 256;

/** One length byte, then text; 253 to 255 stand for NaN and the infinities. undefined when the text is no number. */
function oldDouble(p: RdbParser): number | undefined {
  const length = p.byte();
  if (length === 253) return Number.NaN;
  if (length === 254) return Number.POSITIVE_INFINITY;
  if (length === 255) return Number.NEGATIVE_INFINITY;
  p.require(length);
  const text = latin1(p.bytes, p.position, p.position + length);
  p.position += length;
  return parseDouble(text);
}

/** The number that `text` spells as C's strtod would read it whole, without hexadecimal forms; undefined for anything else. */
export function parseDouble(text: string): number | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  const word = text.toLowerCase();
  if (/^\+?inf(inity)?$/.test(word)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/.test(word)) return Number.NEGATIVE_INFINITY;
  if (/^[+-]?nan$/.test(word)) return Number.NaN;
  return undefined;
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
