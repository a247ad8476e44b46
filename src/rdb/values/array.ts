// ARRAY (Redis 8.8): len count, len has_insert, [len insert_index], count x (len index, len tag, payload).
// tag 0: str, 1: i64le, 2: f64le, 3: str of at most seven bytes. Holes are not stored.
import { arrayDoubleText } from '../array-text.js';
import type { RdbParser } from '../parser.js';

const LARGEST_INDEX = 2n ** 64n - 2n;
const SHORT_STRING = 7;

export function walkArray(p: RdbParser): boolean {
  const { state } = p;
  if (state.stage === 0) {
    const at = p.offset;
    const count = p.length();
    const hasInsert = p.length();
    if (hasInsert !== 0) p.length();
    const insertIndex = hasInsert === 0 ? undefined : p.exactLength();
    p.commit();
    state.left = count;
    state.stage = 1;
    if (p.detail) {
      if (count === 0) p.problem('ARRAY_EMPTY', at, 'the array announces no element');
      if (hasInsert > 1) p.problem('ARRAY_INSERT_INDEX_INVALID', at, `the insert index flag is ${hasInsert}`);
      if (insertIndex !== undefined && insertIndex > LARGEST_INDEX) {
        p.problem('ARRAY_INSERT_INDEX_INVALID', at, `the insert index is ${insertIndex}`);
      }
      p.visitor.arrayStart(count, insertIndex);
    }
  }
  while (state.left > 0) {
    p.breathe();
    if (readElement(p)) return false;
  }
  return true;
}

/** Returns true when a large string has to pass first. */
function readElement(p: RdbParser): boolean {
  const at = p.offset;
  p.length();
  const index = p.exactLength();
  const tag = p.length();
  let double = 0;
  if (tag === 0) p.string(p.valueRef, true);
  else if (tag === 1) p.valueRef.setText(String(p.bigint64()), 8);
  else if (tag === 2) {
    double = p.double();
    p.valueRef.setText(arrayDoubleText(double), 8);
  } else if (tag === 3) p.string(p.valueRef, false);
  else p.stop('ARRAY_TAG_UNKNOWN', p.mark, `an element has the tag ${tag}; 0 to 3 are known`);
  if (p.detail) {
    if (index > LARGEST_INDEX) p.problem('ARRAY_INDEX_INVALID', at, `the index ${index} is out of range`);
    if (tag === 3 && p.valueRef.length > SHORT_STRING) {
      p.problem('ARRAY_SHORT_STRING_TOO_LONG', at, `a short string has ${p.valueRef.length} bytes`);
    }
    p.visitor.arrayElement(index, p.valueRef, tag, double);
  }
  p.state.left--;
  p.commit();
  return p.largeActive;
}
