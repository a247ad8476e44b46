// What a load would do: the target is asked, and nothing is written.
import type { Redis } from 'ioredis';
import type { Dataset } from '../backup/dataset.js';
import { hasExpired } from '../keyspace/expired.js';
import { hashSlot } from '../keyspace/slot.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { liveError } from '../live/live-error.js';
import type { ValueType } from '../rdb/format.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { eachKey } from './each-key.js';
import type { KeyMapping } from './key-mapping.js';
import type { Ledger } from './ledger.js';
import type { LoadOptions } from './options.js';
import { outcomeKey } from './pass-gate.js';
import type { TypePlan } from './report.js';
import type { Survey } from './survey.js';
import type { TargetKnowledge } from './units/knowledge.js';

/** Keys asked for at a time. */
const BATCH = 1000;
const EXISTS = 'a key of this name exists';

interface Asked {
  readonly key: ReturnType<typeof outcomeKey>;
  readonly there: Buffer;
  readonly plan: TypePlan;
  readonly way: 'restore' | 'commands';
}

export class DryRun {
  readonly types = new Map<string, TypePlan>();
  read = 0;
  private batch: Asked[] = [];
  private db = 0;
  private readonly selected = new Map<Redis, number>();

  constructor(
    private readonly target: BulkTarget,
    private readonly knowledge: TargetKnowledge,
    private readonly mapping: KeyMapping,
    private readonly ledger: Ledger,
    private readonly options: LoadOptions,
    private readonly expiredBy: number | undefined,
  ) {}

  /** Rejects with LiveError. */
  async run(dataset: Dataset, survey: Survey): Promise<void> {
    const selection = await survey.selection();
    const { signal, onProgress } = this.options;
    const report = (done: number) =>
      onProgress?.({ phase: 'load', done, total: dataset.inputSize, keys: this.ledger.sums.loaded });
    await eachKey(
      dataset,
      (key) => selection.wants(key),
      (key) => {
        if (signal?.aborted) return;
        this.read++;
        return this.look(key, survey);
      },
      { onProgress: report },
    );
    if (signal?.aborted) return;
    await this.ask();
    for (const [node, db] of this.selected) if (db !== 0) await node.select(0).catch(fail);
  }

  private look(record: KeyRecord, { merged }: Survey): void | Promise<void> {
    const { ledger, mapping, expiredBy } = this;
    const { offset } = record;
    if (merged.has(offset)) {
      ledger.settle(outcomeKey(record), 'conflicted', 'SAME_NAME', 'another key of the input gets the same name');
      return;
    }
    if (expiredBy !== undefined && hasExpired(record.expireAtMs, expiredBy)) {
      ledger.expired(offset);
      return;
    }
    const key = outcomeKey(record);
    const way = this.wayOf(record.type, record.moduleType);
    const plan = this.planOf(key.type);
    if (way === undefined) {
      ledger.settle(key, 'failed', 'TYPE', `the target takes no values of type ${key.type}`);
      return;
    }
    const db = mapping.dbOf(key.db);
    const wait = db === this.db ? undefined : this.ask();
    const add = () => {
      this.db = db;
      this.batch.push({ key, there: Buffer.from(mapping.nameOf(key.name)), plan, way });
      return this.batch.length >= BATCH ? this.ask() : undefined;
    };
    return wait ? wait.then(add) : add();
  }

  private planOf(type: string): TypePlan {
    let plan = this.types.get(type);
    if (!plan) this.types.set(type, (plan = { type, restore: 0, commands: 0, existing: 0 }));
    return plan;
  }

  /** As far as it can be known without trying. */
  private wayOf(type: ValueType, module: string | undefined): 'restore' | 'commands' | undefined {
    const { mode = 'auto' } = this.options;
    const takes = this.knowledge.takes(type, module);
    const byRestore = takes ?? this.knowledge.payloadVersion(type) !== undefined;
    const byCommands = type.type !== 'module';
    if (mode !== 'commands' && byRestore && !(mode === 'auto' && type.type === 'string')) return 'restore';
    if (mode !== 'restore' && byCommands) return 'commands';
    return undefined;
  }

  private async ask(): Promise<void> {
    const { batch, target, db, ledger, options } = this;
    this.batch = [];
    const groups = new Map<Redis, Asked[]>();
    for (const asked of batch) {
      const node = target.nodes[target.isCluster ? target.nodeOf(hashSlot(asked.there)) : 0];
      const group = groups.get(node);
      if (group) group.push(asked);
      else groups.set(node, [asked]);
    }
    for (const [node, group] of groups) {
      if ((this.selected.get(node) ?? 0) !== db) await node.select(db).catch(fail);
      this.selected.set(node, db);
      const pipeline = node.pipeline();
      for (const { there } of group) pipeline.exists(there);
      const replies = (await pipeline.exec().catch(fail)) ?? [];
      for (const [i, { key, plan, way }] of group.entries()) {
        const [error, found] = replies[i] ?? [];
        if (error) throw liveError(error);
        const exists = Number(found) > 0;
        if (exists) plan.existing++;
        if (exists && options.onConflict !== 'replace') {
          ledger.settle(key, options.onConflict === 'skip' ? 'skipped' : 'conflicted', 'BUSYKEY', EXISTS);
        } else {
          plan[way]++;
          ledger.ours();
        }
      }
    }
  }
}

function fail(error: unknown): never {
  throw liveError(error);
}
