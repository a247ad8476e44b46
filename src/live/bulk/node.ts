import { Redis } from 'ioredis';
import type { ClientOptions } from '../connect.js';
import { LiveError, liveError } from '../live-error.js';
import { dial, type Greeting, type NodeAddress, takeSocket } from './dial.js';
import type { Flight } from './flight.js';
import { carrierOf, Lane } from './lane.js';

export interface NodeOptions {
  readonly client: ClientOptions;
  readonly connections: number;
  readonly retryMs: number;
  readonly answerTimeoutMs: number;
  /** Another node can take over. */
  readonly isElastic: boolean;
}

/** Told by a node. */
export interface NodeEvents {
  /** Every unit of it is answered; those in `again` have to be sent again. */
  landed(node: BulkNode, flight: Flight): void;
  /** Units that nobody answered, of a connection that broke. */
  torn(flight: Flight): void;
  /** It cannot be reached at the moment, or does not answer. */
  unreachable(): void;
  /** It started anew since it was seen last. */
  restarted(node: BulkNode): void;
}

const FIRST_BACKOFF_MS = 50;
const MOST_BACKOFF_MS = 2000;
const RETIRE_MS = 5000;
const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 1000;

/** A server that takes units: its connections, which are made anew when they break, and what waits for them. */
export class BulkNode {
  /** For questions aside. Connects when it is asked, and anew when it has to; a question is never asked twice. */
  control: Redis;
  greeting: Greeting | undefined;
  private lanes: Lane[] = [];
  private waiting: Flight[] = [];
  /** Ended by its timer, not by a look at the clock: a timer may run a moment before its time. */
  private isPaused = false;
  private pauseMs = FIRST_PAUSE_MS;
  /** Since when no connection is there, ms. */
  private downSince: number | undefined;
  /** It was given up: why. */
  private givenUp: string | undefined;
  private isClosed = false;
  private isRetired = false;
  private nextLane = 0;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    public address: NodeAddress,
    private readonly options: NodeOptions,
    private readonly events: NodeEvents,
  ) {
    this.control = controlClient(options, address);
  }

  /** Makes the first connection; the others follow. Rejects with LiveError. */
  async open(): Promise<Greeting> {
    const greeting = await this.openLane();
    for (let i = 1; i < this.options.connections; i++) void this.keepLane();
    return greeting;
  }

  /** Makes its connections whenever it can. */
  start(): void {
    this.downSince ??= performance.now();
    for (let i = 0; i < this.options.connections; i++) void this.keepLane();
  }

  /** It has a connection. */
  get isUp(): boolean {
    return this.lanes.length > 0;
  }

  /** Another server has taken its place. */
  moveTo(address: NodeAddress): void {
    this.address = address;
    this.greeting = undefined;
    this.control.disconnect();
    this.control = controlClient(this.options, address);
    for (const lane of [...this.lanes]) lane.break(new Error('Connection is closed.'));
  }

  send(flight: Flight): void {
    const reason = this.isClosed || this.isRetired ? 'the connection was closed' : this.givenUp;
    if (reason !== undefined) flight.lose(reason);
    else if (!loseIfBroken(flight)) {
      this.waiting.push(flight);
      this.pump();
    }
  }

  /** Sends nothing for a while: what it answered will pass. Longer each time until something succeeds. */
  pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.later(() => {
      this.isPaused = false;
      this.pump();
    }, this.pauseMs);
    this.pauseMs = Math.min(2 * this.pauseMs, MOST_PAUSE_MS);
  }

  /** It took something. */
  resume(): void {
    this.pauseMs = FIRST_PAUSE_MS;
  }

  /** Takes away what waits for it. */
  takeWaiting(): Flight[] {
    const { waiting } = this;
    this.waiting = [];
    return waiting;
  }

  /** Takes no more, and ends when the last of what is under way is answered. Returns what waits. */
  retire(): Flight[] {
    const waiting = this.takeWaiting();
    this.isRetired = true;
    this.endIfRetired();
    // It may never answer.
    this.later(() => this.close(), RETIRE_MS);
    return waiting;
  }

  private endIfRetired(): void {
    if (this.isRetired && this.lanes.every((lane) => lane.isIdle)) this.close();
  }

  /** Sends no more; what is under way goes to `torn`, and what waits is lost. */
  close(): void {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.control.disconnect();
    for (const lane of [...this.lanes]) lane.break(new Error('Connection is closed.'));
    for (const flight of this.takeWaiting()) flight.lose('the connection was closed before it was answered');
  }

  private pump(): void {
    if (this.waiting.length === 0 || this.isPaused) return;
    for (let full = 0; full < this.lanes.length && this.waiting.length > 0; ) {
      const lane = this.lanes[this.nextLane++ % this.lanes.length];
      const flight = lane.hasRoom ? this.waiting.shift() : undefined;
      if (flight) {
        full = 0;
        sendThrough(lane, flight);
      } else full++;
    }
  }

  /** Makes one connection, and tries until there is one, or the time for retries is over. */
  private async keepLane(): Promise<void> {
    for (
      let backoff = FIRST_BACKOFF_MS;
      !this.isClosed && !this.isRetired;
      backoff = Math.min(2 * backoff, MOST_BACKOFF_MS)
    ) {
      try {
        await this.openLane();
        return;
      } catch (error) {
        if (this.isClosed) return;
        this.events.unreachable();
        const { downSince } = this;
        if (downSince !== undefined && performance.now() - downSince > this.options.retryMs) {
          this.giveUp(liveError(error));
          return;
        }
        await new Promise<void>((resolve) => this.later(resolve, backoff));
      }
    }
  }

  private async openLane(): Promise<Greeting> {
    const { address } = this;
    const { client, greeting } = await dial(this.options.client, address);
    if (this.isClosed || address !== this.address) {
      client.disconnect();
      throw new LiveError('the connection was lost');
    }
    this.noteRunId(greeting);
    const { answerTimeoutMs } = this.options;
    const events = {
      room: () => this.pump(),
      landed: (flight: Flight) => {
        this.events.landed(this, flight);
        this.endIfRetired();
      },
      silent: () => this.events.unreachable(),
      broken: this.broken.bind(this),
    };
    this.lanes.push(new Lane(takeSocket(client), events, answerTimeoutMs));
    this.downSince = undefined;
    this.givenUp = undefined;
    this.pump();
    return greeting;
  }

  private noteRunId(greeting: Greeting): void {
    const before = this.greeting;
    this.greeting = greeting;
    if (!before) return;
    // Of a server that does not say which one it is, nobody knows whether it is the one from before.
    const isOther = greeting.runId === undefined ? this.downSince !== undefined : greeting.runId !== before.runId;
    if (isOther) this.events.restarted(this);
  }

  private broken(lane: Lane, unanswered: readonly Flight[], unsent: readonly Flight[], reason: LiveError): void {
    this.lanes = this.lanes.filter((other) => other !== lane);
    if (this.lanes.length === 0) this.downSince ??= performance.now();
    for (const flight of [...unanswered, ...unsent]) {
      const { series } = flight.shipment.parcel;
      if (!series) continue;
      series.failed ??= reason.message;
      flight.lose(series.failed);
    }
    for (const flight of unanswered) {
      if (flight.isDone) continue;
      for (const unit of flight.rest) flight.shipment.repeat(unit);
      this.events.torn(flight);
    }
    for (const flight of unsent) if (!flight.isDone) this.events.torn(flight);
    if (!this.isClosed && !this.isRetired) void this.keepLane();
  }

  private giveUp(reason: LiveError): void {
    if (this.givenUp !== undefined) return;
    this.givenUp = `the connection was lost, and could not be made again: ${reason.message}`;
    for (const flight of this.takeWaiting()) flight.lose(this.givenUp);
  }

  private later(run: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
  }
}

function controlClient({ client: options, answerTimeoutMs }: NodeOptions, where: NodeAddress): Redis {
  const retryStrategy = (times: number) => Math.min(times * FIRST_BACKOFF_MS, MOST_BACKOFF_MS);
  const client = new Redis({ ...options, ...where, retryStrategy, socketTimeout: answerTimeoutMs });
  client.on('error', () => undefined);
  return client;
}

/** A part of a series goes where the first part went, or nowhere. */
function sendThrough(lane: Lane, flight: Flight): void {
  const { series } = flight.shipment.parcel;
  if (!loseIfBroken(flight)) ((series && carrierOf(series)) ?? lane).send(flight);
}

function loseIfBroken(flight: Flight): boolean {
  const { series } = flight.shipment.parcel;
  if (!series) return false;
  if (carrierOf(series)?.isGone) series.failed ??= 'the connection was lost before all of it was sent';
  if (series.failed === undefined) return false;
  flight.lose(series.failed);
  return true;
}
