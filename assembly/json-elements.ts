// The elements of compact containers that were found sound, as JSON. Where room runs out, the host takes what is there and calls
// again with where it stopped.
import {
  decode,
  decodeListpack,
  entrySize,
  integer,
  isInteger,
  backlenSize,
  prevlenSize,
  textAt,
  textLength,
} from './compact';
import { putIntegerScore, putTextScore } from './json-score';
import { out, put, putIntegerString, putString, putUnsigned, writeAt } from './json-text';
import { registers } from './memory';

// Shapes: items of a list or members of a set, fields and values of a hash, members and scores of a sorted set.
const ITEMS: u32 = 0;
const FIELDS: u32 = 1;

// Answers.
const DONE: u32 = 0;
const FULL: u32 = 1;
const SCORE: u32 = 2;

/** Commas, quotes, brackets, a number; and what writing in wide steps needs. */
const MARGIN: usize = 96;

// @ts-ignore: decorator
@inline
function advance(kind: u32, at: usize): usize {
  return at + <usize>(kind == 0 ? entrySize + backlenSize(entrySize) : prevlenSize(at) + entrySize);
}

/** Whether the entry decoded last surely fits. */
// @ts-ignore: decorator
@inline
function fits(outEnd: usize): bool {
  return <u64>out + MARGIN + (isInteger ? 0 : 6 * <u64>textLength) <= <u64>outEnd;
}

// @ts-ignore: decorator
@inline
function putEntry(form: u32): void {
  if (isInteger) putIntegerString(form, integer);
  else putString(form, textAt, textLength);
}

/**
 * Writes the entries from `at` up to the end mark at `limit`; `kind` 0 listpack, 1 ziplist; `first`: no comma in front of the first.
 * Answers DONE, FULL, or SCORE: behind a member whose score is left to the host, which closes the bracket. Registers: the next
 * place for output, the next entry, and of a score its text and length.
 */
export function jsonEntries(
  kind: u32,
  at: usize,
  limit: usize,
  shape: u32,
  form: u32,
  first: u32,
  start: usize,
  outEnd: usize,
): u32 {
  writeAt(start);
  let answer = DONE;
  let comma = first == 0;
  while (at < limit) {
    const mark = out;
    const markAt = at;
    decode(kind, at);
    if (!fits(outEnd)) {
      answer = FULL;
      break;
    }
    if (comma) put(0x2c);
    if (shape > FIELDS) put(0x5b);
    putEntry(form);
    at = advance(kind, at);
    if (shape != ITEMS) {
      decode(kind, at);
      if (!fits(outEnd)) {
        writeAt(mark);
        at = markAt;
        answer = FULL;
        break;
      }
      if (shape == FIELDS) {
        put(0x3a);
        putEntry(form);
      } else {
        put(0x2c);
        if (isInteger ? putIntegerScore(integer) : putTextScore(textAt, textLength)) put(0x5d);
        else {
          at = advance(kind, at);
          answer = SCORE;
          break;
        }
      }
      at = advance(kind, at);
    }
    comma = true;
  }
  store<u32>(registers, <u32>out);
  store<u32>(registers, <u32>at, 4);
  store<u32>(registers, isInteger ? 0 : <u32>textAt, 8);
  store<u32>(registers, textLength, 12);
  store<i64>(registers, integer, 16);
  return answer;
}

/** The same for the integers of an intset, from `at` on. */
export function jsonIntegers(
  at: usize,
  limit: usize,
  width: u32,
  form: u32,
  first: u32,
  start: usize,
  outEnd: usize,
): u32 {
  writeAt(start);
  let comma = first == 0;
  while (at + width <= limit && out + MARGIN <= outEnd) {
    if (comma) put(0x2c);
    comma = true;
    const value = width == 2 ? <i64>load<i16>(at) : width == 4 ? <i64>load<i32>(at) : load<i64>(at);
    putIntegerString(form, value);
    at += width;
  }
  store<u32>(registers, <u32>out);
  store<u32>(registers, <u32>at, 4);
  return at + width <= limit ? FULL : DONE;
}

// @ts-ignore: decorator
@inline
function nextInListpack(at: usize): usize {
  decodeListpack(at);
  return at + <usize>entrySize + backlenSize(entrySize);
}

/**
 * Writes the entries of a stream node (see checkStreamNode) that are not deleted, as {"id":…,"fields":[…]}; from its first entry
 * when `from` is 0.
 */
export function jsonStreamNode(
  blob: usize,
  length: u32,
  ms: u64,
  seq: u64,
  from: usize,
  form: u32,
  first: u32,
  start: usize,
  outEnd: usize,
): u32 {
  writeAt(start);
  const limit = blob + length - 1;
  let at = nextInListpack(nextInListpack(blob + 6));
  at = nextInListpack(at);
  const fields = integer;
  const names = at;
  if (from != 0) at = from;
  else {
    for (let i: i64 = 0; i < fields; i++) at = nextInListpack(at);
    at = nextInListpack(at);
  }
  let comma = first == 0;
  let answer = DONE;
  while (at < limit) {
    const mark = out;
    const markAt = at;
    at = nextInListpack(at);
    const flags = integer;
    at = nextInListpack(at);
    const entryMs = ms + <u64>integer;
    at = nextInListpack(at);
    const entrySeq = seq + <u64>integer;
    const same = (flags & 2) != 0;
    let values = fields;
    if (!same) {
      at = nextInListpack(at);
      values = 2 * integer;
    }
    if ((flags & 1) != 0) {
      for (let i: i64 = 0; i < values; i++) at = nextInListpack(at);
      at = nextInListpack(at);
      continue;
    }
    let full = out + MARGIN > outEnd;
    if (!full) {
      if (comma) put(0x2c);
      store<u64>(out, 0x223a226469227b); // {"id":"
      writeAt(out + 7);
      putUnsigned(entryMs);
      put(0x2d);
      putUnsigned(entrySeq);
      store<u64>(out, 0x646c656966222c22); // ","field
      store<u32>(out, 0x5b3a2273, 8); // s":[
      writeAt(out + 12);
      let name = names;
      for (let i: i64 = 0; i < values; i++) {
        if (same) {
          name = nextInListpack(name);
          full = !fits(outEnd);
          if (full) break;
          if (i > 0) put(0x2c);
          putEntry(form);
        }
        at = nextInListpack(at);
        full = !fits(outEnd);
        if (full) break;
        if (same || i > 0) put(0x2c);
        putEntry(form);
      }
    }
    if (full) {
      writeAt(mark);
      at = markAt;
      answer = FULL;
      break;
    }
    at = nextInListpack(at);
    store<u16>(out, 0x7d5d); // ]}
    writeAt(out + 2);
    comma = true;
  }
  store<u32>(registers, <u32>out);
  store<u32>(registers, <u32>at, 4);
  store<u32>(registers, <u32>comma, 8);
  return answer;
}
