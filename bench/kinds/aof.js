import { farExpiry } from './expiry.js';
import { strings } from './strings.js';
import { cities, firstNames } from './words.js';

/**
 * An append-only set as a busy cache leaves it: a snapshot of strings, and more commands since then than it has keys.
 * The size is the number of these commands; the snapshot has a fixed share of it.
 */
const BASE_SHARE = 0.95;

/** @param {number} size */
function baseKeys(size) {
  return Math.max(1, Math.round(size * BASE_SHARE));
}

/**
 * @param {number} size
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function base(size, random) {
  return strings(baseKeys(size), random);
}

/**
 * What a web application writes: sessions, counters, fields, queues, scores, and some deletes; a few in transactions.
 * None fails, and each is logged as one command.
 *
 * @param {number} size
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* incr(size, random) {
  for (let index = 0; index < size; index++) {
    const user = 1_000_000 + random.int(0, size >>> 2);
    const kind = random.int(0, 99);
    if (kind < 35) yield ['SET', `user:${user}:token`, random.hex(random.int(8, 46)), 'PXAT', farExpiry(random)];
    else if (kind < 50) yield ['INCRBY', `counter:${user % 5000}`, random.int(1, 99)];
    else if (kind < 70) yield ['HSET', `profile:${user}`, 'name', random.pick(firstNames), 'city', random.pick(cities)];
    else if (kind < 80) yield ['RPUSH', `queue:${user % 100}`, random.hex(random.int(16, 48))];
    else if (kind < 90) yield ['ZADD', `board:${user % 50}`, random.int(1, 1e6), `user:${user}`];
    else if (kind < 95) yield ['SADD', `tag:${user % 1000}`, `user:${user}`];
    else if (kind < 98) yield ['SET', `page:${user % 1000}`, random.hex(440)];
    else {
      yield ['MULTI'];
      yield ['INCRBY', `counter:${user % 5000}`, 1];
      yield ['SADD', 'active', `user:${user}`];
      yield ['EXEC'];
      index += 3;
    }
  }
}
