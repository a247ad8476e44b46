// The keys that changed, for people: some of each prefix.
import { TimeSlices } from '../../bytes/time-slices.js';
import type { Change } from '../../diff/change.js';
import { sizeOfGroup } from '../../diff/group.js';
import { prefixEnds } from '../../diff/prefixes.js';
import type { DiffSummary } from '../../diff/report.js';
import { textToBytes } from '../../keyspace/bytes-text.js';
import { count } from '../format.js';
import { type StatsTextOptions, shownName } from '../stats/words.js';
import { changeLine } from './change-line.js';
import { collapsed } from './diff-text.js';

/** Prefixes whose keys are listed. */
const MOST_GROUPS = 8;

/** The title above the keys. `shown`: how many follow. */
export function keysTitle(shown: number, all: number, { colors }: StatsTextOptions): string {
  const which = shown < all ? `, ${count(shown)} of ${count(all)} (--limit N or --all for more)` : '';
  return `\n${colors.bold('Keys')}${colors.dim(`  biggest change first${which}`)}\n`;
}

/** The title above the keys of a prefix. */
export function groupTitle({ title, count: all, changes }: KeyGroup, { colors }: StatsTextOptions): string {
  const which = changes.length < all ? `  ${count(changes.length)} of ${count(all)}` : '';
  return `  ${title}${colors.dim(which)}\n`;
}

/** One key as a line. */
export function keyLine(change: Change, summary: DiffSummary, { colors }: StatsTextOptions): string {
  return `  ${changeLine(change, colors, isUnsure(change, summary))}\n`;
}

/** Whether the side that lacks the key ended early. */
export function isUnsure({ change }: Change, { left, right }: DiffSummary): boolean {
  return (change === 'removed' && !right.complete) || (change === 'added' && !left.complete);
}

/** Some keys of one prefix. */
export interface KeyGroup {
  /** How many keys with this prefix differ. */
  readonly count: number;
  readonly title: string;
  readonly changes: Change[];
}

/**
 * The largest changes of the prefixes that have most of them, `most` in all. `changes` are in order; those that are good only
 * until the next one are copied.
 */
export async function keyGroups(changes: Iterable<Change>, summary: DiffSummary, most: number): Promise<KeyGroup[]> {
  const slices = new TimeSlices();
  const { tree, without, separators } = summary.prefixes;
  const dividers = separators.map(textToBytes);
  const isAll = most >= sizeOfGroup({ ...summary, expireOnly: 0, bytes: 0 });
  const shown = tree.slice(0, isAll ? most : Math.min(MOST_GROUPS, most));
  const groups = new Map<string, KeyGroup>();
  for (const node of shown) {
    const { prefix } = node;
    groups.set(Buffer.from(prefix).toString('latin1'), {
      count: sizeOfGroup(node),
      title: shownName(collapsed(node).prefix),
      changes: [],
    });
  }
  if (sizeOfGroup(without) > 0 && (isAll || shown.length < most)) {
    groups.set('', { count: sizeOfGroup(without), title: '(no prefix)', changes: [] });
  }
  const share = isAll ? most : Math.max(1, Math.floor(most / Math.max(1, groups.size)));
  let open = groups.size;
  for (const change of changes) {
    if (open === 0) break;
    if (slices.isOver) await slices.next();
    const [end = 0] = prefixEnds(change.key, dividers, 1);
    const group = groups.get(Buffer.from(change.key.subarray(0, end)).toString('latin1'));
    if (!group || group.changes.length >= share) continue;
    group.changes.push({ ...change, key: change.key.slice() });
    if (group.changes.length === Math.min(share, group.count)) open--;
  }
  return [...groups.values()];
}
