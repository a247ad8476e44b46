// Sums over the differences.
import { TimeSlices } from '../bytes/time-slices.js';
import type { KeyFilter } from '../keyspace/filters.js';
import { type Change, sizeOf } from './change.js';
import { addTo, type Group, newGroup } from './group.js';
import { PrefixCounter, type PrefixOptions, separatorsOf } from './prefixes.js';
import type {
  ChangeKinds,
  DatabaseDifferences,
  DiffSummary,
  ExpiryChanges,
  GroupDifferences,
  SideSummary,
  TypeDifferences,
} from './report.js';
import type { SideCount } from './side.js';

export interface SummaryOptions extends PrefixOptions {
  readonly filter: KeyFilter;
  /** The share of the keys that is compared, when not all are. */
  readonly sample?: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Side {
  readonly summary: SideSummary;
  readonly counts: readonly SideCount[];
}

/** The differences, in order. */
export interface DifferenceList {
  readonly count: number;
  names(): Iterable<Uint8Array>;
  changes(): Iterable<Change>;
}

/** Sums all differences up. `both`: keys that both sides have. */
export async function summarize(
  left: Side,
  right: Side,
  both: number,
  list: DifferenceList,
  options: SummaryOptions,
): Promise<DiffSummary> {
  const separators = options.separators ?? (list.count === 0 ? [] : await separatorsOf(list.names(), list.count));
  const prefixes = new PrefixCounter(separators, options.separators === undefined, options.depth);
  const all = newGroup();
  const kinds: Mutable<ChangeKinds> = { type: 0, value: 0, expire: 0, fieldExpire: 0, expireOnly: 0 };
  const expiry: Mutable<ExpiryChanges> = { lost: 0, gained: 0, later: 0, sooner: 0 };
  const bytes = { added: 0, removed: 0, grown: 0, shrunk: 0 };
  const databases = new Map<number, Group>();
  const types = new Map<string, Group>();
  const slices = new TimeSlices();
  for (const change of list.changes()) {
    if (slices.isOver) await slices.next();
    prefixes.add(change);
    addTo(all, change);
    addTo(of(databases, change.db), change);
    addTo(of(types, (change.left ?? change.right)?.type ?? ''), change);
    const size = sizeOf(change.left, change.right);
    if (change.change !== 'changed') bytes[change.change] += size;
    else if ((change.right?.bytes ?? 0) > (change.left?.bytes ?? 0)) bytes.grown += size;
    else bytes.shrunk += size;
    for (const each of change.what) kinds[each]++;
    if (change.what.includes('expire')) countExpiry(expiry, change);
  }
  kinds.expireOnly = all.expireOnly;
  const { added, removed, changed } = all;
  const unsure = (right.summary.complete ? 0 : removed) + (left.summary.complete ? 0 : added);
  return {
    left: left.summary,
    right: right.summary,
    complete: left.summary.complete && right.summary.complete,
    sample: options.sample ?? null,
    filters: options.filter.describe(),
    ...{ added, removed, changed },
    unchanged: both - changed,
    unsure,
    kinds,
    expiry,
    bytes,
    databases: byDatabase(databases, left.counts, right.counts),
    types: byType(types, left.counts, right.counts),
    prefixes: prefixes.summary(),
  };
}

function countExpiry(expiry: Mutable<ExpiryChanges>, { left, right }: Change): void {
  const before = left?.expireAtMs ?? null;
  const after = right?.expireAtMs ?? null;
  if (after === null) expiry.lost++;
  else if (before === null) expiry.gained++;
  else if (after > before) expiry.later++;
  else expiry.sooner++;
}

function of<T>(groups: Map<T, Group>, name: T): Group {
  let group = groups.get(name);
  if (!group) groups.set(name, (group = newGroup()));
  return group;
}

function sum(counts: readonly SideCount[], isWanted: (count: SideCount) => boolean): number {
  return counts.reduce((all, count) => (isWanted(count) ? all + count.keys : all), 0);
}

function byDatabase(
  groups: ReadonlyMap<number, GroupDifferences>,
  left: readonly SideCount[],
  right: readonly SideCount[],
): DatabaseDifferences[] {
  const dbs = [...new Set([...left, ...right].map(({ db }) => db))].sort((a, b) => a - b);
  return dbs.map((db) => ({
    db,
    leftKeys: sum(left, (count) => count.db === db),
    rightKeys: sum(right, (count) => count.db === db),
    ...(groups.get(db) ?? newGroup()),
  }));
}

function byType(
  groups: ReadonlyMap<string, GroupDifferences>,
  left: readonly SideCount[],
  right: readonly SideCount[],
): TypeDifferences[] {
  const types = [...new Set([...left, ...right].map(({ type }) => type))];
  const rows = types.map((type) => ({
    type,
    leftKeys: sum(left, (count) => count.type === type),
    rightKeys: sum(right, (count) => count.type === type),
    ...(groups.get(type) ?? newGroup()),
  }));
  return rows.sort((a, b) => total(b) - total(a) || b.rightKeys - a.rightKeys || (a.type < b.type ? -1 : 1));
}

function total({ added, removed, changed }: GroupDifferences): number {
  return added + removed + changed;
}
