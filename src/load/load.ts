import type { Dataset } from '../backup/dataset.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { isUnsure } from '../diff/change.js';
import { KeyFilter } from '../keyspace/filters.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { LiveError } from '../live/live-error.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { Losses } from '../values/commands/losses.js';
import { type Compared, compareWithTarget } from './compare-loaded.js';
import { DryRun } from './dry-run.js';
import { compareFunctions, loadFunctions } from './functions.js';
import { Journal } from './journal.js';
import { KeyMapping, type MappingOptions } from './key-mapping.js';
import { Ledger } from './ledger.js';
import { LoadError } from './load-error.js';
import { loadLog, refuseForLog, refuseKeys } from './load-log.js';
import type { LogReplay } from './log/log-replay.js';
import type { LoadOptions } from './options.js';
import { Passes } from './passes.js';
import { preflight } from './preflight.js';
import { type FunctionReport, type LoadReport, type LoadWarning, NOT_VERIFIED, type VerifiedReport } from './report.js';
import { refuseUnsound, type Survey, survey } from './survey.js';
import { learnTarget, type TargetKnowledge } from './units/knowledge.js';
import { LoadLook } from './units/load-look.js';

/** Differences that are told. */
const TOLD = 20;

/**
 * Loads the keys of a dataset into a target. The dataset has to be repeatable; whoever opened it, and the target, closes
 * them. Nothing is written before all of the input was read and found sound, and the target was asked whether it can take it.
 * Never flushes, and by default never overwrites.
 *
 * What becomes of keys is in the report. Rejects with LoadError when the load cannot begin (nothing was written then), with LiveError when the target
 * does not answer, and with errors of the system.
 */
export async function load(dataset: Dataset, target: BulkTarget, options: LoadOptions = {}): Promise<LoadReport> {
  return new Load(dataset, target, options).run();
}

class Load {
  private readonly startedAtMs = Date.now();
  private readonly kernels = new Kernels();
  private readonly look = new LoadLook();
  private readonly losses = new Losses();
  private readonly warnings: LoadWarning[] = [];
  private functions: FunctionReport | null = null;
  /** The codes of libraries that were loaded. */
  private libraries: readonly Uint8Array[] = [];
  private verified: VerifiedReport | null = null;
  private log: LogReplay | null = null;
  private inPasses = false;
  private journal: Journal | undefined;

  constructor(
    private readonly dataset: Dataset,
    private readonly target: BulkTarget,
    private readonly options: LoadOptions,
  ) {}

  async run(): Promise<LoadReport> {
    const { dataset, target, options, kernels, look } = this;
    const { signal } = options;
    // Passes end by themselves, and need not be told of every key that is under way.
    const close = () => this.inPasses || target.close();
    signal?.addEventListener('abort', close, { once: true });
    try {
      const given = new KeyMapping(this.mapping());
      if (this.hasLog) refuseForLog(options);
      const seen = await survey(dataset, kernels, look, this.surveyOptions(given));
      refuseUnsound(seen, this.hasLog);
      const mapping = this.directed(given, seen);
      const knowledge = await learnTarget(target);
      this.warnings.push(
        ...(await preflight(target, knowledge, { survey: seen, look, mapping, bytes: dataset.inputSize ?? 0 })),
      );
      if (this.hasLog) await this.prepareLog(seen);
      if (options.dryRun) return await this.dry(seen, knowledge, mapping);
      return await this.write(seen, knowledge, mapping);
    } finally {
      signal?.removeEventListener('abort', close);
      this.journal?.close();
    }
  }

  private async write(seen: Survey, knowledge: TargetKnowledge, mapping: KeyMapping): Promise<LoadReport> {
    const { dataset, target, options, kernels, look, losses, startedAtMs } = this;
    if (options.journal !== undefined) this.journal = Journal.open(options.journal, this.subject(seen), seen.nowMs);
    const { journal } = this;
    if (options.functions ?? true) await this.loadFunctions(seen);
    const passes = new Passes({
      ...{ dataset, kernels, target, survey: seen, look, knowledge, mapping, losses, journal, options },
      clockMs: startedAtMs,
    });
    this.inPasses = true;
    await passes.run().finally(() => {
      this.inPasses = false;
    });
    const { ledger } = passes;
    const stopped = passes.isStopped;
    // What was sent without an answer, and what was never sent.
    if (stopped) ledger.notTried(seen.wanted - ledger.settled, options.signal?.aborted ? 'interrupted' : 'stopped');
    if (options.verify && !options.signal?.aborted) {
      await this.verify(seen, ledger, mapping).catch((error: unknown) => {
        if (options.signal?.aborted) return;
        // What was loaded is loaded: nobody may lose the account of it.
        if (!(error instanceof LiveError)) throw error;
        const message = `the keys were not compared with the target: ${error.message}`;
        this.warnings.push({ code: NOT_VERIFIED, message });
      });
    }
    if (this.hasLog && !stopped && ledger.sums.failed + ledger.sums.conflicted === 0) {
      this.log = await loadLog(target, mapping, options);
    }
    const logStopped = this.hasLog && (this.log === null || this.log.stopped !== undefined);
    const read = stopped ? seen.wanted : passes.read;
    return {
      ...this.report(seen, ledger, read),
      complete: !stopped && !logStopped,
      journal: journal
        ? { path: options.journal ?? '', resumed: journal.state !== undefined, restarted: passes.forgotten }
        : null,
    };
  }

  private async dry(seen: Survey, knowledge: TargetKnowledge, mapping: KeyMapping): Promise<LoadReport> {
    const { options, target, startedAtMs } = this;
    const ledger = new Ledger();
    const expiredBy = options.expired === 'load' ? undefined : Math.max(seen.nowMs, startedAtMs);
    const run = new DryRun(target, knowledge, mapping, ledger, options, expiredBy);
    await run.run(this.dataset, seen);
    const aborted = options.signal?.aborted === true;
    if (aborted) ledger.notTried(seen.wanted - ledger.settled, 'interrupted');
    const types = [...run.types.values()].sort((a, b) => b.restore + b.commands - a.restore - a.commands);
    return { ...this.report(seen, ledger, aborted ? seen.wanted : run.read), complete: !aborted, types };
  }

  private report(seen: Survey, ledger: Ledger, read: number): LoadReport {
    const { dataset, target, options, startedAtMs } = this;
    const { sums } = ledger;
    const { header, fields, ending } = seen;
    const skipped = sums.skipped + sums.before;
    const sum = sums.loaded + skipped + sums.expired + sums.conflicted + sums.failed;
    const interrupted = options.signal?.aborted === true;
    const isLogAlone = this.hasLog && ending.rdbVersion === 1;
    return {
      input: {
        path: dataset.path,
        kind: dataset.kind,
        rdbVersion: isLogAlone ? null : ending.rdbVersion,
        producer: header && !isLogAlone ? fields.producer(header.magic) : null,
        createdAtMs: fields.createdAtMs ?? null,
        keys: seen.all,
        hasLog: this.hasLog,
        findings: ending.findings,
      },
      target: {
        url: target.address.shown,
        lineage: target.lineage,
        version: target.version,
        cluster: target.isCluster,
      },
      dryRun: options.dryRun ?? false,
      complete: true,
      interrupted,
      stopped: interrupted ? null : (ledger.fatal ?? null),
      keys: read,
      loaded: sums.loaded,
      skipped,
      loadedBefore: sums.before,
      expired: sums.expired,
      conflicted: sums.conflicted,
      failed: sums.failed,
      reloaded: ledger.reloaded,
      failures: ledger.failureGroups,
      conflicts: ledger.conflictGroups,
      partly: { keys: ledger.partlyKeys, first: ledger.partlyFirst },
      notes: [...this.losses.notes],
      withoutPrefix: seen.withoutPrefix,
      functions: this.functions,
      restarts: target.restarts,
      warnings: this.warnings,
      types: null,
      log: this.log,
      journal: null,
      verified: this.verified,
      startedAtMs,
      seconds: (Date.now() - startedAtMs) / 1000,
      discrepancy:
        sum === read && read === seen.wanted
          ? null
          : `${seen.wanted} keys were wanted, ${read} were read, and the sums make ${sum}`,
    };
  }

  private get hasLog(): boolean {
    return (this.options.log?.length ?? 0) > 0;
  }

  private async prepareLog({ fields }: Survey): Promise<void> {
    const { options, target } = this;
    await refuseKeys(target, options);
    const { untilMs } = options;
    if (untilMs !== undefined && fields.createdAtMs !== undefined && untilMs < fields.createdAtMs) {
      throw new LoadError('unusable', 'the base of this set was written after the moment that --until names');
    }
    if (options.dryRun)
      this.warnings.push({ code: 'LOG_NOT_LOOKED_AT', message: 'the commands behind the keys were not looked at' });
  }

  private mapping(): MappingOptions {
    const { dbMap, prefixStrip, prefixAdd } = this.options;
    return {
      ...(dbMap ? { dbMap } : {}),
      ...(prefixStrip ? { prefixStrip } : {}),
      ...(prefixAdd ? { prefixAdd } : {}),
    };
  }

  /** A URL that names a database means it for all keys. */
  private directed(given: KeyMapping, seen: Survey): KeyMapping {
    const { db } = this.target.address;
    const from = [...seen.dbs.keys()];
    if (db === undefined || from.length === 0) return given;
    if (this.options.dbMap) {
      throw new LoadError('unusable', 'the URL names a database, and so does --db-map: leave one of them out');
    }
    if (from.length > 1) {
      const names = from.sort((a, b) => a - b).join(', ');
      throw new LoadError(
        'unusable',
        `the URL names database ${db}, and the keys are in ${names}: use --db, or --db-map`,
      );
    }
    return new KeyMapping({ ...this.mapping(), dbMap: new Map([[from[0], db]]) });
  }

  private surveyOptions(mapping: KeyMapping) {
    const { filter = {}, now = 'real', tmpDir, onProgress, journal, signal } = this.options;
    const { inputSize } = this.dataset;
    return {
      // A journal that is there tells which keys a filter on the time to live let pass.
      ...{ filter, mapping, tmpDir, clockMs: this.startedAtMs },
      now: (journal === undefined || now !== 'real' ? undefined : Journal.momentOf(journal)) ?? now,
      onProgress: (done: number) => {
        signal?.throwIfAborted();
        onProgress?.({ phase: 'survey', done, total: inputSize, keys: 0 });
      },
    };
  }

  private subject(seen: Survey) {
    const { options, target } = this;
    const { dbMap, prefixAdd, prefixStrip, filter = {} } = options;
    const words = [
      ...new KeyFilter(filter).describe(),
      ...[...(dbMap ?? [])].map(([from, to]) => `--db-map ${from}:${to}`),
      ...(prefixStrip ? [`--prefix-strip ${Buffer.from(prefixStrip).toString('hex')}`] : []),
      ...(prefixAdd ? [`--prefix-add ${Buffer.from(prefixAdd).toString('hex')}`] : []),
    ];
    return { input: seen.fingerprint, target: target.address.shown, options: words.join(' ') };
  }

  private async loadFunctions({ libraries }: Survey): Promise<void> {
    if (libraries.length === 0) return;
    const { report, brought } = await loadFunctions(this.target, libraries, this.options.onConflict ?? 'fail');
    this.functions = report;
    this.libraries = brought;
  }

  private async verify(seen: Survey, ledger: Ledger, mapping: KeyMapping): Promise<void> {
    const { dataset, target, options } = this;
    const { maxMemory, tmpDir, signal, onProgress } = options;
    const startedMs = performance.now();
    const wanted = async () => {
      const selection = await seen.selection();
      return (key: KeyRecord) => selection.wants(key) && !ledger.notLoaded.has(key.offset);
    };
    const compared = await compareWithTarget(dataset, target, wanted, {
      ...{ mapping, maxMemory, tmpDir, signal },
      onProgress: (done, keys) => onProgress?.({ phase: 'verify', done, total: dataset.inputSize, keys }),
    });
    try {
      const functions = await this.verifyFunctions();
      this.verified = { ...verifiedReport(compared, (performance.now() - startedMs) / 1000), functions };
    } finally {
      compared.close();
    }
  }

  private async verifyFunctions(): Promise<VerifiedReport['functions']> {
    const { libraries, target } = this;
    if (libraries.length === 0) return null;
    const functions = await compareFunctions(target, libraries);
    if (functions === null) {
      const message = 'the target does not tell which function libraries it has: they were not compared';
      this.warnings.push({ code: 'FUNCTIONS_NOT_COMPARED', message });
    }
    return functions;
  }
}

function verifiedReport(
  { compared, expired, missing, different, changes }: Compared,
  seconds: number,
): Omit<VerifiedReport, 'functions'> {
  const first: { db: number; key: Uint8Array; what: readonly string[] }[] = [];
  let unsure = 0;
  for (const each of changes()) {
    const { db, key, change, what } = each;
    if (isUnsure(each)) unsure++;
    else if (first.length < TOLD) {
      first.push({ db, key: key.slice(0, 1024), what: change === 'removed' ? ['missing'] : what });
    }
  }
  const equal = compared - expired - missing - different;
  return { seconds, compared, equal, missing, different: different - unsure, unsure, expired, first };
}
