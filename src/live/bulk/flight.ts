import { commandBytes } from '../../resp/command.js';
import type { Parcel, Reply, UnitResult } from './parcel.js';
import { type Verdict, verdictOf } from './verdict.js';

const NO_EXCEPTIONS: ReadonlyMap<number, UnitResult> = new Map();

/** A parcel from the moment it is sent until all its units are settled, on however many ways. */
export class Shipment {
  private left: number;
  private exceptions: Map<number, UnitResult> | undefined;
  /** Units that were sent on a connection that broke. */
  private received: Set<number> | undefined;
  /** When the first of its units had to be sent again, ms. */
  failingSince: number | undefined;
  /** How often a connection broke under it. */
  breaks = 0;
  /** How often it was sent to another node. */
  turns = 0;
  /** How long it waited before the last try, ms. */
  delayMs = 0;

  constructor(
    readonly parcel: Parcel,
    private readonly settled: (exceptions: ReadonlyMap<number, UnitResult>) => void,
  ) {
    this.left = parcel.units;
  }

  /** So many units were answered as hoped. */
  done(units: number): void {
    this.left -= units;
    if (this.left === 0) this.settled(this.exceptions ?? NO_EXCEPTIONS);
  }

  except(unit: number, replies: readonly Reply[], lost?: string): void {
    this.exceptions ??= new Map();
    this.exceptions.set(unit, { replies, repeated: this.received?.has(unit) ?? false, lost });
    this.done(1);
  }

  /** Nobody knows whether this unit was carried out, and it is sent again. */
  repeat(unit: number): void {
    this.received ??= new Set();
    this.received.add(unit);
  }
}

/** A unit that has to be sent again, and why. */
export interface Again {
  readonly unit: number;
  readonly replies: readonly Reply[];
  readonly verdict: Verdict;
}

/** Units of one parcel on their way through one connection. */
export class Flight {
  /** Filled when the last of its units is answered. */
  readonly again: Again[] = [];
  /** What passes, and ended a series. */
  passing: Verdict | undefined;
  /** The next unit to be answered, as an index. */
  private at = 0;
  /** Of this unit. */
  private replies: Reply[] = [];
  private askingAnswered = false;
  private readonly isPlain: boolean;

  constructor(
    readonly shipment: Shipment,
    /** Undefined: all of the parcel. */
    readonly units: readonly number[] | undefined,
    /** Where it goes in a cluster. */
    readonly slot: number | undefined,
    /** ASKING stands before each command. */
    readonly asking: boolean,
    private readonly isElastic: boolean,
  ) {
    const { parcel } = shipment;
    this.isPlain = parcel.commands === parcel.units && !asking;
  }

  get count(): number {
    return this.units?.length ?? this.shipment.parcel.units;
  }

  get isDone(): boolean {
    return this.at === this.count;
  }

  /** Units that are not answered. */
  get rest(): number[] {
    return Array.from({ length: this.count - this.at }, (_, i) => this.unitAt(this.at + i));
  }

  unitAt(index: number): number {
    return this.units === undefined ? index : this.units[index];
  }

  /** Takes the same answer up to `count` times; returns how often. */
  take(reply: Reply, count: number): number {
    if (this.isPlain && isGood(reply)) {
      const taken = Math.min(count, this.count - this.at);
      this.at += taken;
      this.shipment.done(taken);
      return taken;
    }
    if (this.asking && !this.askingAnswered) {
      this.askingAnswered = true;
      return 1;
    }
    this.askingAnswered = false;
    this.replies.push(reply);
    const unit = this.unitAt(this.at);
    if (this.replies.length === this.shipment.parcel.unitCommands[unit]) this.closeUnit(unit);
    return 1;
  }

  /** What is sent. */
  bytes(): Buffer {
    const { bytes, length, unitEnds } = this.shipment.parcel;
    if (this.units === undefined) return bytes.subarray(0, length);
    const parts = this.units.map((unit) => bytes.subarray(unit === 0 ? 0 : unitEnds[unit - 1], unitEnds[unit]));
    return Buffer.concat(this.asking ? parts.flatMap(withAsking) : parts);
  }

  /** Nobody answers any more. */
  lose(reason: string): void {
    for (const unit of this.rest) {
      const { replies } = this;
      this.replies = [];
      this.at++;
      this.shipment.except(unit, replies, reason);
    }
  }

  /** All its units have the same answer: they were not sent. */
  refuse(reply: Reply): void {
    for (const unit of this.rest) {
      this.replies = [reply];
      this.closeUnit(unit);
    }
  }

  private closeUnit(unit: number): void {
    const { replies, shipment } = this;
    this.replies = [];
    this.at++;
    if (replies.every(isGood)) {
      shipment.done(1);
      return;
    }
    const { series } = shipment.parcel;
    const errors = replies.flatMap(errorsOf);
    const passing = errors.map((error) => verdictOf(error, this.isElastic)).find(({ kind }) => kind !== 'final');
    if (!series) {
      if (passing) this.again.push({ unit, replies, verdict: passing });
      else shipment.except(unit, replies);
      return;
    }
    // A part is not sent again: all of the series may be, later.
    this.passing ??= passing;
    if (errors.length > 0 && (passing || !series.goesOn)) series.failed ??= errors[0];
    if (passing) shipment.except(unit, [], `the target answered ${errors[0]}`);
    else shipment.except(unit, replies);
  }
}

/** No error, no nil, no zero. */
export function isGood(reply: Reply): boolean {
  if (reply.kind === 'integer') return reply.value !== 0;
  if (reply.kind === 'array') return reply.errors === undefined;
  return reply.kind !== 'error' && reply.kind !== 'nil';
}

export function errorsOf(reply: Reply): readonly string[] {
  if (reply.kind === 'error') return [reply.text];
  return reply.kind === 'array' ? (reply.errors ?? []) : [];
}

const ASKING = commandBytes(['ASKING']);

/** Encoded commands, each with ASKING in front of it. */
function withAsking(unit: Buffer): Buffer[] {
  const parts = [];
  for (let at = 0; at < unit.length; ) {
    const end = commandEnd(unit, at);
    parts.push(ASKING, unit.subarray(at, end));
    at = end;
  }
  return parts;
}

/** Where the command ends that begins at `start`: `*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n`. */
function commandEnd(unit: Buffer, start: number): number {
  let at = start;
  const number = () => {
    const end = unit.indexOf('\r\n', at);
    const value = Number(unit.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  for (let argc = number(); argc > 0; argc--) {
    const length = number();
    at += length + 2;
  }
  return at;
}
