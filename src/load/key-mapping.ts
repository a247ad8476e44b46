// Where a key goes, when it is not to be called what it was called.

/** Other databases, and other names. */
export interface MappingOptions {
  /** Databases of the input and those of the target; the others stay. */
  readonly dbMap?: ReadonlyMap<number, number>;
  /** Taken off the names that begin with it, before another one is added; the others stay as they are. */
  readonly prefixStrip?: Uint8Array;
  /** Put in front of every name. */
  readonly prefixAdd?: Uint8Array;
}

/** Database and name at the target. */
export class KeyMapping {
  private readonly strip: Uint8Array;
  private readonly add: Uint8Array;

  constructor(private readonly options: MappingOptions) {
    this.strip = options.prefixStrip ?? new Uint8Array(0);
    this.add = options.prefixAdd ?? new Uint8Array(0);
  }

  get changesNames(): boolean {
    return this.strip.length > 0 || this.add.length > 0;
  }

  get changesDbs(): boolean {
    return [...(this.options.dbMap ?? [])].some(([from, to]) => from !== to);
  }

  /** A prefix is taken off. */
  get strips(): boolean {
    return this.strip.length > 0;
  }

  dbOf(db: number): number {
    return this.options.dbMap?.get(db) ?? db;
  }

  /** The name at the target; the same bytes when nothing changes. */
  nameOf(name: Uint8Array): Uint8Array {
    const { add } = this;
    const rest = name.subarray(this.cutOf(name, 0, name.length));
    if (add.length === 0) return rest;
    const made = new Uint8Array(add.length + rest.length);
    made.set(add);
    made.set(rest, add.length);
    return made;
  }

  /** How many bytes are taken off the name [start, end) of `bytes`: 0 where it does not begin with the prefix. */
  cutOf(bytes: Uint8Array, start: number, end: number): number {
    const { strip } = this;
    if (end - start < strip.length) return 0;
    for (let i = 0; i < strip.length; i++) if (bytes[start + i] !== strip[i]) return 0;
    return strip.length;
  }
}
