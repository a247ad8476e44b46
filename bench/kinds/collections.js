/**
 * The commands that build one collection of a given length. Which encoding the server picks follows from its default
 * limits: elements of at most 64 bytes and not too many of them stay in one listpack or intset.
 */
import { cities, firstNames, lastNames, sentence, words } from './words.js';

/** @typedef {import('../random.js').Random} Random */
/** @typedef {Iterable<import('../resp.js').Argument[]>} Commands */

/** Longer commands would only make the server hold more of its input at once. */
const PER_COMMAND = 500;

/**
 * @param {(string | number)[]} head the command and the key
 * @param {number} length
 * @param {(index: number) => (string | number)[]} element its arguments
 * @returns {Commands}
 */
function* batches(head, length, element) {
  for (let start = 0; start < length; start += PER_COMMAND) {
    const command = [...head];
    const end = Math.min(start + PER_COMMAND, length);
    for (let index = start; index < end; index++) command.push(...element(index));
    yield command;
  }
}

/**
 * Short text, a number or a name, as they are found side by side in one collection.
 *
 * @param {Random} random
 */
function scalar(random) {
  switch (random.int(0, 4)) {
    case 0:
      return random.int(-100, 10 ** random.int(1, 10));
    case 1:
      return random.pick(words);
    case 2:
      return `${random.pick(firstNames)} ${random.pick(lastNames)}`;
    case 3:
      return random.hex(random.int(8, 40));
    default:
      return `${random.pick(cities)}:${random.int(1, 9999)}`;
  }
}

/** @param {string} key @param {number} length @param {Random} random */
export function hash(key, length, random) {
  // One value beyond 64 bytes makes even a small hash a hashtable.
  const long = random.chance(0.08) ? random.int(0, length - 1) : -1;
  return batches(['HSET', key], length, (index) => [
    `${random.pick(words)}_${index}`,
    index === long ? sentence(random, random.int(20, 60)) : scalar(random),
  ]);
}

/** @param {string} key @param {number} length @param {Random} random */
export function list(key, length, random) {
  const text = random.chance(0.1);
  return batches(['RPUSH', key], length, () => [text ? sentence(random, random.int(5, 40)) : scalar(random)]);
}

/** @param {string} key @param {number} length @param {Random} random */
export function set(key, length, random) {
  if (!random.chance(0.4)) return batches(['SADD', key], length, (index) => [`${random.pick(words)}:${index}`]);
  // An intset has 2, 4 or 8 bytes per member, whatever its largest one needs.
  const step = random.pick([3, 300, 2 ** 33]);
  return batches(['SADD', key], length, (index) => [(index + 1) * step + random.int(0, step - 1)]);
}

/** @param {string} key @param {number} length @param {Random} random */
export function zset(key, length, random) {
  const long = random.chance(0.08) ? random.int(0, length - 1) : -1;
  const whole = random.chance(0.5);
  return batches(['ZADD', key], length, (index) => [
    whole ? random.int(0, 1_000_000) : random.int(0, 1_000_000_000) / 1000,
    index === long ? `${sentence(random, random.int(20, 40))}${index}` : `${random.pick(lastNames)}:${index}`,
  ]);
}

/**
 * A stream of measurements; half of them are read by groups, whose consumers have not confirmed everything.
 *
 * @param {string} key
 * @param {number} length
 * @param {Random} random
 * @returns {Commands}
 */
export function* stream(key, length, random) {
  /** @type {string[]} */
  const ids = [];
  let time = 1_700_000_000_000 + random.int(0, 1_000_000_000);
  for (let index = 0; index < length; index++) {
    time += random.int(1, 5000);
    const id = `${time}-${random.chance(0.9) ? 0 : random.int(1, 9)}`;
    ids.push(id);
    const fields = ['sensor', random.int(1, 500), 'temperature', random.int(-200, 450) / 10];
    // Entries whose fields differ from the first one's are stored in another way.
    if (random.chance(0.1)) fields.push('note', sentence(random, 4));
    yield ['XADD', key, id, ...fields];
  }
  if (random.chance(0.2)) yield ['XDEL', key, random.pick(ids)];
  if (random.chance(0.5)) return;
  for (let group = random.int(1, 3); group > 0; group--) {
    const name = `group-${group}`;
    yield ['XGROUP', 'CREATE', key, name, 0];
    for (let consumer = random.int(0, 3); consumer > 0; consumer--) {
      const count = random.int(1, Math.ceil(length / 3));
      yield ['XREADGROUP', 'GROUP', name, `consumer-${consumer}`, 'COUNT', count, 'STREAMS', key, '>'];
    }
    yield ['XACK', key, name, ...ids.slice(0, random.int(1, Math.min(ids.length, PER_COMMAND)))];
  }
}
