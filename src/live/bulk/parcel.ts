// What is sent to a server in one piece, and what comes back. A unit is all that one key takes: one command or several.

/** An answer, in RESP2. Arrays come flat: as their number of elements, which is all that a loader asks of them. */
export type Reply =
  | { readonly kind: 'status'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'bulk'; readonly bytes: Buffer }
  | { readonly kind: 'nil' }
  /** `errors`: those among its elements (what EXEC gives), and which elements they are; such an array is no plain answer. */
  | {
      readonly kind: 'array';
      readonly length: number;
      readonly errors?: readonly string[];
      readonly errorsAt?: readonly number[];
    };

/** What became of a unit that was not simply done. */
export interface UnitResult {
  /** One for each command of the unit, of the last try; fewer when no answer came. */
  readonly replies: readonly Reply[];
  /**
   * It was sent at least once before on a connection that broke before the answer came: a key that is there already may be
   * our own.
   */
  readonly repeated: boolean;
  /** Why nobody knows whether it was carried out, when no second try helped: one sentence for people. */
  readonly lost: string | undefined;
}

/** Units for one database, all of them on one node of a cluster when the parcel is sent. */
export class Parcel<T = unknown> {
  /** Units in it. */
  units = 0;
  /** Commands in it. */
  commands = 0;
  /** Bytes in it. */
  length = 0;
  /** Of each unit, where its bytes end. */
  unitEnds = new Uint32Array(64);
  /** Of each unit, how many commands it has. */
  unitCommands = new Uint32Array(64);

  constructor(
    /** Encoded commands, [0, length). Not to be touched between `send` and `settled`. */
    public bytes: Buffer,
    /** SELECT is sent where the connection is in another one. */
    readonly db: number,
    /** A hash slot of one of its keys; it goes to the node that has it. Undefined where there is no cluster. */
    readonly slot: number | undefined,
    /** Whatever the sender wants to know again when it is settled. */
    readonly owner: T,
    /** The parts of one unit that is too large for a parcel: they go through one connection, in order, and are not repeated. */
    readonly series: Series | undefined = undefined,
  ) {}

  /** Closes a unit whose bytes end at `end`. */
  endUnit(end: number, commands: number): void {
    if (this.units === this.unitEnds.length) {
      this.unitEnds = grown(this.unitEnds);
      this.unitCommands = grown(this.unitCommands);
    }
    this.unitEnds[this.units] = end;
    this.unitCommands[this.units] = commands;
    this.units++;
    this.commands += commands;
    this.length = end;
  }
}

/** One unit in several parcels. Each parcel of it counts as a unit of its own, which has to end with a command. */
export class Series {
  /** The connection broke, or a command failed: what follows is not sent any more, and settled as lost. */
  failed: string | undefined;

  constructor(
    /** Errors that stay (WRONGTYPE) do not end it, only what passes (LOADING) and a connection that breaks. */
    readonly goesOn = false,
  ) {}
}

/** All units of a parcel that are not in `exceptions` were answered without an error, a nil or a zero. */
export type Settled<T> = (parcel: Parcel<T>, exceptions: ReadonlyMap<number, UnitResult>) => void;

function grown(old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(2 * old.length);
  more.set(old);
  return more;
}
