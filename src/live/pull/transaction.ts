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

/** What is asked about each key; TIME twice, to see how far PTTL may be off. */
const WITH_EXPIRETIME = ['expiry', 'value'] as const;
const WITH_TIME = ['time', 'expiry', 'time', 'value'] as const;
/** A server on a busy machine may be stopped between two commands: then its clock and the rest of a life do not fit, ms. */
const MOST_APART_MS = 1;
/** What PEXPIRETIME and PTTL answer for a key that does not expire; less for one that is not there. */
const NO_EXPIRY = -1;

export interface TransactionOptions<Key> {
  /** The server knows PEXPIRETIME. */
  readonly hasExpireTime: boolean;
  readonly take: TakeKey<Key>;
  /** Told instead, by its place, of a key whose expiry is not known well enough; without it such keys are taken. */
  readonly again?: ((at: number) => void) | undefined;
  readonly onDone: () => void;
}

/**
 * MULTI, for each key its expiry and its value, EXEC. The expiry of a key and its value are of the same moment; a key that goes in
 * between, as it expires, is gone. Any error is one of the whole, and the first one is told: EXEC only says that there was one.
 */
export class Transaction<Key> extends Question {
  private readonly commands: readonly ('time' | 'expiry' | 'value')[];
  /** Answers of MULTI, and that commands wait, which are still to come. */
  private waiting: number;
  private isOpen = false;
  /** The key that is told next, and which of its commands is answered next. */
  private at = 0;
  private step = 0;
  /** Parts of a TIME that are still to come. */
  private timeLeft = 0;
  /** What the clock of the server said before and behind the expiry, ms since the epoch. */
  private beforeMs = 0;
  private nowMs = 0;
  /** Of the key at hand: as servers tell it, or ms since the epoch. */
  private expiry = NO_EXPIRY;

  constructor(
    private readonly keys: readonly Key[],
    private readonly options: TransactionOptions<Key>,
  ) {
    super(options.onDone);
    this.commands = options.hasExpireTime ? WITH_EXPIRETIME : WITH_TIME;
    this.waiting = 1 + this.count;
  }

  override array(length: number): void {
    if (this.waiting > 0) throw unexpected();
    if (!this.isOpen) {
      if (length !== this.count) throw unexpected();
      this.isOpen = true;
      return;
    }
    if (this.asked !== 'time' || this.timeLeft > 0 || length !== 2) throw unexpected();
    this.timeLeft = length;
  }

  override bulk(buffer: Uint8Array, start: number, end: number): void {
    if (this.timeLeft > 0) this.takeTime(Number(Buffer.from(buffer.subarray(start, end)).toString('latin1')));
    else this.tell(buffer, start, end);
  }

  override integer(value: number): void {
    if (this.asked !== 'expiry') throw unexpected();
    this.expiry = value;
    this.beforeMs = this.nowMs;
    this.step++;
  }

  override status(): void {
    if (this.waiting === 0) throw unexpected();
    this.waiting--;
  }

  override nil(): void {
    this.tell(undefined, 0, 0);
  }

  private get count(): number {
    return this.keys.length * this.commands.length;
  }

  private get asked(): 'time' | 'expiry' | 'value' | undefined {
    return this.isOpen ? this.commands[this.step] : undefined;
  }

  /** Seconds, then microseconds. */
  private takeTime(value: number): void {
    if (!Number.isSafeInteger(value)) throw unexpected();
    this.timeLeft--;
    if (this.timeLeft === 1) this.nowMs = value * 1000;
    else {
      this.nowMs += Math.floor(value / 1000);
      this.step++;
    }
  }

  private tell(buffer: Uint8Array | undefined, start: number, end: number): void {
    if (this.asked !== 'value') throw unexpected();
    const { expiry, keys, beforeMs, nowMs } = this;
    const { hasExpireTime, take, again } = this.options;
    const place = this.at++;
    this.step = 0;
    if (again && !hasExpireTime && expiry >= 0 && nowMs - beforeMs > MOST_APART_MS) again(place);
    else {
      const expireAtMs = expiry < 0 ? undefined : hasExpireTime ? expiry : beforeMs + expiry;
      // Servers older than 7.0 let keys expire within a transaction, too.
      take(keys[place], expiry < NO_EXPIRY ? undefined : buffer, start, end, expireAtMs);
    }
    if (this.at === keys.length) this.done();
  }
}
