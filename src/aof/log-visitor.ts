import type { FindingCode } from '../errors.js';

/** A command that begins; used again for the next: copy what should stay. */
export interface CommandRecord {
  /** File offset of its `*`, in bytes. */
  readonly offset: number;
  /** How many arguments it has, with its name. */
  readonly argc: number;
  /** Its name in lower case; bytes that are no ASCII as `\xHH`; cut after 128 bytes. */
  readonly name: string;
  /** The database that is selected. Inside a transaction: as it will be when the command is executed. */
  readonly db: number;
  /** File offset of the MULTI that it stands behind, -1 outside of transactions. */
  readonly multiAt: number;
  /** Bytes of the record; known in `commandEnd`. */
  readonly bytes: number;
}

/**
 * What a log tells while it is walked. Each event does nothing by default: override what matters. Offsets are file offsets
 * in bytes. Nothing here may throw for the sake of bad input: what is wrong with it is told by `problem`, and the walk goes
 * on as servers do; where they cannot, it ends with a fault.
 *
 * Commands of the table that was given to the reader pass without events (see `PlainCommand`).
 */
export class LogVisitor {
  /**
   * A command begins. Returns how many arguments behind the name are wanted, the first ones; Infinity for all of them.
   */
  command(_command: CommandRecord): number {
    return 0;
  }

  /**
   * A wanted argument, the bytes [start, end) of `buffer`, which are good until this returns. `index` 1 follows the name.
   * One above the largest that is held comes with its `length` and without bytes: start = end.
   */
  argument(_index: number, _length: number, _buffer: Uint8Array, _start: number, _end: number): void {}

  /** The command ended; all its bytes were there. A promise makes the reader wait: backpressure. */
  commandEnd(_command: CommandRecord): void | Promise<void> {}

  /** SELECT of a database that was not selected before (the first 65,536 of them). */
  database(_db: number, _offset: number): void {}

  /** `#TS:` with its time, in seconds since the epoch. Another annotation is told as a problem. */
  timestamp(_seconds: number, _offset: number): void {}

  /** Something is wrong, or worth a word, at `offset`; the walk goes on. */
  problem(_code: FindingCode, _offset: number, _detail: string): void {}
}
