import type { DatabaseStats, EncodingStats, Totals, TypeStats } from '../report.js';
import type { StatsState } from './state.js';

/** Types and encodings come from modules too; a hostile file may name any number of them. */
const MOST_GROUPS = 20_000;

interface Group {
  readonly db: number;
  readonly type: string;
  readonly encoding: string;
  readonly at: number;
}

/** Sums by database, type and encoding. The numbers lie in the kernels' memory, where runs of small strings are counted. */
export class Groups {
  private readonly groups: Group[] = [];
  private readonly byDb = new Map<number, Map<string, Map<string, number>>>();
  private overflow: number | undefined;

  constructor(private readonly state: StatsState) {}

  /** The address of a group's sums. */
  at(db: number, type: string, encoding: string): number {
    const known = this.byDb.get(db)?.get(type)?.get(encoding);
    if (known !== undefined) return known;
    if (this.groups.length >= MOST_GROUPS) return (this.overflow ??= this.make(db, 'other', 'other'));
    return this.make(db, type, encoding);
  }

  totals(): Totals {
    return this.sum(this.groups);
  }

  /** Keys that have expired. */
  expired(): number {
    return this.groups.reduce((sum, { at }) => sum + this.state.floatAt(at + 40), 0);
  }

  databases(): DatabaseStats[] {
    const rows = this.rows(({ db }) => String(db));
    return withKeys(rows.map(([{ db }, totals]) => ({ db, ...totals }))).sort((a, b) => a.db - b.db);
  }

  types(): TypeStats[] {
    const rows = this.rows(({ type }) => type);
    return withKeys(rows.map(([{ type }, totals]) => ({ type, ...totals }))).sort(byMemory);
  }

  encodings(): EncodingStats[] {
    const rows = this.rows(({ type, encoding }) => `${type} ${encoding}`);
    return withKeys(rows.map(([{ type, encoding }, totals]) => ({ type, encoding, ...totals }))).sort(byMemory);
  }

  private rows(nameOf: (group: Group) => string): [Group, Totals][] {
    const rows = new Map<string, Group[]>();
    for (const group of this.groups) {
      const row = rows.get(nameOf(group));
      if (row) row.push(group);
      else rows.set(nameOf(group), [group]);
    }
    return [...rows.values()].map((groups) => [groups[0], this.sum(groups)]);
  }

  private make(db: number, type: string, encoding: string): number {
    const at = this.state.newGroup();
    this.groups.push({ db, type, encoding, at });
    let types = this.byDb.get(db);
    if (!types) {
      types = new Map();
      this.byDb.set(db, types);
    }
    let encodings = types.get(type);
    if (!encodings) {
      encodings = new Map();
      types.set(type, encodings);
    }
    encodings.set(encoding, at);
    return at;
  }

  private sum(groups: readonly Group[]): Totals {
    const sums = [0, 0, 0, 0, 0];
    for (const { at } of groups) for (let i = 0; i < 5; i++) sums[i] += this.state.floatAt(at + 8 * i);
    const [keys, expires, bytes, memory, elements] = sums;
    return { keys, expires, bytes, memory, elements };
  }
}

function withKeys<T extends Totals>(rows: T[]): T[] {
  return rows.filter(({ keys }) => keys > 0);
}

/** The order of equal ones must not depend on which keys were counted in runs. */
function byMemory(a: TypeStats & { encoding?: string }, b: TypeStats & { encoding?: string }): number {
  return b.memory - a.memory || b.keys - a.keys || compare(a.type, b.type) || compare(a.encoding, b.encoding);
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
