// What stands between the parser and the loader of keys in one pass over the input.
import { setTimeout as sleep } from 'node:timers/promises';
import { Damage } from '../backup/damage.js';
import { ENOUGH } from '../backup/scan.js';
import { hasExpired } from '../keyspace/expired.js';
import { type KeyRecord, Level } from '../rdb/visitor.js';
import type { Checkpoints } from './checkpoints.js';
import type { Ledger } from './ledger.js';
import type { OffsetSet } from './offset-set.js';
import type { RateLimit } from './rate-limit.js';
import type { Selection } from './selection.js';
import type { KeyLoader } from './units/key-loader.js';
import { unlessAborted } from './unless-aborted.js';

/** What a pass does with a key that the filters let pass. */
export type Decision = 'offer' | 'before' | 'leave';

/** What is particular to a pass. */
export interface PassPlan {
  /** Of all keys of the input; undefined when `decide` knows better. */
  readonly selection: Selection | undefined;
  decide(offset: number): Decision;
  /** Keys behind it are not looked at. */
  readonly last?: number | undefined;
  /** Keys are counted as read, and those that are not offered are put into their sums. */
  readonly counts: boolean;
  /** From this offset on every key is offered, so that many may be taken at once; undefined: one by one. */
  readonly runsFrom: number | undefined;
}

/** What all passes have in common. */
export interface PassRules {
  readonly ledger: Ledger;
  /** Keys whose expiry has passed by then (ms since the epoch) are not offered; undefined: all are. */
  readonly expiredBy: number | undefined;
  /** Keys that get the name of another one. */
  readonly merged: OffsetSet;
  readonly rate: RateLimit | undefined;
  readonly signal: AbortSignal | undefined;
}

const SAME_NAME = 'another key of the input gets the same name in the same database';

export class PassGate {
  /** Keys that passed the filters, and were not left for another pass. */
  read = 0;
  readonly damage = new Damage();
  /** Behind the last key that was looked at. */
  position = 0;
  /** The key that is being told. */
  current: KeyRecord | undefined;
  private offered = false;

  constructor(
    private readonly rules: PassRules,
    private readonly plan: PassPlan,
    private readonly loader: KeyLoader,
    private readonly checkpoints: Checkpoints | undefined,
  ) {}

  /** No further key is offered. */
  get isStopped(): boolean {
    const { ledger, signal } = this.rules;
    return ledger.fatal !== undefined || signal?.aborted === true;
  }

  /** Stands in front of the loader, which is changed for that, and returned. */
  guard(): KeyLoader {
    const { loader } = this;
    const key = loader.key.bind(loader);
    const keyEnd = loader.keyEnd.bind(loader);
    const isFull = loader.isFull.bind(loader);
    const ready = loader.ready.bind(loader);
    const run = loader.smallStrings?.bind(loader);
    loader.key = (record) => {
      if (this.isStopped) throw ENOUGH;
      this.current = record;
      this.offered = this.takes(record);
      return this.offered ? key(record) : Level.SKIP;
    };
    loader.keyEnd = (record) => {
      this.current = undefined;
      this.position = record.valueOffset + record.valueBytes;
      return this.behind(this.offered ? keyEnd(record) : undefined);
    };
    loader.smallStrings = (start, end, base) => this.takeRun(run, start, end, base);
    loader.isFull = () => this.isStopped || isFull() || (this.current === undefined && this.isDue);
    loader.ready = async () => {
      if (this.isStopped) throw ENOUGH;
      const { signal } = this.rules;
      await unlessAborted(ready(), signal);
      if (this.checkpoints && !this.isStopped && this.current === undefined && this.isDue) {
        await unlessAborted(this.checkpoints.take(this.position), signal);
      }
      if (this.isStopped) throw ENOUGH;
    };
    loader.problem = (code, offset, detail) => this.damage.add(code, offset, detail, this.current);
    return loader;
  }

  private get isDue(): boolean {
    return this.checkpoints?.isDue(this.position) ?? false;
  }

  private takes(key: KeyRecord): boolean {
    const { plan, rules } = this;
    const { ledger } = rules;
    const { offset } = key;
    if (plan.last !== undefined && offset > plan.last) throw ENOUGH;
    if (plan.selection && !plan.selection.wantsMore(key)) return false;
    const decision = plan.decide(offset);
    if (decision === 'leave') return false;
    if (plan.counts) {
      this.read++;
      if (decision === 'before') ledger.before();
      else if (rules.merged.has(offset)) ledger.settle(outcomeKey(key), 'conflicted', 'SAME_NAME', SAME_NAME);
      else if (rules.expiredBy !== undefined && hasExpired(key.expireAtMs, rules.expiredBy)) ledger.expired(offset);
      else return this.offers(offset);
      return false;
    }
    return decision === 'offer' && this.offers(offset);
  }

  private offers(offset: number): boolean {
    this.checkpoints?.reaches(offset);
    return true;
  }

  private takeRun(run: KeyLoader['smallStrings'], start: number, end: number, base: number): number {
    const { plan, rules, loader, checkpoints } = this;
    if (!run || rules.rate || plan.runsFrom === undefined || base + start < plan.runsFrom || this.isStopped)
      return start;
    const before = loader.offered;
    const reached = run(start, checkpoints ? Math.min(end, checkpoints.until - base) : end, base);
    if (reached <= start) return start;
    if (plan.counts) this.read += loader.offered - before;
    this.position = base + reached;
    return reached;
  }

  /** What the parser has to wait for behind a key. */
  private behind(waiting: void | Promise<void>): void | Promise<void> {
    const { rate } = this.rules;
    const delay = rate && this.offered ? rate.take(performance.now()) : 0;
    if (waiting === undefined && delay === 0 && !this.loader.isFull?.()) return waiting;
    return this.pause(waiting, delay);
  }

  private async pause(waiting: void | Promise<void>, delay: number): Promise<void> {
    if (waiting) await unlessAborted(waiting, this.rules.signal);
    if (delay > 0) {
      // What was offered so far is on its way while we wait.
      this.loader.flush();
      await sleep(delay, undefined, { signal: this.rules.signal }).catch(() => undefined);
    }
    if (this.loader.isFull?.()) await this.loader.ready?.();
  }
}

export function outcomeKey({ offset, db, name, type, moduleType }: KeyRecord) {
  return { offset, db, name: name.toBytes(), type: moduleType ?? type.type };
}
