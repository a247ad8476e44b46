import { farExpiry } from './expiry.js';
import { strings } from './strings.js';

/** What stands behind a user in the names of `strings`, in the order in which it writes them. */
const attributes = ['name', 'city', 'token', 'visits'];

/** Of the keys: how many get another value, go, come, and keep their value with another expiry. */
const CHANGED = 0.01;
const REMOVED = 0.005;
const ADDED = 0.005;
const MOVED = 0.005;

/** The first snapshot. */
export const before = strings;

/**
 * What happens up to the second one. Which keys is left to chance, so a few have more than one change.
 *
 * @param {number} size
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* after(size, random) {
  const any = () => {
    const index = random.int(0, size - 1);
    return `user:${1_000_000 + (index >>> 2)}:${attributes[index & 3]}`;
  };
  for (let i = 0; i < size * CHANGED; i++) yield ['SET', any(), random.hex(random.int(5, 20)), 'KEEPTTL'];
  for (let i = 0; i < size * MOVED; i++) yield ['PEXPIREAT', any(), farExpiry(random)];
  for (let i = 0; i < size * REMOVED; i++) yield ['DEL', any()];
  for (let i = 0; i < size * ADDED; i++) yield ['SET', `session:${random.hex(16)}`, random.hex(20)];
}
