import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { liveError } from '../live-error.js';
import type { ServerAddress } from '../server-url.js';
import type { BulkTarget, Restart } from './bulk-target.js';
import { type Greeting, type NodeAddress, showAddress } from './dial.js';
import { type Again, errorsOf, Flight, Shipment } from './flight.js';
import { BulkNode, type NodeEvents, type NodeOptions } from './node.js';
import type { Parcel, Settled } from './parcel.js';
import type { Route, RouteEvents } from './route.js';

const FIRST_DELAY_MS = 50;
const MOST_DELAY_MS = 1000;
const MOST_BREAKS = 3;
/** MOVED and ASK that are followed at once; nodes that disagree would send it back and forth. */
const MOST_TURNS = 5;
const CLOSED = 'the connection was closed before it was answered';

/** What is sent to a target, and where it goes from there. */
export class BulkSession implements BulkTarget {
  readonly restarts: Restart[] = [];
  private readonly route: Route;
  private underWay = 0;
  /** Parcels that are not settled. */
  private readonly shipments = new Set<Shipment>();
  private roomWaits: (() => void)[] = [];
  private drainWaits: (() => void)[] = [];
  private isClosed = false;
  private readonly delayed = new Map<NodeJS.Timeout, Flight>();

  constructor(
    readonly address: ServerAddress,
    private readonly mostUnderWay: number,
    private readonly options: NodeOptions,
    makeRoute: (makeNode: (address: NodeAddress) => BulkNode, events: RouteEvents) => Route,
  ) {
    const nodeEvents: NodeEvents = {
      landed: (node, flight) => this.landed(node, flight),
      torn: (flight) => this.torn(flight),
      unreachable: () => this.route.refresh(),
      restarted: (node) => this.note(node.address, 'restart'),
    };
    this.route = makeRoute((where) => new BulkNode(where, options, nodeEvents), {
      failover: (where) => this.note(where, 'failover'),
      homeless: (flights) => {
        for (const flight of flights) this.dispatch(flight.asking ? this.again(flight, flight.units) : flight);
      },
    });
  }

  /** Connects. Rejects with LiveError. */
  open(): Promise<void> {
    return this.route.open();
  }

  get isCluster(): boolean {
    return this.route.isCluster;
  }

  get lineage(): 'redis' | 'valkey' {
    return this.greeting?.lineage ?? 'redis';
  }

  get version(): string {
    return this.greeting?.version ?? '0.0.0';
  }

  get nodes(): readonly Redis[] {
    return this.route.masters.map(({ control }) => control);
  }

  nodeOf(slot: number): number {
    return Math.max(0, this.route.indexOf(slot));
  }

  async ask<T>(question: (nodes: readonly Redis[]) => Promise<T>): Promise<T> {
    let failingSince: number | undefined;
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, MOST_DELAY_MS)) {
      try {
        return await question(this.nodes);
      } catch (error) {
        failingSince ??= performance.now();
        const isOver = performance.now() - failingSince > this.options.retryMs;
        if (isOver || this.isClosed || !liveError(error).isBroken) throw error;
        // Another server may have taken its place.
        this.route.refresh();
        await sleep(delayMs);
        if (this.isClosed) throw error;
      }
    }
  }

  send<T>(parcel: Parcel<T>, settled: Settled<T>): void {
    const { length } = parcel;
    this.underWay += length;
    const shipment = new Shipment(parcel, (exceptions) => {
      this.underWay -= length;
      this.shipments.delete(shipment);
      tell(() => settled(parcel, exceptions));
      this.wake();
    });
    this.shipments.add(shipment);
    if (parcel.units === 0) queueMicrotask(() => shipment.done(0));
    else this.dispatch(new Flight(shipment, undefined, parcel.slot, false, this.options.isElastic));
  }

  get full(): boolean {
    return this.underWay >= this.mostUnderWay;
  }

  async ready(): Promise<void> {
    while (this.full) await new Promise<void>((resolve) => this.roomWaits.push(resolve));
  }

  async drain(): Promise<void> {
    while (this.shipments.size > 0) await new Promise<void>((resolve) => this.drainWaits.push(resolve));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.route.close();
    for (const [timer, flight] of this.delayed) {
      clearTimeout(timer);
      flight.lose(CLOSED);
    }
  }

  private get greeting(): Greeting | undefined {
    return this.route.masters.find(({ greeting }) => greeting !== undefined)?.greeting;
  }

  /** To the node that has its slot now. */
  private dispatch(flight: Flight): void {
    if (this.isClosed) {
      flight.lose(CLOSED);
      return;
    }
    const node = this.route.nodeFor(flight.slot);
    if (node) node.send(flight);
    else if (this.isOver(flight.shipment)) flight.lose('no node of the cluster has its slot');
    else this.dispatchLater(flight);
  }

  private landed(node: BulkNode, flight: Flight): void {
    const { again, shipment, passing } = flight;
    if (passing?.kind === 'moved') this.route.follow(passing.place, node, 'moved');
    else if (passing) this.route.refresh();
    if (passing?.kind === 'later') node.pause();
    if (again.length === 0) {
      node.resume();
      return;
    }
    if (this.isOver(shipment)) {
      loseAgain(shipment, again);
      return;
    }
    const groups = new Map<Again['verdict']['kind'], Again[]>();
    for (const one of again) {
      const group = groups.get(one.verdict.kind);
      if (group) group.push(one);
      else groups.set(one.verdict.kind, [one]);
    }
    for (const [kind, group] of groups) this.sendAgain(node, flight, kind, group);
  }

  private sendAgain(node: BulkNode, flight: Flight, kind: Again['verdict']['kind'], group: readonly Again[]): void {
    if (kind === 'moved' || kind === 'ask') {
      this.redirect(node, flight, group);
      return;
    }
    const next = this.again(
      flight,
      group.map(({ unit }) => unit),
    );
    if (kind === 'later') node.pause();
    if (kind !== 'unit later') this.route.refresh();
    if (kind === 'later') this.dispatch(next);
    else this.dispatchLater(next);
  }

  /** Follows MOVED and ASK; units of one parcel may have to go to several nodes. */
  private redirect(from: BulkNode, flight: Flight, group: readonly Again[]): void {
    const { shipment } = flight;
    const ways = new Map<BulkNode, { units: number[]; slot: number; kind: 'moved' | 'ask' }>();
    for (const { unit, verdict } of group) {
      if (verdict.kind !== 'moved' && verdict.kind !== 'ask') continue;
      const node = this.route.follow(verdict.place, from, verdict.kind);
      const way = ways.get(node);
      if (way) way.units.push(unit);
      else ways.set(node, { units: [unit], slot: verdict.place.slot, kind: verdict.kind });
    }
    const isLoop = ++shipment.turns > MOST_TURNS;
    for (const [node, { units, slot, kind }] of ways) {
      const next = new Flight(shipment, units, slot, kind === 'ask' && !isLoop, this.options.isElastic);
      if (isLoop) this.dispatchLater(next);
      else node.send(next);
    }
  }

  private again(flight: Flight, units: readonly number[] | undefined): Flight {
    return new Flight(flight.shipment, units, flight.slot, false, this.options.isElastic);
  }

  /** A connection broke under it: what has no answer has to be sent again, and what was answered by an error that passes. */
  private torn(flight: Flight): void {
    const { shipment, again, rest } = flight;
    shipment.breaks++;
    let reason: string | undefined;
    if (this.isClosed) reason = CLOSED;
    // Perhaps it is what breaks the server.
    else if (shipment.breaks > MOST_BREAKS) reason = `the connection broke ${shipment.breaks} times under it`;
    else if (this.isOver(shipment)) reason = 'the connection was lost again and again';
    if (reason === undefined) this.dispatch(this.again(flight, [...again.map(({ unit }) => unit), ...rest]));
    else {
      loseAgain(shipment, again);
      flight.lose(reason);
    }
  }

  /** Whether the time for retries is over. */
  private isOver(shipment: Shipment): boolean {
    shipment.failingSince ??= performance.now();
    return performance.now() - shipment.failingSince > this.options.retryMs;
  }

  private note(where: NodeAddress, kind: Restart['kind']): void {
    this.restarts.push({ node: showAddress(where), kind, atMs: Date.now() });
  }

  private wake(): void {
    if (!this.full) for (const resolve of this.roomWaits.splice(0)) resolve();
    if (this.shipments.size === 0) for (const resolve of this.drainWaits.splice(0)) resolve();
  }

  private dispatchLater(flight: Flight): void {
    const { shipment } = flight;
    shipment.delayMs = Math.min(2 * shipment.delayMs || FIRST_DELAY_MS, MOST_DELAY_MS);
    const timer = setTimeout(() => {
      this.delayed.delete(timer);
      this.dispatch(flight);
    }, shipment.delayMs);
    this.delayed.set(timer, flight);
  }
}

function loseAgain(shipment: Shipment, again: readonly Again[]): void {
  for (const { unit, replies } of again) {
    const [error] = replies.flatMap(errorsOf);
    shipment.except(unit, replies, `it went on to answer: ${error}`);
  }
}

/** An error of the sender is not one of the connection whose answer it was told of. */
function tell(call: () => void): void {
  try {
    call();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
