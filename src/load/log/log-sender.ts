import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import { Parcel, type Reply, Series, type UnitResult } from '../../live/bulk/parcel.js';
import type { FailedCommand, LogPlace } from './log-replay.js';
import { commandsIn, type UnitBuffer } from './unit-buffer.js';

const PARCEL_BYTES = 64 * 1024;
/** What is sent and not answered: when something stops a log, so much behind it is already on its way. */
const MOST_UNDER_WAY = 1024 * 1024;
const MOST_FAILURES = 100;

/** Errors behind which nothing else can go as it should. */
const FATAL =
  /^(?:OOM|NOPERM|READONLY|MISCONF|NOAUTH|LOADING|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|MOVED|ASK) /;

/** Where a unit stands, among all parts. */
export interface UnitPlace extends LogPlace {
  readonly part: number;
}

/** A command, or a transaction. */
interface SentUnit {
  readonly place: UnitPlace;
  /** Commands of the log in it. */
  readonly commands: number;
  /** How many nodes it was sent to, and have not answered; its worst answer counts. */
  left: number;
  failed: number;
  lost: boolean;
}

interface Stream {
  readonly series: Series;
  parcel: Parcel<SentUnit[]> | undefined;
}

/** Sends units in their order, through one connection for each node, and counts what becomes of them. */
export class LogSender {
  done = 0;
  failed = 0;
  lost = 0;
  unsent = 0;
  readonly failures: FailedCommand[] = [];
  stopped: { readonly place: UnitPlace; readonly reason: string } | undefined;
  private readonly streams = new Map<number, Stream>();
  private underWay = 0;
  private parcels = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly target: BulkTarget) {}

  /** Takes [0, length) of the buffer as one unit; `slot` undefined: for all nodes of a cluster. */
  send(
    unit: UnitBuffer,
    commands: number,
    encoded: number,
    db: number,
    slot: number | undefined,
    place: UnitPlace,
  ): void {
    const { target } = this;
    const nodes = !target.isCluster ? [0] : slot === undefined ? [...target.nodes.keys()] : [target.nodeOf(slot)];
    const sent: SentUnit = { place, commands, left: nodes.length, failed: 0, lost: false };
    for (const node of nodes) this.add(this.streamOf(node), unit, encoded, db, slot, sent);
  }

  /** A command that cannot be sent at all. */
  refuse(place: UnitPlace, commands: number, command: string, key: Uint8Array, error: string): void {
    this.failed += commands;
    this.note(place, command, key, error);
  }

  /** The log itself goes no further; what stands before is sent. */
  end(place: UnitPlace, reason: string): void {
    for (const stream of this.streams.values()) this.flush(stream);
    this.stop(place, reason);
  }

  private stop(place: UnitPlace, reason: string): void {
    const before = this.stopped?.place;
    const isEarlier =
      before === undefined || place.part < before.part || (place.part === before.part && place.offset < before.offset);
    if (isEarlier) this.stopped = { place, reason };
  }

  get isFull(): boolean {
    return this.underWay >= MOST_UNDER_WAY;
  }

  async ready(): Promise<void> {
    while (this.isFull) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Sends what is collected, unless something has stopped it, and waits for all answers. */
  async finish(): Promise<void> {
    for (const stream of this.streams.values()) this.flush(stream);
    while (this.parcels > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private streamOf(node: number): Stream {
    let stream = this.streams.get(node);
    if (!stream) {
      stream = { series: new Series(true), parcel: undefined };
      this.streams.set(node, stream);
    }
    return stream;
  }

  private add(
    stream: Stream,
    { bytes, length }: UnitBuffer,
    encoded: number,
    db: number,
    slot: number | undefined,
    sent: SentUnit,
  ): void {
    const { parcel: open } = stream;
    if (open && (open.db !== db || open.length + length > open.bytes.length)) this.flush(stream);
    let { parcel } = stream;
    if (!parcel) {
      const room = Buffer.allocUnsafeSlow(Math.max(PARCEL_BYTES, length));
      parcel = new Parcel<SentUnit[]>(room, db, this.target.isCluster ? (slot ?? 0) : undefined, [], stream.series);
      stream.parcel = parcel;
    }
    parcel.bytes.set(bytes.subarray(0, length), parcel.length);
    parcel.owner.push(sent);
    parcel.endUnit(parcel.length + length, encoded);
    if (parcel.length >= PARCEL_BYTES / 2) this.flush(stream);
  }

  private flush(stream: Stream): void {
    const { parcel } = stream;
    stream.parcel = undefined;
    if (!parcel) return;
    if (this.stopped) {
      for (const unit of parcel.owner) this.unsent += unit.commands;
      return;
    }
    this.underWay += parcel.length;
    this.parcels++;
    this.target.send(parcel, (of, exceptions) => {
      this.underWay -= of.length;
      this.parcels--;
      for (const [i, unit] of of.owner.entries()) {
        const result = exceptions.get(i);
        if (result) this.judge(of, i, unit, result);
        if (--unit.left === 0) this.count(unit);
      }
      for (const resolve of this.waiting.splice(0)) resolve();
    });
  }

  private count({ commands, lost, failed }: SentUnit): void {
    if (lost) this.lost += commands;
    else {
      const bad = Math.min(failed, commands);
      this.failed += bad;
      this.done += commands - bad;
    }
  }

  private judge(parcel: Parcel<SentUnit[]>, index: number, unit: SentUnit, { lost, replies }: UnitResult): void {
    if (lost !== undefined) {
      unit.lost = true;
      this.stop(unit.place, lost);
      return;
    }
    const errors = replies.flatMap(errorsOf);
    if (errors.length === 0) return;
    const start = index === 0 ? 0 : parcel.unitEnds[index - 1];
    const commands = commandsIn(parcel.bytes, start, parcel.unitEnds[index]);
    const isAborted = errors.some(({ text }) => text.startsWith('EXECABORT'));
    unit.failed = Math.max(unit.failed, isAborted ? unit.commands : errors.length);
    for (const { at, text } of errors) {
      const { name, key } = commands[at] ?? commands[0];
      if (!text.startsWith('EXECABORT')) this.note(unit.place, name, key, text);
      if (FATAL.test(text)) this.stop(unit.place, `the target answers ${text}`);
    }
  }

  private note({ path, offset }: UnitPlace, command: string, key: Uint8Array, error: string): void {
    if (this.failures.length < MOST_FAILURES) this.failures.push({ path, offset, command, key, error });
  }
}

/** Errors, and which command of the unit they answer; those that EXEC gives stand for the commands behind MULTI. */
function errorsOf(reply: Reply, at: number): { at: number; text: string }[] {
  if (reply.kind === 'error') return [{ at, text: reply.text }];
  if (reply.kind !== 'array') return [];
  return (reply.errors ?? []).map((text, i) => ({ at: 1 + (reply.errorsAt?.[i] ?? 0), text }));
}
