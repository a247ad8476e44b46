// What becomes of keys, from the answers to their units.
import { Parcel, type Settled, type UnitResult } from '../../live/bulk/parcel.js';
import { CommandWriter } from '../../resp/command-writer.js';
import type { KeyOutcome, OutcomeKey } from '../outcome.js';
import { type BuiltKey, type KeptKey, type KeyBatch, Way } from './key-batch.js';
import type { KeyLoaderOptions } from './options.js';
import { TEMPORARY_PREFIX } from './temporary-names.js';
import { nameInUnit } from './unit-name.js';
import { conflict, failureOf, refusalOf } from './verdicts.js';

/** Clocks differ: a key that expires within this time may be gone already, ms. */
const CLOCKS_WITHIN_MS = 60_000;

/** Sends a parcel. */
export type SendParcel = <T>(parcel: Parcel<T>, settled: Settled<T>) => void;

/** Tells the sink of every key, and gives keys that were built their names. */
export class Settlement {
  /** By code of the value type in the file. */
  readonly typeNames: string[] = ['string'];

  constructor(
    private readonly options: KeyLoaderOptions,
    private readonly send: SendParcel,
  ) {}

  /** The answers to a parcel of keys. */
  settle({ bytes, unitEnds, owner }: Parcel<KeyBatch>, exceptions: ReadonlyMap<number, UnitResult>): void {
    const { sink } = this.options;
    if (exceptions.size === 0 && owner.built.size === 0 && owner.kept.size === 0) {
      sink.loaded(owner.offsets, owner.count);
      return;
    }
    const toRename: BuiltKey[] = [];
    let loaded = 0;
    for (let i = 0; i < owner.count; i++) {
      const result = exceptions.get(i);
      const built = owner.built.get(i);
      const outcome =
        result && (built ? this.outcomeOfBuilt(built, result, owner.ways[i]) : this.outcomeOf(result, owner.ways[i]));
      if (outcome) {
        const from = i === 0 ? 0 : unitEnds[i - 1];
        const key = built ?? owner.kept.get(i) ?? this.keyInBatch(owner, i, bytes.subarray(from, unitEnds[i]));
        this.tell(key, outcome);
        if (built) this.remove(built);
      } else if (built && owner.ways[i] === Way.BUILD_FIRST) toRename.push(built);
      else {
        owner.offsets[loaded++] = owner.offsets[i];
        const kept = built ?? owner.kept.get(i);
        if (kept) this.tellParts(kept);
      }
    }
    if (loaded > 0) sink.loaded(owner.offsets, loaded);
    this.rename(toRename);
  }

  /** Keys that are complete, all of them in one database of one node, get their names. */
  rename(keys: readonly BuiltKey[]): void {
    if (keys.length === 0) return;
    const command = this.options.onConflict === 'replace' ? 'RENAME' : 'RENAMENX';
    const parcel = parcelOf(keys, (out, key) => out.command(command, key.temporary, key.target));
    this.send(parcel, (_, exceptions) => {
      const loaded = new Float64Array(keys.length);
      let count = 0;
      for (const [i, key] of keys.entries()) {
        const result = exceptions.get(i);
        const outcome = result && this.outcomeOfRename(key, result);
        if (outcome) {
          this.tell(key, outcome);
          this.remove(key);
        } else {
          loaded[count++] = key.offset;
          this.tellParts(key);
        }
      }
      if (count > 0) this.options.sink.loaded(loaded, count);
    });
  }

  /** What was built of a key, and is not to stay. */
  remove(key: BuiltKey): void {
    const parcel = parcelOf([key], (out, { temporary }) => out.command('UNLINK', temporary));
    this.send(parcel, (_, exceptions) => {
      const result = exceptions.get(0);
      if (!result || !failureOf(result)) return;
      this.options.losses.notes.add(
        `what was built of keys that failed: the target may still hold it, under names that begin with ${TEMPORARY_PREFIX}`,
      );
    });
  }

  tell(key: OutcomeKey, outcome: KeyOutcome): void {
    const { knowledge, sink, dbOf } = this.options;
    const refusal = refusalOf(outcome.detail);
    if (refusal === 'database') knowledge.closedDbs.set(dbOf?.(key.db) ?? key.db, outcome.detail);
    sink.outcome(key, outcome);
  }

  private tellParts(key: KeptKey): void {
    if (key.partly) for (const what of key.partly) this.options.sink.partly(key, what);
  }

  private keyInBatch(batch: KeyBatch, i: number, unit: Buffer): KeptKey {
    const type = this.typeNames[batch.types[i]] ?? '';
    return { offset: batch.offsets[i], db: batch.db, name: nameInUnit(unit), type };
  }

  private outcomeOf(result: UnitResult, way: number): KeyOutcome | undefined {
    const { onConflict, mode } = this.options;
    const failure = failureOf(result);
    if (!failure) {
      const [first] = result.replies;
      return way === Way.SET && first?.kind === 'nil' ? conflict(onConflict, result.repeated) : undefined;
    }
    if (failure.reason === 'BUSYKEY') return conflict(onConflict, result.repeated, failure.detail);
    return failure.kind === 'refused' && mode === 'restore' ? { ...failure, kind: 'failed' } : failure;
  }

  private outcomeOfBuilt(key: BuiltKey, result: UnitResult, way: number): KeyOutcome | undefined {
    // All of its commands, without the name: nothing but an error says that something is wrong.
    if (way === Way.BUILD_FIRST) return failureOf(result);
    return this.outcomeOfRename(key, result);
  }

  /** Of a unit that ends with the new name. */
  private outcomeOfRename(key: BuiltKey, result: UnitResult): KeyOutcome | undefined {
    const failure = failureOf(result);
    if (failure && /^ERR no such key/.test(failure.detail)) return this.outcomeOfVanished(key);
    if (failure) return failure;
    const last = result.replies.at(-1);
    return last?.kind === 'integer' && last.value === 0
      ? conflict(this.options.onConflict, result.repeated)
      : undefined;
  }

  /** What was built is not there any more. */
  private outcomeOfVanished({ vanishesMs }: BuiltKey): KeyOutcome {
    const rest = { fatal: false, maybeOurs: false };
    if (vanishesMs <= Date.now() + CLOCKS_WITHIN_MS) {
      return { kind: 'expired', reason: 'EXPIRED', detail: 'it expired before it was complete', ...rest };
    }
    return { kind: 'lost', reason: 'LOST', detail: 'the target no longer has what was built of it', ...rest };
  }
}

/** One command for each key. */
function parcelOf(keys: readonly BuiltKey[], write: (out: CommandWriter, key: BuiltKey) => void): Parcel<undefined> {
  const pieces: Buffer[] = [];
  const ends: number[] = [];
  let length = 0;
  const out = new CommandWriter((bytes) => {
    pieces.push(Buffer.from(bytes));
    length += bytes.length;
  });
  for (const key of keys) {
    write(out, key);
    out.flush();
    ends.push(length);
  }
  const [{ targetDb, slot }] = keys;
  const parcel = new Parcel(Buffer.concat(pieces), targetDb, slot, undefined);
  for (const end of ends) parcel.endUnit(end, 1);
  return parcel;
}
