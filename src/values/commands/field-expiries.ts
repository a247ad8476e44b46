import type { CommandWriter } from '../../resp/command-writer.js';
import type { BeginBatch } from './element-batch.js';
import type { CommandTarget } from './target.js';

/** When fields of a hash expire: collected with the fields, and set behind them, as HSET clears it. */
export class FieldExpiries {
  /** Fields of this hash whose expiry the release does not take. */
  lost = 0;
  private target: CommandTarget | undefined;
  private fields: Uint8Array[] = [];
  private times: number[] = [];

  constructor(
    private readonly out: CommandWriter,
    private readonly start: BeginBatch,
  ) {}

  /** Another hash begins. */
  begin(target: CommandTarget): void {
    this.target = target;
    this.lost = 0;
    this.fields = [];
    this.times = [];
  }

  /** `expireAtMs`: ms since the epoch. */
  add(buffer: Uint8Array, start: number, end: number, expireAtMs: number): void {
    const { target } = this;
    if (!target?.expiresFields || expireAtMs < 0 || expireAtMs > target.latestFieldExpiry) {
      this.lost++;
      return;
    }
    this.fields.push(buffer.slice(start, end));
    this.times.push(expireAtMs);
  }

  /** Writes them: one command for fields in a row that expire at the same time. */
  flush(): void {
    const { fields, times, out } = this;
    for (let from = 0; from < fields.length; ) {
      let end = from + 1;
      while (end < fields.length && times[end] === times[from]) end++;
      this.start('HPEXPIREAT', 3 + end - from);
      out.argument(times[from]);
      out.argument('FIELDS');
      out.argument(end - from);
      for (; from < end; from++) out.argument(fields[from]);
    }
    this.fields = [];
    this.times = [];
  }
}
