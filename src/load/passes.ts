// The passes over an input: one that offers every key, and others for what the first one could not settle.
import { setTimeout as sleep } from 'node:timers/promises';
import { endingOf } from '../backup/damage.js';
import type { Dataset } from '../backup/dataset.js';
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { liveError } from '../live/live-error.js';
import type { KeyRecord } from '../rdb/visitor.js';
import type { Losses } from '../values/commands/losses.js';
import { Checkpoints } from './checkpoints.js';
import { compareWithTarget } from './compare-loaded.js';
import { eachKey } from './each-key.js';
import type { Journal } from './journal.js';
import type { KeyMapping } from './key-mapping.js';
import { type Existing, Ledger } from './ledger.js';
import { OffsetSet } from './offset-set.js';
import type { LoadOptions } from './options.js';
import { outcomeKey, PassGate, type PassPlan, type PassRules } from './pass-gate.js';
import { runIds } from './preflight.js';
import { RateLimit } from './rate-limit.js';
import type { Survey } from './survey.js';
import { KeyLoader } from './units/key-loader.js';
import type { TargetKnowledge } from './units/knowledge.js';
import type { LoadLook } from './units/load-look.js';
import { unlessAborted } from './unless-aborted.js';

/** How long an interrupt may wait for what was built under other names to be taken away, or to get its name, ms. */
const CLEANUP_MS = 400;
/** How often what was lost is offered again. */
const MOST_ROUNDS = 5;

export interface PassTools {
  readonly dataset: Dataset;
  readonly kernels: Kernels;
  readonly target: BulkTarget;
  readonly survey: Survey;
  readonly look: LoadLook;
  readonly knowledge: TargetKnowledge;
  readonly mapping: KeyMapping;
  readonly losses: Losses;
  readonly journal: Journal | undefined;
  readonly options: LoadOptions;
  /** What the clock says, ms since the epoch. */
  readonly clockMs: number;
}

/** Loads the keys of one input. */
export class Passes {
  readonly ledger = new Ledger();
  /** Keys that passed the filters in the first pass. */
  read = 0;
  /** A server of the target was restarted since a run before. */
  forgotten = false;
  private readonly rules: PassRules;
  private readonly refused = new OffsetSet();
  private restarts = 0;
  /** A run before may have sent it. */
  private mayBeBefore: (offset: number) => boolean = () => false;
  /** Behind the last key. */
  private end = 0;
  private unsound: string | undefined;

  constructor(private readonly tools: PassTools) {
    const { options, survey, clockMs } = tools;
    this.rules = {
      ledger: this.ledger,
      expiredBy: options.expired === 'load' ? undefined : Math.max(survey.nowMs, clockMs),
      merged: survey.merged,
      rate: options.rate === undefined ? undefined : new RateLimit(options.rate),
      signal: options.signal,
    };
  }

  get isStopped(): boolean {
    return this.ledger.fatal !== undefined || this.tools.options.signal?.aborted === true;
  }

  async run(): Promise<void> {
    const { ledger, tools } = this;
    await this.first();
    let left = ledger.left;
    for (let round = 0; !this.isStopped; round++) {
      const isSwept = await this.sweep(left);
      if (isSwept) left = isSwept;
      if (left.refused.size + left.lost.size + left.compare.size === 0) {
        if (tools.target.restarts.length === this.restarts) break;
        continue;
      }
      if (round === MOST_ROUNDS) break;
      const compare = left.compare;
      left = await this.again(left);
      compare.addAll(left.compare);
      if (compare.size > 0 && !this.isStopped) await this.resolve(compare, left.lost);
      left.compare.clear();
    }
    if (!this.isStopped) {
      await this.giveUp(left.lost, 'NO_ANSWER', (offset) => ledger.reasonOfLoss(offset));
      await this.giveUp(left.refused, 'REFUSED', () => 'the target takes neither its payload nor commands for it');
      tools.journal?.ended(this.end, [...ledger.notLoaded]);
    }
  }

  /** Why the input was not what it was before; undefined when it was. */
  get changed(): string | undefined {
    return this.unsound;
  }

  private async first(): Promise<void> {
    const { journal, target, survey, options } = this.tools;
    const state = journal?.state;
    this.mayBeBefore = (offset) => state !== undefined && offset < state.until;
    if (journal) {
      const nodes = await runIds(target);
      this.forgotten = state !== undefined && (state.forgotten || isOther(state.nodes, nodes));
      if (this.forgotten) journal.restarted();
      journal.run(nodes);
    }
    const isBefore = (offset: number) => state !== undefined && offset < state.low && !state.open.has(offset);
    const existing = (offset: number): Existing => {
      if (state === undefined || offset >= state.until) return 'taken';
      return isBefore(offset) ? 'before' : 'compare';
    };
    const selection = await survey.selection();
    const { forgotten } = this;
    const runs = selection.isOpen && survey.merged.size === 0;
    const plan: PassPlan = {
      selection,
      decide: (offset) => (!forgotten && isBefore(offset) ? 'before' : 'offer'),
      counts: true,
      runsFrom: runs ? (state && !forgotten ? state.low : 0) : undefined,
    };
    await this.pass(plan, existing, { phase: 'load', journal });
    if (options.signal?.aborted) return;
    if (journal && this.ledger.fatal === undefined && forgotten) await this.swept(journal);
  }

  /** What servers forgot was offered again. */
  private async swept(journal: Journal): Promise<void> {
    const { target, options } = this.tools;
    const { signal } = options;
    const asked = runIds(target).then(
      (nodes) => {
        // An interrupt may have closed the journal meanwhile.
        if (!signal?.aborted) journal.swept(nodes);
      },
      (error: unknown) => {
        if (!signal?.aborted) throw error;
      },
    );
    await unlessAborted(asked, signal);
  }

  /** A server may have forgotten what it had acknowledged: all that was loaded is offered again. */
  private async sweep(left: Ledger['left']): Promise<Ledger['left'] | undefined> {
    const { tools, ledger } = this;
    const { target, survey, journal } = tools;
    if (target.restarts.length === this.restarts) return undefined;
    this.restarts = target.restarts.length;
    journal?.restarted();
    const selection = await survey.selection();
    const isOpen = (offset: number) =>
      ledger.notLoaded.has(offset) || left.lost.has(offset) || left.refused.has(offset) || left.compare.has(offset);
    const mayRun = selection.isOpen && survey.merged.size === 0 && ledger.notLoaded.size === 0;
    const none = left.lost.size + left.refused.size + left.compare.size === 0;
    const plan: PassPlan = {
      selection,
      decide: (offset) => (isOpen(offset) ? 'leave' : 'offer'),
      counts: false,
      runsFrom: mayRun && none ? 0 : undefined,
    };
    const found = await this.pass(plan, () => 'ours', { phase: 'again', again: true });
    if (journal && !this.isStopped && target.restarts.length === this.restarts) await this.swept(journal);
    for (const kind of ['lost', 'refused', 'compare'] as const) found[kind].addAll(left[kind]);
    return found;
  }

  /** Offers what is left once more: what was refused by commands. */
  private async again(left: Ledger['left']): Promise<Ledger['left']> {
    this.refused.addAll(left.refused);
    const wanted = new OffsetSet();
    wanted.addAll(left.refused);
    wanted.addAll(left.lost);
    if (wanted.size === 0) {
      this.ledger.begin(() => 'taken');
      return this.ledger.left;
    }
    const plan: PassPlan = {
      selection: undefined,
      decide: (offset) => (wanted.has(offset) ? 'offer' : 'leave'),
      last: wanted.last,
      counts: false,
      runsFrom: undefined,
    };
    return this.pass(plan, (offset) => (left.lost.has(offset) ? 'compare' : 'taken'), { phase: 'again' });
  }

  /** Offers keys; returns those that need another pass. */
  private async pass(
    plan: PassPlan,
    existing: (offset: number) => Existing,
    how: { readonly phase: 'load' | 'again'; readonly again?: boolean; readonly journal?: Journal | undefined },
  ): Promise<Ledger['left']> {
    const { tools, ledger, rules } = this;
    const { dataset, kernels, target, look, knowledge, mapping, losses, options } = tools;
    ledger.begin(existing, how.again);
    const loader = new KeyLoader({
      ...{ kernels, target, knowledge, look, losses, sink: ledger },
      mode: options.mode ?? 'auto',
      onConflict: options.onConflict ?? 'fail',
      ...(mapping.changesDbs ? { dbOf: (db: number) => mapping.dbOf(db) } : {}),
      ...(mapping.changesNames ? { nameOf: (name: Uint8Array) => mapping.nameOf(name) } : {}),
      byCommands: this.refused,
      runsExpiringAfterMs: rules.expiredBy ?? 0,
    });
    const checkpoints = how.journal && new Checkpoints(how.journal, target, loader);
    ledger.onOpen = checkpoints && ((offset) => checkpoints.note(offset));
    const gate = new PassGate(rules, plan, loader, checkpoints);
    try {
      const { onProgress } = options;
      const visitor = gate.guard();
      const scan = await dataset.scan({
        ...{ kernels, unchecked: true, visitor: () => visitor },
        ...(onProgress
          ? {
              onProgress: (done: number) =>
                onProgress({ phase: how.phase, done, total: dataset.inputSize, keys: ledger.sums.loaded }),
            }
          : {}),
      });
      ledger.cut = gate.current?.offset;
      const { signal } = options;
      if (!signal?.aborted) await unlessAborted(loader.finish(), signal);
      if (signal?.aborted && loader.builds) {
        await Promise.race([loader.finish(), sleep(CLEANUP_MS, undefined, { ref: false })]);
      }
      if (plan.counts) {
        this.read = gate.read;
        this.end = gate.position + 1;
      }
      const ending = endingOf(scan, gate.damage);
      if (ending.outcome === 'damaged') {
        this.unsound = ending.findings[0]?.message ?? 'it is damaged';
        ledger.fatal ??= `the input changed since it was looked at: ${this.unsound}`;
      }
      if (checkpoints && !gate.isStopped) await checkpoints.take(gate.position + 1);
      return ledger.left;
    } finally {
      if (checkpoints) checkpoints.isOver = true;
      ledger.onOpen = undefined;
      ledger.cut = undefined;
      loader.release();
    }
  }

  /** Keys that exist, and may be our own: their values tell. Those that are gone meanwhile are lost. */
  private async resolve(keys: OffsetSet, lost: OffsetSet): Promise<void> {
    const { dataset, target, mapping, options } = this.tools;
    const { maxMemory, tmpDir, signal } = options;
    const wanted = async () => (key: KeyRecord) => keys.has(key.offset);
    let tries = 0;
    const asked = target.ask(async (nodes) => {
      // One that broke off may have left a connection in another database.
      if (tries++ > 0 && !target.isCluster) await nodes[0].select(0).catch(broken);
      return compareWithTarget(dataset, target, wanted, { mapping, maxMemory, tmpDir, signal });
    });
    const compared = await asked.catch((error: unknown) => {
      if (signal?.aborted) return undefined;
      throw error;
    });
    if (!compared) return;
    const differs = new Map<string, 'gone' | 'other'>();
    for (const { db, key, change } of compared.changes()) {
      differs.set(nameOf(db, key), change === 'removed' ? 'gone' : 'other');
    }
    compared.close();
    const kind = options.onConflict === 'skip' ? 'skipped' : 'conflicted';
    await eachKey(
      dataset,
      (key) => keys.has(key.offset),
      (record) => {
        const key = outcomeKey(record);
        const found = differs.get(nameOf(key.db, key.name));
        if (found === 'gone') lost.add(key.offset);
        else if (found === 'other')
          this.ledger.settle(key, kind, 'BUSYKEY', 'a key of this name exists, with another value');
        else if (this.mayBeBefore(key.offset)) this.ledger.before();
        else this.ledger.ours();
      },
      { last: keys.last ?? 0 },
    );
  }

  private async giveUp(keys: OffsetSet, reason: string, detail: (offset: number) => string): Promise<void> {
    if (keys.size === 0) return;
    await eachKey(
      this.tools.dataset,
      (key) => keys.has(key.offset),
      (key) => this.ledger.settle(outcomeKey(key), 'failed', reason, detail(key.offset)),
      { last: keys.last ?? 0 },
    );
  }
}

function nameOf(db: number, name: Uint8Array): string {
  return `${db} ${Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1')}`;
}

function broken(error: unknown): never {
  throw liveError(error);
}

/** Whether these are not the servers that took the keys. */
function isOther(before: readonly string[] | undefined, now: readonly string[]): boolean {
  return before !== undefined && before.join() !== now.join();
}
