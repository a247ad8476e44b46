// SipHash as its authors describe it, with any number of rounds, so that the published vectors of SipHash-2-4 vouch for the
// code that then tells what SipHash-1-3 has to give.

const MASK = (1n << 64n) - 1n;

export interface SipRounds {
  compression: number;
  finalization: number;
}

/** The 64-bit form. */
export function sipHash(rounds: SipRounds, k0: bigint, k1: bigint, bytes: Uint8Array): bigint {
  const v = state(k0, k1);
  absorb(v, rounds.compression, bytes);
  v[2] ^= 0xffn;
  return squeeze(v, rounds.finalization);
}

/** The 128-bit form, as its two words in the order in which they are stored. */
export function sipHash128(rounds: SipRounds, k0: bigint, k1: bigint, bytes: Uint8Array): [bigint, bigint] {
  const v = state(k0, k1);
  v[1] ^= 0xeen;
  absorb(v, rounds.compression, bytes);
  v[2] ^= 0xeen;
  const first = squeeze(v, rounds.finalization);
  v[1] ^= 0xddn;
  return [first, squeeze(v, rounds.finalization)];
}

function state(k0: bigint, k1: bigint): bigint[] {
  const text = Buffer.from('somepseudorandomlygeneratedbytes', 'latin1');
  return [0, 8, 16, 24].map((at, i) => text.readBigUInt64BE(at) ^ (i % 2 === 0 ? k0 : k1));
}

function absorb(v: bigint[], rounds: number, bytes: Uint8Array): void {
  const padded = Buffer.alloc((Math.floor(bytes.length / 8) + 1) * 8);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 0xff;
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at);
    v[3] ^= word;
    for (let i = 0; i < rounds; i++) round(v);
    v[0] ^= word;
  }
}

function squeeze(v: bigint[], rounds: number): bigint {
  for (let i = 0; i < rounds; i++) round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

function round(v: bigint[]): void {
  half(v, 0, 1, 13n);
  v[0] = rotate(v[0], 32n);
  half(v, 2, 3, 16n);
  half(v, 0, 3, 21n);
  half(v, 2, 1, 17n);
  v[2] = rotate(v[2], 32n);
}

function half(v: bigint[], a: number, b: number, by: bigint): void {
  v[a] = (v[a] + v[b]) & MASK;
  v[b] = rotate(v[b], by) ^ v[a];
}

function rotate(word: bigint, by: bigint): bigint {
  return ((word << by) | (word >> (64n - by))) & MASK;
}
