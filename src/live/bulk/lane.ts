import type { Duplex } from 'node:stream';
import { commandBytes } from '../../resp/command.js';
import { type LiveError, liveError } from '../live-error.js';
import { errorsOf, type Flight } from './flight.js';
import type { Reply, Series } from './parcel.js';
import { ReplyReader } from './reply-reader.js';

/** Told by a lane. */
export interface LaneEvents {
  /** There is room for more. */
  room(): void;
  /** Every unit of it is answered; those in `again` have to be sent again. */
  landed(flight: Flight): void;
  /** No answer has come for a while. */
  silent(): void;
  /** The connection is gone: what was under way, and what it had taken and not sent. */
  broken(lane: Lane, unanswered: readonly Flight[], unsent: readonly Flight[], reason: LiveError): void;
}

/** How often it is looked whether answers come, ms; and so many times within the time that an answer may take. */
const WATCH_MS = 5000;
const WATCH_TIMES = 4;

const carriers = new WeakMap<Series, Lane>();

/** The connection that the parts of a series go through, which may be gone; undefined before the first one. */
export function carrierOf(series: Series): Lane | undefined {
  return carriers.get(series);
}

/** One connection, from the moment when it is ready until it is gone. */
export class Lane {
  private underWay: Flight[] = [];
  /** Of `underWay`, how many are done. */
  private landed = 0;
  /** Flights that may go through this connection only. */
  private own: Flight[] = [];
  private db = 0;
  /** Waits until the database is chosen: behind a SELECT that fails, keys would land in another one. */
  private selecting: Flight | undefined;
  /** The connection takes no more at the moment. */
  private blocked = false;
  isGone = false;
  private answeredAt = performance.now();
  private readonly watch: NodeJS.Timeout;

  constructor(
    private readonly socket: Duplex,
    private readonly events: LaneEvents,
    answerTimeoutMs: number,
  ) {
    const reader = new ReplyReader((reply, count) => this.answer(reply, count));
    socket.on('data', (chunk: Buffer) => {
      this.answeredAt = performance.now();
      try {
        reader.feed(chunk);
      } catch (error) {
        this.break(error);
      }
    });
    socket.on('drain', () => {
      this.blocked = false;
      this.fill();
    });
    socket.on('error', (error) => this.break(error));
    // No answer comes any more, though what we send may go on to be taken: `close` would wait for that.
    socket.on('end', () => this.break(new Error('Connection is closed.')));
    socket.on('close', () => this.break(new Error('Connection is closed.')));
    const watchMs = Math.min(WATCH_MS, answerTimeoutMs / WATCH_TIMES);
    this.watch = setInterval(() => {
      const silentMs = performance.now() - this.answeredAt;
      if (this.isIdle) this.answeredAt = performance.now();
      else if (silentMs > answerTimeoutMs) {
        this.break(new Error(`it did not answer for ${Math.round(answerTimeoutMs / 1000)} s`));
      } else if (silentMs > watchMs) this.events.silent();
    }, watchMs);
    this.watch.unref();
  }

  get hasRoom(): boolean {
    return !this.isGone && !this.blocked && this.selecting === undefined && this.own.length === 0;
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return this.landed === this.underWay.length && this.selecting === undefined && this.own.length === 0;
  }

  /** Sends it; parts of a series wait for room, in their order. */
  send(flight: Flight): void {
    const { series } = flight.shipment.parcel;
    if (series) carriers.set(series, this);
    if (this.hasRoom) this.write(flight);
    else this.own.push(flight);
  }

  /** Ends the connection; `broken` tells what was under way. */
  break(error: unknown): void {
    if (this.isGone) return;
    this.isGone = true;
    clearInterval(this.watch);
    this.socket.destroy();
    const unanswered = this.underWay.slice(this.landed);
    const unsent = this.selecting ? [this.selecting, ...this.own] : this.own;
    this.underWay = [];
    this.own = [];
    this.landed = 0;
    this.selecting = undefined;
    this.events.broken(this, unanswered, unsent, liveError(error));
  }

  private fill(): void {
    while (!this.isGone && !this.blocked && this.selecting === undefined) {
      const flight = this.own.shift();
      if (!flight) {
        this.events.room();
        return;
      }
      this.write(flight);
    }
  }

  private write(flight: Flight): void {
    const { parcel } = flight.shipment;
    if (this.isIdle) this.answeredAt = performance.now();
    if (parcel.series?.failed !== undefined) {
      flight.lose(parcel.series.failed);
      return;
    }
    if (parcel.db !== this.db) {
      this.selecting = flight;
      this.blocked = !this.socket.write(commandBytes(['SELECT', parcel.db]));
      return;
    }
    this.underWay.push(flight);
    this.blocked = !this.socket.write(flight.bytes());
  }

  private answer(reply: Reply, given: number): void {
    let count = given;
    while (count > 0 && !this.isGone) {
      const flight = this.underWay[this.landed];
      if (flight) {
        count -= flight.take(reply, count);
        if (flight.isDone) this.land(flight);
      } else if (this.selecting) {
        count--;
        this.selected(this.selecting, reply);
      } else throw new Error('it answers what nobody asked');
    }
  }

  private land(flight: Flight): void {
    this.landed++;
    if (this.landed === this.underWay.length || this.landed > 1000) {
      this.underWay = this.underWay.slice(this.landed);
      this.landed = 0;
    }
    this.events.landed(flight);
  }

  private selected(flight: Flight, reply: Reply): void {
    this.selecting = undefined;
    if (errorsOf(reply).length === 0) {
      this.db = flight.shipment.parcel.db;
      this.write(flight);
    } else {
      flight.refuse(reply);
      this.events.landed(flight);
    }
    this.fill();
  }
}
