/**
 * A seeded source of random numbers (mulberry32), so that every machine benchmarks the same values. `Math.random`
 * cannot be seeded, and a cryptographic source would be slower than the server that takes the data.
 *
 * @typedef {object} Random
 * @property {() => number} bits 32 random bits, as an integer from 0 to 2^32 - 1
 * @property {(min: number, max: number) => number} int an integer from `min` to `max`, both included
 * @property {(probability: number) => boolean} chance true with the given probability
 * @property {<T>(items: readonly T[]) => T} pick one of the items
 * @property {(length: number) => string} hex that many hexadecimal digits
 */

/**
 * @param {string} seed any text: the same text gives the same numbers
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = hash(seed);

  function bits() {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** @param {number} min @param {number} max */
  function int(min, max) {
    return min + Math.floor((bits() / 2 ** 32) * (max - min + 1));
  }

  return {
    bits,
    int,
    chance: (probability) => bits() < probability * 2 ** 32,
    pick: (items) => items[int(0, items.length - 1)],
    hex(length) {
      let digits = '';
      while (digits.length < length) digits += bits().toString(16).padStart(8, '0');
      return digits.slice(0, length);
    },
  };
}

/**
 * FNV-1a, to spread a seed's text over the 32 bits of state.
 *
 * @param {string} text
 */
function hash(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}
