/**
 * One value that is larger than the memory a reader may use: it has to pass through in pieces, as it stands in the
 * dump or, when the server found it worth compressing, through LZF.
 */
import { cities, lastNames, words } from './words.js';

/**
 * @param {number} size in bytes
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* incompressible(size, random) {
  const value = new Uint32Array(Math.ceil(size / 4));
  for (let index = 0; index < value.length; index++) value[index] = random.bits();
  yield ['SET', 'archive', Buffer.from(value.buffer, 0, size)];
}

/**
 * A log of a web server.
 *
 * @param {number} size in bytes
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* repetitive(size, random) {
  const value = Buffer.alloc(size);
  let time = 1_700_000_000_000;
  for (let used = 0; used < size; ) {
    time += random.int(0, 400);
    const client = `10.${random.int(0, 3)}.${random.int(0, 255)}.${random.int(1, 254)}`;
    const path = `/${random.pick(cities).toLowerCase()}/${random.pick(words)}/${random.int(1, 9999)}`;
    const line = `${time} ${client} "GET ${path} HTTP/1.1" 200 ${random.int(100, 99_999)} user=${random.pick(lastNames)} upstream=app-${random.int(1, 8)} cache=MISS\n`;
    used += value.write(line, used, 'latin1');
  }
  yield ['SET', 'log', value];
}
