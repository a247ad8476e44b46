// LZF as Redis writes it. A control byte below 32 announces that many literals plus one; any other byte is a reference:
// length in the top three bits (7 = one more length byte), then 13 bits of distance.
//
// Both kernels stop between tokens, so a string passes through in pieces of any size: the caller calls again with the rest
// of the input, and for decoding keeps the last 8 KiB of output in front of `out`, the farthest that a reference can reach.
import { LZF_TOKENS, registers } from './memory';

/** For each control byte: bytes it takes (8 bits), bytes it gives (8), 255 when a length byte follows (8), 1 for a reference. */
export function lzfInit(): void {
  for (let control: u32 = 0; control < 256; control++) {
    let token: u32;
    if (control < 32) token = (control + 2) | ((control + 1) << 8);
    else if (control < 224) token = 2 | (((control >> 5) + 2) << 8) | (1 << 24);
    else token = 3 | (9 << 8) | (0xff << 16) | (1 << 24);
    store<u32>(LZF_TOKENS + (control << 2), token);
  }
}

// @ts-ignore: decorator
@inline
const OK: u32 = 0; // stopped where the input ends, or before a token that is not complete
// @ts-ignore: decorator
@inline
const OUTPUT_FULL: u32 = 1; // the next token does not fit
// @ts-ignore: decorator
@inline
const BAD_REFERENCE: u32 = 2; // a reference before the start of the output

// @ts-ignore: decorator
@inline
function finish(code: u32, consumed: usize, produced: usize): u32 {
  store<u32>(registers, <u32>consumed);
  store<u32>(registers, <u32>produced, 4);
  return code;
}

/**
 * Decodes into [out, outEnd). `reach` is how many bytes of earlier output stand before `out`.
 * Copies run up to 15 bytes past the end of a token, never past `outEnd` plus 32: callers leave that much room.
 * Leaves consumed and produced bytes in the registers.
 */
export function lzfDecode(source: usize, sourceEnd: usize, out: usize, outEnd: usize, reach: u32): u32 {
  let s = source;
  let d = out;
  const floor = out - reach;
  while (s < sourceEnd) {
    const control: u32 = load<u8>(s);
    if (control < 32) {
      const n: usize = control + 1;
      if (s + 1 + n > sourceEnd) break;
      if (d + n > outEnd) return finish(OUTPUT_FULL, s - source, d - out);
      v128.store(d, v128.load(s + 1));
      v128.store(d + 16, v128.load(s + 17));
      s += n + 1;
      d += n;
    } else {
      let n: usize = control >> 5;
      let head: usize = 2;
      if (n == 7) {
        if (s + 3 > sourceEnd) break;
        n += load<u8>(s, 1);
        head = 3;
      } else if (s + 2 > sourceEnd) break;
      const distance: usize = (((control & 0x1f) << 8) | <u32>load<u8>(s + head - 1)) + 1;
      n += 2;
      const from = d - distance;
      if (d - floor < distance) return finish(BAD_REFERENCE, s - source, d - out);
      if (d + n > outEnd) return finish(OUTPUT_FULL, s - source, d - out);
      s += head;
      const end = d + n;
      if (distance >= 16) {
        let f = from;
        do {
          v128.store(d, v128.load(f));
          d += 16;
          f += 16;
        } while (d < end);
      } else if (distance == 1) {
        const run = i8x16.splat(load<u8>(from));
        do {
          v128.store(d, run);
          d += 16;
        } while (d < end);
      } else {
        let f = from;
        do {
          store<u8>(d++, load<u8>(f++));
        } while (d < end);
      }
      d = end;
    }
  }
  return finish(OK, s - source, d - out);
}

// A literal run takes at most 33 bytes of input, so that many may be read from any token on.
// @ts-ignore: decorator
@inline
const LONGEST_TOKEN: usize = 33;

/**
 * Walks the tokens without writing anything: enough to know that a string nobody asked to see would decode, and to how
 * many bytes. `reach` is how many bytes came out before. Leaves consumed and produced bytes in the registers.
 */
export function lzfMeasure(source: usize, sourceEnd: usize, reach: u32): u32 {
  let s = source;
  let produced: u64 = 0;
  let bad: u32 = 0;
  // Which kind a token is cannot be predicted, so a table gives what both kinds have in common: no branch depends on the data.
  const safeEnd = sourceEnd - source > LONGEST_TOKEN ? sourceEnd - LONGEST_TOKEN : source;
  while (s < safeEnd) {
    const control: u32 = load<u8>(s);
    const token = load<u32>(LZF_TOKENS + (<usize>control << 2));
    const next: u32 = load<u16>(s, 1);
    const long = (token >> 16) & 0xff; // 255 for a reference with a length byte
    const low = (next >> (long & 8)) & 0xff;
    const distance = ((((control & 0x1f) << 8) | low) + 1) & (0 - (token >> 24));
    bad |= <u32>(produced + reach < <u64>distance);
    produced += ((token >> 8) & 0xff) + (next & long);
    s += token & 0xff;
  }
  if (bad) {
    s = source;
    produced = 0;
  }
  while (s < sourceEnd) {
    const control: u32 = load<u8>(s);
    if (control < 32) {
      const next = s + control + 2;
      if (next > sourceEnd) break;
      produced += control + 1;
      s = next;
    } else {
      let n: u32 = control >> 5;
      let head: usize = 2;
      if (n == 7) {
        if (s + 3 > sourceEnd) break;
        n += load<u8>(s, 1);
        head = 3;
      } else if (s + 2 > sourceEnd) break;
      // A distance is at most 8192, so this matters only near the start; `reach` may saturate.
      const distance = (((control & 0x1f) << 8) | <u32>load<u8>(s + head - 1)) + 1;
      if (produced + reach < <u64>distance) return finish(BAD_REFERENCE, s - source, clamp(produced));
      produced += n + 2;
      s += head;
    }
  }
  return finish(OK, s - source, clamp(produced));
}

/** More than the register holds is more than any claim. */
// @ts-ignore: decorator
@inline
function clamp(produced: u64): usize {
  return produced > 0xffffffff ? 0xffffffff : <usize>produced;
}
