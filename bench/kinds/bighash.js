const FIELDS_PER_COMMAND = 200;

/**
 * One hash of very many fields: memory must not grow with the largest key.
 *
 * @param {number} size in fields
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* bighash(size, random) {
  for (let start = 0; start < size; start += FIELDS_PER_COMMAND) {
    const command = ['HSET', 'sessions'];
    const end = Math.min(start + FIELDS_PER_COMMAND, size);
    for (let index = start; index < end; index++) {
      command.push(`session:${String(index).padStart(12, '0')}`, random.hex(12));
    }
    yield command;
  }
}
