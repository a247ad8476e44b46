import { farExpiry } from './expiry.js';
import { cities, firstNames, lastNames } from './words.js';

/** Each user has one key per attribute: values of 5 to 20 bytes, and counters that the server stores as integers. */
const attributes = /** @type {const} */ (['name', 'city', 'token', 'visits']);

/**
 * Many small strings, where the work per key counts and not the work per byte. One in ten has an expiry.
 *
 * @param {number} size
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* strings(size, random) {
  for (let index = 0; index < size; index++) {
    const attribute = attributes[index & 3];
    const key = `user:${1_000_000 + (index >>> 2)}:${attribute}`;
    const value = valueFor(attribute, random);
    yield random.chance(0.1) ? ['SET', key, value, 'PXAT', farExpiry(random)] : ['SET', key, value];
  }
}

/**
 * @param {typeof attributes[number]} attribute
 * @param {import('../random.js').Random} random
 */
function valueFor(attribute, random) {
  switch (attribute) {
    case 'name':
      return `${random.pick(firstNames)} ${random.pick(lastNames)}`.slice(0, 20);
    case 'city':
      return `${random.pick(cities)}/${random.int(10_000, 99_999)}`;
    case 'token':
      return random.hex(random.int(5, 20));
    case 'visits':
      return random.int(0, 10 ** random.int(2, 9));
  }
}
