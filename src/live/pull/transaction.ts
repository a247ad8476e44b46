import { Question, unexpected } from './question.js';

/** Told of one key: its DUMP payload is [start, end) of `buffer`, which stays as it is; undefined when the key is gone. */
export type TakeKey<Key> = (
  key: Key,
  buffer: Uint8Array | undefined,
  start: number,
  end: number,
  /** ms since the epoch; undefined when it does not expire. */
  expireAtMs: number | undefined,
) => void;

/** Commands for each key: PEXPIRETIME, DUMP; or TIME, PTTL, DUMP. */
const WITH_EXPIRETIME = 2;
const WITH_TIME = 3;
/** What PEXPIRETIME and PTTL answer for a key that does not expire; less for one that is not there. */
const NO_EXPIRY = -1;

/**
 * MULTI, for each key its expiry and its value, EXEC. The expiry of a key and its value are of the same moment; a key that goes in
 * between, as it expires, is gone. Any error is one of the whole, and the first one is told: EXEC only says that there was one.
 */
export class Transaction<Key> extends Question {
  /** Answers of MULTI, and that commands wait, which are still to come. */
  private waiting: number;
  private isOpen = false;
  /** The next one to be told. */
  private at = 0;
  /** Of TIME. */
  private timeLeft = 0;
  private nowMs = 0;
  /** Of the key at hand: ms since the epoch, or negative as servers tell it; undefined before it is known. */
  private expireAtMs: number | undefined;

  constructor(
    private readonly keys: readonly Key[],
    private readonly hasExpireTime: boolean,
    private readonly take: TakeKey<Key>,
    onDone: () => void,
  ) {
    super(onDone);
    this.waiting = 1 + this.commands;
  }

  override array(length: number): void {
    if (this.waiting > 0) throw unexpected();
    if (!this.isOpen) {
      if (length !== this.commands) throw unexpected();
      this.isOpen = true;
    } else if (this.hasExpireTime || this.expireAtMs !== undefined || this.timeLeft > 0 || length !== 2) {
      throw unexpected();
    } else this.timeLeft = length;
  }

  override bulk(buffer: Uint8Array, start: number, end: number): void {
    if (!this.isOpen) throw unexpected();
    if (this.timeLeft > 0) this.takeTime(Number(Buffer.from(buffer.subarray(start, end)).toString('latin1')));
    else this.tell(buffer, start, end);
  }

  override integer(value: number): void {
    if (!this.isOpen || this.timeLeft > 0 || this.expireAtMs !== undefined) throw unexpected();
    this.expireAtMs = value < 0 || this.hasExpireTime ? value : this.nowMs + value;
  }

  override status(): void {
    if (this.waiting === 0) throw unexpected();
    this.waiting--;
  }

  override nil(): void {
    if (!this.isOpen || this.timeLeft > 0) throw unexpected();
    this.tell(undefined, 0, 0);
  }

  private get commands(): number {
    return this.keys.length * (this.hasExpireTime ? WITH_EXPIRETIME : WITH_TIME);
  }

  /** Seconds, then microseconds. */
  private takeTime(value: number): void {
    if (!Number.isSafeInteger(value)) throw unexpected();
    this.timeLeft--;
    if (this.timeLeft === 1) this.nowMs = value * 1000;
    else this.nowMs += Math.floor(value / 1000);
  }

  private tell(buffer: Uint8Array | undefined, start: number, end: number): void {
    const { expireAtMs, keys } = this;
    if (expireAtMs === undefined) throw unexpected();
    this.expireAtMs = undefined;
    const key = keys[this.at++];
    // Servers older than 7.0 let keys expire within a transaction, too.
    const isGone = expireAtMs < NO_EXPIRY;
    this.take(key, isGone ? undefined : buffer, start, end, expireAtMs < 0 ? undefined : expireAtMs);
    if (this.at === keys.length) this.done();
  }
}
