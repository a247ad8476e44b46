/** How a key is sent. */
export const Way = {
  /** One SET. */
  SET: 0,
  /** One RESTORE. */
  RESTORE: 1,
  /** Built under another name by one command, and renamed in the same unit. */
  BUILD: 2,
  /** Built under another name; renamed when everything is known to be there. */
  BUILD_FIRST: 3,
} as const;

const FIRST_CAPACITY = 256;

/** What has to be kept of a key whose unit does not tell its name in the input. */
export interface KeptKey {
  readonly offset: number;
  readonly db: number;
  /** In the input. */
  readonly name: Uint8Array;
  readonly type: string;
  /** What is not carried over of it, as the ends of sentences. */
  readonly partly?: readonly string[];
}

/** A key that is built under another name. */
export interface BuiltKey extends KeptKey {
  readonly temporary: Uint8Array;
  /** At the target. */
  readonly target: Uint8Array;
  /** From this moment on it may be gone before it gets its name: ms since the epoch, Infinity for never. */
  readonly vanishesMs: number;
  /** Of the target. */
  readonly targetDb: number;
  readonly slot: number | undefined;
}

/** The keys of one parcel, unit by unit, without an object for each. */
export class KeyBatch {
  count = 0;
  /** In the input. */
  db = 0;
  /** File offsets. */
  offsets = new Float64Array(FIRST_CAPACITY);
  /** Codes of the value types in the file. */
  types = new Uint8Array(FIRST_CAPACITY);
  ways = new Uint8Array(FIRST_CAPACITY);
  /** By unit, where there is more to know. */
  readonly kept = new Map<number, KeptKey>();
  /** By unit, of those that are built under another name. */
  readonly built = new Map<number, BuiltKey>();

  add(offset: number, type: number, way: number): void {
    if (this.count === this.types.length) this.grow();
    this.offsets[this.count] = offset;
    this.types[this.count] = type;
    this.ways[this.count] = way;
    this.count++;
  }

  clear(): void {
    this.count = 0;
    this.kept.clear();
    this.built.clear();
  }

  private grow(): void {
    const capacity = 2 * this.types.length;
    const offsets = new Float64Array(capacity);
    offsets.set(this.offsets);
    this.offsets = offsets;
    const types = new Uint8Array(capacity);
    types.set(this.types);
    this.types = types;
    const ways = new Uint8Array(capacity);
    ways.set(this.ways);
    this.ways = ways;
  }
}
