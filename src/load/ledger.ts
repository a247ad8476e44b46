// Which sum a key ends in.
import { OffsetSet } from './offset-set.js';
import type { KeyOutcome, OutcomeKey, OutcomeSink } from './outcome.js';
import type { KeyGroup, ToldKey } from './report.js';

/** Keys of one kind and reason that are told in full. */
const TOLD = 10;
/** Reasons that are told apart; what comes later is counted under the last one. */
const MOST_REASONS = 100;
const KEY_BYTES = 1024;

/** What it means in a pass that a key exists at the target. */
export type Existing =
  /** What the target says: a conflict, or one to be skipped. */
  | 'taken'
  /** It may be our own: its value has to be looked at. */
  | 'compare'
  /** This run loaded it. */
  | 'ours'
  /** A run before loaded it. */
  | 'before';

/** What a pass leaves for the passes behind it. */
export interface Unsettled {
  /** The target did not take the payload. */
  readonly refused: OffsetSet;
  /** Nobody knows whether the key was carried out. */
  readonly lost: OffsetSet;
  /** They exist, and may be our own. */
  readonly compare: OffsetSet;
}

/** Told of every key that was offered, in any order; counts it in one sum, or keeps it for another pass. */
export class Ledger implements OutcomeSink {
  readonly sums = { loaded: 0, skipped: 0, before: 0, expired: 0, conflicted: 0, failed: 0 };
  /** Keys that had to be sent once more, as the target forgot them. */
  reloaded = 0;
  partlyKeys = 0;
  readonly partlyFirst: ToldKey[] = [];
  /** Keys in another sum than `loaded`. */
  readonly notLoaded = new OffsetSet();
  /** The first error that no later key can escape. */
  fatal: string | undefined;
  /** Told of every key that is not loaded, or not for sure. */
  onOpen: ((offset: number) => void) | undefined;
  /** The key that a pass ended in, as somebody stopped it: it is not tried. */
  cut: number | undefined;
  private readonly failures = new Map<string, KeyGroup>();
  private readonly conflicts = new Map<string, KeyGroup>();
  private existing: (offset: number) => Existing = () => 'taken';
  private again = false;
  private pending = unsettled();
  /** Why keys were lost that nothing helped in the end. */
  private readonly why = new Map<number, string>();

  /** A pass begins. `again`: its keys were counted as loaded before, and are offered once more. */
  begin(existing: (offset: number) => Existing, again = false): void {
    this.existing = existing;
    this.again = again;
    this.pending = unsettled();
  }

  /** What the pass left. */
  get left(): Unsettled {
    return this.pending;
  }

  get settled(): number {
    const { loaded, skipped, before, expired, conflicted, failed } = this.sums;
    return loaded + skipped + before + expired + conflicted + failed;
  }

  /** Keys that the pass keeps for another one. */
  get open(): number {
    const { refused, lost, compare } = this.pending;
    return refused.size + lost.size + compare.size;
  }

  loaded(_offsets: Float64Array, count: number): void {
    if (this.again) this.reloaded += count;
    else this.sums.loaded += count;
  }

  outcome(key: OutcomeKey, outcome: KeyOutcome): void {
    if (outcome.fatal) this.fatal ??= outcome.detail;
    const { kind } = outcome;
    if (key.offset === this.cut) {
      if (this.again) this.sums.loaded--;
      return;
    }
    if (kind === 'conflicted' || kind === 'skipped') {
      this.exists(key, outcome);
      return;
    }
    if (this.again) this.sums.loaded--;
    if (kind === 'refused' || kind === 'lost') {
      this.pending[kind].add(key.offset);
      this.onOpen?.(key.offset);
      if (this.why.size < TOLD) this.why.set(key.offset, outcome.detail);
    } else this.settle(key, kind, outcome.reason, outcome.detail);
  }

  partly(key: OutcomeKey, what: string): void {
    this.partlyKeys++;
    if (this.partlyFirst.length < TOLD) this.partlyFirst.push(told(key, what));
  }

  /** Its expiry has passed: it is not offered. */
  expired(offset: number): void {
    this.sums.expired++;
    this.notLoaded.add(offset);
    this.onOpen?.(offset);
  }

  /** A run before loaded it, and the target still has it. */
  before(): void {
    this.sums.before++;
  }

  /** Puts a key into its final sum. */
  settle(key: OutcomeKey, kind: 'skipped' | 'expired' | 'conflicted' | 'failed', reason: string, detail: string): void {
    this.sums[kind]++;
    this.notLoaded.add(key.offset);
    this.onOpen?.(key.offset);
    if (kind === 'failed') count(this.failures, reason, told(key, detail));
    else if (kind === 'conflicted') count(this.conflicts, reason, told(key, detail));
  }

  /** A key that exists turned out to be ours. */
  ours(): void {
    this.sums.loaded++;
  }

  /** Why a key was lost, as far as it was kept. */
  reasonOfLoss(offset: number): string {
    return this.why.get(offset) ?? 'the connection broke each time before an answer came';
  }

  /** Keys that nobody tried. */
  notTried(keys: number, why: string): void {
    if (keys <= 0) return;
    this.sums.failed += keys;
    this.failures.set('NOT_TRIED', { reason: 'NOT_TRIED', keys, first: [] });
    this.fatal ??= why;
  }

  /** The most frequent reason first. */
  get failureGroups(): KeyGroup[] {
    return sorted(this.failures);
  }

  get conflictGroups(): KeyGroup[] {
    return sorted(this.conflicts);
  }

  private exists(key: OutcomeKey, { kind, reason, detail, maybeOurs }: KeyOutcome): void {
    const meaning = this.existing(key.offset);
    if (meaning === 'ours' && this.again) return;
    if (meaning === 'ours') this.sums.loaded++;
    else if (meaning === 'before') this.sums.before++;
    else if (meaning === 'compare' || maybeOurs) {
      this.pending.compare.add(key.offset);
      this.onOpen?.(key.offset);
    } else this.settle(key, kind === 'skipped' ? 'skipped' : 'conflicted', reason, detail);
  }
}

export function told({ db, name, type, offset }: OutcomeKey, detail: string): ToldKey {
  return { db, key: name.slice(0, KEY_BYTES), type, offset, detail };
}

function unsettled(): Unsettled {
  return { refused: new OffsetSet(), lost: new OffsetSet(), compare: new OffsetSet() };
}

function count(groups: Map<string, KeyGroup>, wanted: string, key: ToldKey): void {
  const reason = groups.has(wanted) || groups.size < MOST_REASONS ? wanted : 'OTHER';
  let group = groups.get(reason);
  if (!group) groups.set(reason, (group = { reason, keys: 0, first: [] }));
  group.keys++;
  if (group.first.length < TOLD) group.first.push(key);
}

function sorted(groups: ReadonlyMap<string, KeyGroup>): KeyGroup[] {
  return [...groups.values()].sort((a, b) => b.keys - a.keys);
}
