// Slots without keys are not written into dumps, so slots that no shard has may be empty, or their shard may be missing.
//
// The hash spreads names over all slots, so slots that are empty by chance stand anywhere: where a fraction q of all slots
// is empty, a gap of L of them begins behind each slot that is taken with the probability q^L. A missing shard leaves gaps
// that are far longer than that. How many slots are empty says little: hash tags crowd many keys into few slots, and
// numbered names do not fill them as evenly as chance would. Gaps were looked at for twelve ways of naming keys and 10 to
// 400,000 of them: the rarest that was met by chance had an expectation of 0.003.
import { SLOTS } from '../keyspace/slot.js';
import type { SlotRange } from './report.js';

/** A gap is no chance when one of its length is expected less often than this. */
const RARE = 1e-5;
/** So few missing slots in a full keyspace look like slots that were moved while the shards were saved. */
const FEW = 16;

export interface Gaps {
  /** `gap`: a gap that chance does not leave. `few`: chance leaves none, unless there are hash tags. */
  readonly verdict: 'gap' | 'few' | 'chance';
  /** Slots without keys. */
  readonly missing: number;
  /** Slots of the longest gap. */
  readonly longest: number;
}

/** Whether chance explains `gaps`, ranges of slots that none of `keys` keys belongs to. */
export function explainGaps(gaps: readonly SlotRange[], keys: number): Gaps {
  const lengths = gaps.map(([first, last]) => last - first + 1);
  const missing = lengths.reduce((sum, length) => sum + length, 0);
  const longest = Math.max(0, ...lengths);
  const expectedGaps = (SLOTS - missing + 1) * (missing / SLOTS) ** longest;
  const expectedEmpty = SLOTS * Math.exp(-keys / SLOTS);
  const few = missing > 0 && missing <= FEW && expectedEmpty < RARE;
  return { verdict: expectedGaps < RARE ? 'gap' : few ? 'few' : 'chance', missing, longest };
}
