import { hash, list, set, stream, zset } from './collections.js';
import { farExpiry } from './expiry.js';

/** Ten slots, one drawn per key: the share of each type. */
const types = [hash, hash, hash, list, list, set, set, zset, zset, stream];

/**
 * All collection types side by side, most of them small, with a few large ones among them.
 *
 * @param {number} size
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* mixed(size, random) {
  for (let index = 0; index < size; index++) {
    const type = random.pick(types);
    const key = `${type.name}:${1_000_000 + index}`;
    yield* type(key, lengthOf(random), random);
    if (random.chance(0.05)) yield ['PEXPIREAT', key, farExpiry(random)];
  }
}

/**
 * In elements: 5 to 60 and rather small than large, 1 in 100 up to 500, 1 in 5000 from 1000 to 20,000.
 *
 * @param {import('../random.js').Random} random
 */
function lengthOf(random) {
  if (random.chance(1 / 5000)) return random.int(1000, 20_000);
  if (random.chance(1 / 100)) return random.int(61, 500);
  return Math.min(random.int(5, 60), random.int(5, 60));
}
