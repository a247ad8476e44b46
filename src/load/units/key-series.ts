// A key whose commands are too many for one parcel: sent part by part as the value is read, in order, and named when all parts are there.
import { Parcel, Series, type UnitResult } from '../../live/bulk/parcel.js';
import type { KeyOutcome } from '../outcome.js';
import type { BuiltKey } from './key-batch.js';
import type { SendParcel, Settlement } from './settlement.js';
import { failureOf } from './verdicts.js';

/** The parts of one key. */
export class KeySeries {
  private readonly series = new Series();
  private unanswered = 0;
  private failure: KeyOutcome | undefined;
  private key: BuiltKey | undefined;

  constructor(
    private readonly db: number,
    private readonly slot: number | undefined,
    private readonly settlement: Settlement,
    private readonly outbox: { readonly send: SendParcel; recycle(buffer: Buffer): void },
  ) {}

  /** Sends [0, length) of `bytes`, which are whole commands. */
  part(bytes: Buffer, length: number, commands: number): void {
    // The value is read to its end all the same.
    if (this.failure || length === 0) return;
    const parcel = new Parcel(bytes, this.db, this.slot, this, this.series);
    parcel.endUnit(length, commands);
    this.unanswered++;
    this.outbox.send(parcel, (_, exceptions) => {
      this.outbox.recycle(bytes);
      this.answered(exceptions.get(0));
    });
  }

  /** The value is over. `failure`: why it must not get its name. */
  end(key: BuiltKey, failure?: KeyOutcome): void {
    this.key = key;
    if (failure) this.fail(failure);
    if (this.unanswered === 0) this.settle(key);
  }

  private answered(result: UnitResult | undefined): void {
    const failure = result && failureOf(result);
    if (failure) this.fail(failure);
    this.unanswered--;
    if (this.unanswered === 0 && this.key) this.settle(this.key);
  }

  /** The first failure is the reason of all others; but an error says more than a loss. */
  private fail(failure: KeyOutcome): void {
    if (!this.failure || (this.failure.kind === 'lost' && failure.kind !== 'lost')) this.failure = failure;
    this.series.failed ??= failure.detail;
  }

  private settle(key: BuiltKey): void {
    if (!this.failure) {
      this.settlement.rename([key]);
      return;
    }
    this.settlement.tell(key, this.failure);
    this.settlement.remove(key);
  }
}
