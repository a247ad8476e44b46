import type { SlotReport, SlotStats, TagStats } from '../report.js';
import { SLOT_FLOATS, SLOTS, type StatsState } from './state.js';

/** Slots listed as the biggest. */
const BIGGEST = 100;
/** Hash tags make slots worth a look when they are in more than one name of so many. */
const TAGGED_SHARE = 100;

/** Keys by cluster slot, from the table of assembly/slots.ts. */
export function slotReport(state: StatsState, tags: readonly TagStats[], isCluster: boolean): SlotReport {
  const [own, others] = state.slotTables();
  const at = (index: number) => own[index] + others[index];
  const column = (field: number) => Array.from({ length: SLOTS }, (_, slot) => at(slot * SLOT_FLOATS + field));
  const [keys, bytes, memory] = [column(0), column(1), column(2)];
  const used: SlotStats[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    if (keys[slot] > 0) used.push({ slot, keys: keys[slot], bytes: bytes[slot], memory: memory[slot] });
  }
  const all = keys.reduce((sum, n) => sum + n, 0);
  const tagged = tags.reduce((sum, tag) => sum + tag.keys, 0);
  return {
    relevant: isCluster || (all > 0 && tagged > all / TAGGED_SHARE),
    used: used.length,
    keys,
    bytes,
    memory,
    biggest: used.sort((a, b) => b.memory - a.memory || a.slot - b.slot).slice(0, BIGGEST),
    tags,
  };
}
