import type { Change } from './change.js';
import type { GroupDifferences } from './report.js';

/** Sums that grow. */
export type Group = { -readonly [K in keyof GroupDifferences]: GroupDifferences[K] };

export function newGroup(): Group {
  return { added: 0, removed: 0, changed: 0, expireOnly: 0, bytes: 0 };
}

/** Counts one difference. */
export function addTo(group: Group, { change, what, left, right }: Change): void {
  group[change]++;
  group.bytes += (right?.bytes ?? 0) - (left?.bytes ?? 0);
  if (change === 'changed' && what.every((each) => each === 'expire' || each === 'fieldExpire')) group.expireOnly++;
}

/** Keys of a group. */
export function sizeOfGroup({ added, removed, changed }: GroupDifferences): number {
  return added + removed + changed;
}

/** Adds the sums of another group. */
export function join(group: Group, other: GroupDifferences): void {
  group.added += other.added;
  group.removed += other.removed;
  group.changed += other.changed;
  group.expireOnly += other.expireOnly;
  group.bytes += other.bytes;
}
