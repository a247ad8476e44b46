// Keys that commands build: under a temporary name, as one unit, or in parts when they are large.
import type { KeyRecord } from '../../rdb/visitor.js';
import { expires } from './expiry.js';
import { type BuiltKey, type KeptKey, Way } from './key-batch.js';
import { KeyBuilder } from './key-builder.js';
import { KeySeries } from './key-series.js';
import type { KeyLoaderOptions } from './options.js';
import type { Outbox } from './outbox.js';
import type { Settlement } from './settlement.js';
import { TemporaryNames } from './temporary-names.js';
import type { UnitWriter } from './unit-writer.js';
import { ownFailure } from './verdicts.js';
import { WORDS } from './words.js';

/** A key whose commands take more is sent in parts of about so many bytes. */
const PART_BYTES = 1024 * 1024;

/** Builds one key after the other. */
export class BuiltUnit {
  /** Takes the events of the value. */
  readonly builder: KeyBuilder;
  private readonly names = new TemporaryNames();
  private writer: UnitWriter | undefined;
  private slot: number | undefined;
  private temporary: Uint8Array = new Uint8Array(0);
  private target: Uint8Array = new Uint8Array(0);
  private series: KeySeries | undefined;
  private readonly rename: Uint8Array;

  constructor(
    options: KeyLoaderOptions,
    private readonly outbox: Outbox,
    private readonly settlement: Settlement,
  ) {
    const { kernels, knowledge, look, losses, onConflict } = options;
    this.rename = onConflict === 'replace' ? WORDS.RENAME : WORDS.RENAMENX;
    this.builder = new KeyBuilder({
      kernels,
      knowledge,
      look,
      losses,
      take: (bytes) => this.writer?.encoded(bytes),
      between: () => this.sendPart(false),
    });
  }

  /** A key begins; `target`: its name there, which is copied. Returns the level for its value. */
  begin(key: KeyRecord, writer: UnitWriter, target: Uint8Array, slot: number | undefined): number {
    this.writer = writer;
    this.slot = slot;
    this.series = undefined;
    this.target = target.slice();
    this.temporary = this.names.name(slot);
    writer.begin(2);
    writer.encoded(WORDS.UNLINK);
    writer.argument(this.temporary);
    return this.builder.begin(key, this.temporary);
  }

  /** The value is over. */
  end(key: KeyRecord, kept: KeptKey): void {
    const { builder, writer } = this;
    if (!writer) return;
    builder.finish();
    const built = this.builtKey(key, kept);
    const { refused } = builder;
    if (this.series) {
      if (refused === undefined) this.sendPart(true);
      else this.drop(writer);
      this.series.end(built, refused === undefined ? undefined : ownFailure('DAMAGED', refused));
      return;
    }
    const commands = builder.takeCommands();
    if (refused !== undefined || commands === 0) {
      this.drop(writer);
      const empty = 'it has no elements: servers do not keep such keys';
      this.settlement.tell(kept, ownFailure(refused === undefined ? 'EMPTY' : 'DAMAGED', refused ?? empty));
      return;
    }
    // Of several commands one may fail: only their answers tell whether the key may have its name.
    const atOnce = commands === 1;
    if (atOnce) this.writeName(writer);
    const way = atOnce ? Way.BUILD : Way.BUILD_FIRST;
    const batch = writer.endUnit(key.offset, key.type.code, way, 1 + commands + (atOnce ? 1 : 0));
    batch.built.set(batch.count - 1, built);
  }

  /** The input ended within the value. */
  abort(key: KeyRecord, kept: KeptKey): void {
    const failure = ownFailure('DAMAGED', 'the input ends within its value');
    this.builder.abort();
    if (this.writer) this.drop(this.writer);
    if (this.series) this.series.end(this.builtKey(key, kept), failure);
    else this.settlement.tell(kept, failure);
  }

  /** Takes back what was not sent. */
  private drop(writer: UnitWriter): void {
    this.builder.takeCommands();
    writer.drop();
  }

  /** Sends what there is of a large value. */
  private sendPart(last: boolean): void {
    const { writer, builder } = this;
    if (!writer || (!last && writer.unitBytes < PART_BYTES)) return;
    const { db } = this.outbox;
    const commands = builder.takeCommands() + (this.series ? 0 : 1);
    this.series ??= new KeySeries(db, this.slot, this.settlement, this.outbox);
    const { bytes, length } = writer.takeUnit();
    this.series.part(bytes, length, commands);
  }

  private writeName(writer: UnitWriter): void {
    writer.begin(3);
    writer.encoded(this.rename);
    writer.argument(this.temporary);
    writer.argument(this.target);
  }

  private builtKey(key: KeyRecord, kept: KeptKey): BuiltKey {
    const { builder, temporary, target, slot } = this;
    const expiryMs = expires(key) ? (key.expireAtMs ?? 0) : Number.POSITIVE_INFINITY;
    const fieldsMs = key.type.type === 'hash' ? builder.latestFieldMs : Number.POSITIVE_INFINITY;
    const partly = [...(kept.partly ?? []), ...builder.partly];
    const vanishesMs = Math.min(expiryMs, fieldsMs);
    return { ...kept, temporary, target, slot, partly, vanishesMs, targetDb: this.outbox.db };
  }
}
