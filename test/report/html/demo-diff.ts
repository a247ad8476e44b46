/** Comparisons as they could come from real dumps, and one in which every text is an attack. */
import type { Change, KeySide } from '../../../src/diff/change.js';
import { addTo, newGroup } from '../../../src/diff/group.js';
import { PrefixCounter } from '../../../src/diff/prefixes.js';
import type { Diff, DiffSummary, SideSummary } from '../../../src/diff/report.js';
import type { SideInput } from '../../../src/diff/side.js';
import { ESCAPED, LONG, MARKUP } from './hostile.js';

const MADE = Date.UTC(2026, 10, 19, 3, 0, 2);
const HOUR = 3_600_000;

type Draft = Pick<Change, 'change' | 'what'> & {
  readonly key: string | Uint8Array;
  readonly left: KeySide | null;
  readonly right: KeySide | null;
};

export function input(path: string, createdAtMs: number | null): SideInput {
  return {
    path,
    kind: 'rdb',
    bytes: 4096,
    keys: 1000,
    expired: 0,
    complete: true,
    outcome: 'sound',
    end: 4096,
    rdbVersion: 11,
    producer: { name: 'redis', version: '7.2.5' },
    createdAtMs,
    findings: [],
  };
}

function side(path: string, createdAtMs: number): SideSummary {
  const inputs = [input(path, createdAtMs)];
  return { inputs, complete: true, keys: 1000, bytes: 4096, repeated: 0, repeatedKeys: [] };
}

function key(bytes: number, expireAtMs: number | null = null, type = 'string'): KeySide {
  return { type, expireAtMs, bytes, elements: 1 };
}

/** A comparison of these differences, in the order given; `unchanged` other keys are the same. */
export function madeDiff(drafts: readonly Draft[], unchanged: number, more: Partial<DiffSummary> = {}): Diff {
  const changes = drafts.map((draft, i): Change => {
    const name = typeof draft.key === 'string' ? Buffer.from(draft.key) : draft.key;
    return { ...draft, key: name, db: 0, leftNumber: i, rightNumber: i };
  });
  const prefixes = new PrefixCounter([':'], true, 3);
  const all = newGroup();
  for (const change of changes) {
    prefixes.add(change);
    addTo(all, change);
  }
  const of = (what: Change['what'][number]) => changes.filter((change) => change.what.includes(what)).length;
  const sum = (kind: Change['change'], pick: (change: Change) => number) =>
    changes.filter(({ change }) => change === kind).reduce((total, change) => total + pick(change), 0);
  const grown = (change: Change) => (change.right?.bytes ?? 0) - (change.left?.bytes ?? 0);
  const summary: DiffSummary = {
    left: side('/backups/monday.rdb', MADE),
    right: side('/backups/tuesday.rdb', MADE + 24 * HOUR),
    complete: true,
    sample: null,
    filters: [],
    added: all.added,
    removed: all.removed,
    changed: all.changed,
    unchanged,
    unsure: 0,
    kinds: {
      type: of('type'),
      value: of('value'),
      expire: of('expire'),
      fieldExpire: of('fieldExpire'),
      expireOnly: all.expireOnly,
    },
    expiry: { lost: all.expireOnly, gained: 0, later: 0, sooner: 0 },
    bytes: {
      added: sum('added', grown),
      removed: -sum('removed', grown),
      grown: sum('changed', (change) => Math.max(0, grown(change))),
      shrunk: sum('changed', (change) => Math.max(0, -grown(change))),
    },
    databases: [{ db: 0, leftKeys: 1000, rightKeys: 1000, ...all }],
    types: [{ type: 'string', leftKeys: 1000, rightKeys: 1000, ...all }],
    prefixes: prefixes.summary(),
    ...more,
  };
  return { summary, changes: () => changes.values() as Generator<Change>, close: () => undefined };
}

/** A deploy: the expiries of sessions are gone, carts have doubled, half of a cache is gone, and there are new flags. */
export function demoDiff(): Diff {
  const carts = range(60, (i) => ({
    ...({ change: 'changed', what: ['value'] } as const),
    ...{
      key: `cart:${i % 3 ? 'eu' : 'us'}:${i}`,
      left: key(500 + i, null, 'list'),
      right: key(1000 + 2 * i, null, 'list'),
    },
  }));
  const cache = range(40, (i) => ({
    ...({ change: 'removed', what: [], right: null } as const),
    ...{ key: `cache:page:${i}`, left: key(300) },
  }));
  const flags = range(10, (i) => ({
    ...({ change: 'added', what: [], left: null } as const),
    ...{ key: `flag${i}`, right: key(20) },
  }));
  const sessions = range(200, (i) => ({
    ...({ change: 'changed', what: ['expire'] } as const),
    ...{ key: `session:${i % 4 ? 'web' : 'app'}:${i}`, left: key(90, MADE + i * HOUR), right: key(90) },
  }));
  return madeDiff([...carts, ...cache, ...flags, ...sessions], 690);
}

/** Every text is an attack, or at least odd. */
export function hostileDiff(): Diff {
  const names = [...MARKUP.map((text) => Buffer.from(text)), ...ESCAPED.map(([bytes]) => bytes), LONG];
  const evil = MARKUP[2];
  const drafts = names.flatMap((name, i) => [
    { change: 'added', what: [], key: name, left: null, right: key(9000 - i, null, evil) } as const,
    {
      ...({ change: 'changed', what: ['type', 'value'] } as const),
      ...{ key: Buffer.concat([name.subarray(0, 100), Buffer.from(':1')]), left: key(10, null, evil), right: key(20) },
    },
  ]);
  const diff = madeDiff(
    [...drafts].sort((a, b) => (b.right?.bytes ?? 0) - (a.right?.bytes ?? 0)),
    5,
  );
  const finding = {
    ...({ code: 'RDB_CHECKSUM_MISMATCH', severity: 'error', offset: 9, db: 0, type: evil } as const),
    ...{ key: Buffer.from(evil), message: evil },
  };
  const bad = (path: string): SideSummary => ({
    ...diff.summary.left,
    complete: false,
    repeated: MARKUP.length,
    repeatedKeys: MARKUP.map((text) => ({ db: 0, key: Buffer.from(text) })),
    inputs: [{ ...input(path, MADE), complete: false, producer: { name: evil, version: evil }, findings: [finding] }],
  });
  return {
    ...diff,
    summary: {
      ...diff.summary,
      left: bad(`/tmp/${evil}.rdb`),
      right: bad(`/tmp/${MARKUP[0]}`),
      complete: false,
      unsure: 3,
      filters: [`--match ${evil}`],
      types: MARKUP.map((type) => ({ ...diff.summary.types[0], type })),
      prefixes: { ...diff.summary.prefixes, separators: [evil, ':'] },
    },
  };
}

function range<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}
