/** 2100-01-01, in milliseconds since the epoch: a dump that is reused for years must not expire in between. */
const FAR_FUTURE = 4_102_444_800_000;
const TEN_YEARS = 315_360_000_000;

/**
 * @param {import('../random.js').Random} random
 * @returns {number} milliseconds since the epoch
 */
export function farExpiry(random) {
  return FAR_FUTURE + random.int(0, TEN_YEARS);
}
