/**
 * How many random examples property tests draw. The usual numbers are those that a merge can wait for; for a long search:
 *   RDBKIT_TEST_RUNS=20 FAST_CHECK_SEED=random npm test
 */
const FACTOR = Number(process.env.RDBKIT_TEST_RUNS ?? 1);

if (!(FACTOR > 0)) throw new Error(`RDBKIT_TEST_RUNS is a factor above 0, not ${process.env.RDBKIT_TEST_RUNS}`);

/** Whether this is a long run: then samples are the whole. */
export const LONG = FACTOR > 1;

/** `usual` examples, or as many times that as RDBKIT_TEST_RUNS says. */
export function runs(usual: number): number {
  return Math.ceil(usual * FACTOR);
}

/**
 * Every `nth` of what there are, beginning with the one of number `from`; all of them in a long run. What one of several tests
 * leaves out, another takes that begins elsewhere.
 */
export function sample<T>(all: readonly T[], nth: number, from = 0): readonly T[] {
  return LONG ? all : all.filter((_, i) => i % nth === from % nth);
}
