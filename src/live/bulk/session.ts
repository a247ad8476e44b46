import type { Redis } from 'ioredis';
import type { ServerAddress } from '../server-url.js';
import type { BulkTarget, Restart } from './bulk-target.js';
import { type Greeting, type NodeAddress, showAddress } from './dial.js';
import { type Again, errorsOf, Flight, Shipment } from './flight.js';
import { BulkNode, type NodeOptions } from './node.js';
import type { Parcel, Settled } from './parcel.js';

const FIRST_DELAY_MS = 50;
const MOST_DELAY_MS = 1000;
const MOST_BREAKS = 5;
const CLOSED = 'the connection was closed before it was answered';

/** What is sent to a target, and where it goes from there. */
export class BulkSession implements BulkTarget {
  readonly restarts: Restart[] = [];
  private node: BulkNode | undefined;
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
  ) {}

  async open(where: NodeAddress): Promise<Greeting> {
    this.node = new BulkNode(where, this.options, {
      landed: (node, flight) => this.landed(node, flight),
      torn: (_, flight) => this.torn(flight),
      unreachable: () => undefined,
      restarted: (node) => this.note(node, 'restart'),
    });
    return this.node.open();
  }

  get lineage(): 'redis' | 'valkey' {
    return this.node?.greeting?.lineage ?? 'redis';
  }

  get version(): string {
    return this.node?.greeting?.version ?? '0.0.0';
  }

  get isCluster(): boolean {
    return this.node?.greeting?.isCluster ?? false;
  }

  get nodes(): readonly Redis[] {
    return this.node ? [this.node.control] : [];
  }

  nodeOf(): number {
    return 0;
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
    this.node?.close();
    for (const flight of this.node?.takeWaiting() ?? []) flight.lose(CLOSED);
    for (const [timer, flight] of this.delayed) {
      clearTimeout(timer);
      flight.lose(CLOSED);
    }
  }

  private dispatch(flight: Flight): void {
    this.node?.send(flight);
  }

  private landed(node: BulkNode, flight: Flight): void {
    const { again, shipment } = flight;
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
    const units = group.map(({ unit }) => unit);
    const { shipment, slot } = flight;
    const next = new Flight(shipment, units, slot, false, this.options.isElastic);
    if (kind === 'later') {
      node.pause();
      this.dispatch(next);
    } else this.dispatchLater(next);
  }

  /** A connection broke under it. */
  private torn(flight: Flight): void {
    const { shipment, slot, rest } = flight;
    shipment.breaks++;
    if (this.isClosed) flight.lose(CLOSED);
    // Perhaps it is what breaks the server.
    else if (shipment.breaks > MOST_BREAKS) flight.lose(`the connection broke ${shipment.breaks} times under it`);
    else if (this.isOver(shipment)) flight.lose('the connection was lost again and again');
    else this.dispatch(new Flight(shipment, rest, slot, false, this.options.isElastic));
  }

  /** Whether the time for retries is over. */
  private isOver(shipment: Shipment): boolean {
    shipment.failingSince ??= Date.now();
    return Date.now() - shipment.failingSince > this.options.retryMs;
  }

  private note(node: BulkNode, kind: Restart['kind']): void {
    this.restarts.push({ node: showAddress(node.address), kind, atMs: Date.now() });
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
