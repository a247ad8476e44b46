/**
 * As many prefixes of two levels as there are keys: more than a table of fixed size holds.
 *
 * @param {number} size
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* prefixes(size) {
  for (let index = 0; index < size; index++) {
    yield ['SET', `tenant:${1_000_000 + index}:plan`, `plan-${index % 7}`];
  }
}
