// What a second thread checks while the first one parses on: whole values, answered with sound or "look again". The first
// thread then looks itself, while the bytes are still there, and says what is wrong.
import { checkIntset, checkListpack, checkZiplist, scoresNeedLook } from './compact';
import { lzfDecode, lzfMeasure } from './lzf';
import { registers } from './memory';

const SOUND: u32 = 0;
const LOOK_AGAIN: u32 = 1;

// Kinds; the same list stands in src/bytes/side-thread.ts.
const STRING: u32 = 0;
const LISTPACK: u32 = 1;
const ZIPLIST: u32 = 2;

// Flags.
const COMPRESSED: u32 = 1;
const UNIQUE: u32 = 2;
const SCORES: u32 = 4;

/** `scratch` has room for a decompressed container, `table` has `slots` words. */
export function checkValue(
  kind: u32,
  flags: u32,
  tuple: u32,
  payload: usize,
  stored: u32,
  length: u32,
  scratch: usize,
  table: usize,
  slots: u32,
): u32 {
  let blob = payload;
  if (flags & COMPRESSED) {
    const end = payload + stored;
    const answer = kind == STRING ? lzfMeasure(payload, end, 0) : lzfDecode(payload, end, scratch, scratch + length, 0);
    if (answer != 0 || load<u32>(registers) != stored || load<u32>(registers, 4) != length) return LOOK_AGAIN;
    blob = scratch;
  }
  if (kind == STRING) return SOUND;
  const unique = (flags & UNIQUE) != 0;
  let answer: u32;
  if (kind == LISTPACK) answer = checkListpack(blob, length, tuple, unique, table, slots);
  else if (kind == ZIPLIST) answer = checkZiplist(blob, length, tuple, unique, table, slots);
  else answer = checkIntset(blob, length);
  // Nothing in it is worth a look, too.
  if (answer != 0 || load<u32>(registers, 4) == 0) return LOOK_AGAIN;
  return flags & SCORES ? scoresNeedLook(kind == ZIPLIST, blob, length) : SOUND;
}
