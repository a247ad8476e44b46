// Names under which keys are built before they get their own.
import { randomBytes } from 'node:crypto';
import { hashSlot, SLOTS } from '../../keyspace/slot.js';

/** Begins every temporary name. */
export const TEMPORARY_PREFIX = 'rdbkit:';

/** Names that nobody else uses: `rdbkit:RUN:N`; in a cluster `rdbkit:{TAG}:RUN:N`, in the slot of the key. */
export class TemporaryNames {
  private readonly run = randomBytes(8).toString('hex');
  private next = 0;
  private tags: readonly string[] | undefined;

  /** `slot`: undefined where there is no cluster. */
  name(slot: number | undefined): Buffer {
    this.tags ??= slot === undefined ? [] : tagsOfSlots();
    const tag = slot === undefined ? '' : `{${this.tags[slot]}}:`;
    return Buffer.from(`${TEMPORARY_PREFIX}${tag}${this.run}:${this.next++}`, 'latin1');
  }
}

/** For each slot, a short text that lies in it. */
function tagsOfSlots(): string[] {
  const tags: string[] = new Array(SLOTS);
  for (let left = SLOTS, i = 0; left > 0; i++) {
    const tag = i.toString(36);
    const slot = hashSlot(Buffer.from(tag, 'latin1'));
    if (tags[slot] !== undefined) continue;
    tags[slot] = tag;
    left--;
  }
  return tags;
}
