// Names of commands in the kernels' memory, so that a kernel can walk runs of them (assembly/commands.ts draws the same
// picture):
//
//   0     8 doubles: what the log has come to: file offset of the open MULTI or -1, selected database, mask of the databases
//         0 to 31 that were seen
//   64    1024 slots of 16 bits
//   2112  entries of 64 bytes: name (24), its length, fewest arguments, most arguments, kind (32 bits each), and as doubles
//         commands, bytes, file offset of the first one
import type { Kernels } from '../bytes/kernels/kernels.js';

const ENTRIES_AT = 64 + 2048;
const ENTRY_BYTES = 64;
/** What fits the slots with room to spare. */
const MOST_ENTRIES = 700;
const LONGEST_NAME = 24;
/** How many names outside the table are counted one by one. */
const MOST_OTHERS = 10_000;
const NO_LIMIT = 0xffffffff;

/** What the kernel follows itself, and how many arguments it has. */
const FOLLOWED: ReadonlyMap<string, number> = new Map([
  ['multi', 1],
  ['exec', 1],
  ['select', 2],
]);
const KINDS: ReadonlyMap<string, number> = new Map([
  ['multi', 1],
  ['exec', 2],
  ['select', 3],
]);

/** A command that passes without events when it has so many arguments, its name among them. */
export interface PlainCommand {
  /** In lower case, at most 24 bytes. */
  readonly name: string;
  readonly minArgc: number;
  /** Infinity for no limit. */
  readonly maxArgc: number;
}

/** What was counted of the commands of one name. */
export interface Tally {
  /** In lower case. */
  readonly name: string;
  readonly commands: number;
  readonly bytes: number;
  /** File offset of the first of them. */
  readonly firstOffset: number;
}

interface Entry {
  readonly id: number;
  readonly command: PlainCommand;
}

/** The commands that pass without events, the counters of all commands of a log, and what a kernel has to know of it. */
export class CommandTable {
  /** Address in the kernels' memory. */
  readonly address: number;
  private readonly entries = new Map<string, Entry>();
  private readonly doubles: Float64Array;
  private readonly others = new Map<string, { commands: number; bytes: number; firstOffset: number }>();
  /** Commands whose names were not counted one by one any more. */
  uncounted = 0;

  constructor(
    private readonly kernels: Kernels,
    commands: readonly PlainCommand[] = [],
  ) {
    const all = new Map<string, PlainCommand>();
    for (const { name, minArgc, maxArgc } of commands) {
      const fixed = FOLLOWED.get(name);
      all.set(name, fixed ? { name, minArgc: fixed, maxArgc: fixed } : { name, minArgc, maxArgc });
    }
    const fitting = [...all.values()].filter(({ name }) => name.length > 0 && name.length <= LONGEST_NAME);
    if (fitting.length < all.size || all.size > MOST_ENTRIES) throw new RangeError('names that do not fit the table');
    const bytes = ENTRIES_AT + fitting.length * ENTRY_BYTES;
    this.address = kernels.heap.allocate(bytes);
    kernels.bytes.fill(0, this.address, this.address + bytes);
    this.doubles = new Float64Array(kernels.memory.buffer, this.address, bytes / 8);
    this.multiAt = -1;
    this.db = 0;
    fitting.forEach((command, id) => {
      this.add(command, id);
    });
  }

  /** Whether a command passes without events. */
  isPlain(name: string, argc: number): boolean {
    const entry = this.entries.get(name);
    return entry !== undefined && argc >= entry.command.minArgc && argc <= entry.command.maxArgc;
  }

  /** Counts a command that the kernel did not walk. */
  count(name: string, bytes: number, offset: number): void {
    const entry = this.entries.get(name);
    if (entry) {
      const at = entryAt(entry.id) / 8;
      if (this.doubles[at + 5] === 0) this.doubles[at + 7] = offset;
      this.doubles[at + 5]++;
      this.doubles[at + 6] += bytes;
      return;
    }
    const tally = this.others.get(name);
    if (tally) {
      tally.commands++;
      tally.bytes += bytes;
    } else if (this.others.size < MOST_OTHERS) this.others.set(name, { commands: 1, bytes, firstOffset: offset });
    else this.uncounted++;
  }

  /** Every name that was seen, the most frequent first. */
  tallies(): Tally[] {
    const found: Tally[] = [];
    for (const [name, { id }] of this.entries) {
      const at = entryAt(id) / 8;
      const [commands, bytes, firstOffset] = this.doubles.subarray(at + 5, at + 8);
      if (commands > 0) found.push({ name, commands, bytes, firstOffset });
    }
    for (const [name, tally] of this.others) found.push({ name, ...tally });
    return found.sort((a, b) => b.commands - a.commands || (a.name < b.name ? -1 : 1));
  }

  /** File offset of the open MULTI, -1 for none. */
  get multiAt(): number {
    return this.doubles[0];
  }

  set multiAt(offset: number) {
    this.doubles[0] = offset;
  }

  /** The selected database. */
  get db(): number {
    return this.doubles[1];
  }

  set db(db: number) {
    this.doubles[1] = db;
    if (db < 32) this.doubles[2] = (this.doubles[2] | (1 << db)) >>> 0;
  }

  close(): void {
    this.kernels.heap.deallocate(this.address);
  }

  private add(command: PlainCommand, id: number): void {
    const { view, bytes, call } = this.kernels;
    const at = this.address + entryAt(id);
    const { name, minArgc, maxArgc } = command;
    for (let i = 0; i < name.length; i++) bytes[at + i] = name.charCodeAt(i);
    view.setUint32(at + 24, name.length, true);
    view.setUint32(at + 28, minArgc, true);
    view.setUint32(at + 32, Math.min(maxArgc, NO_LIMIT), true);
    view.setUint32(at + 36, KINDS.get(name) ?? 0, true);
    call.commandAdd(this.address, id);
    this.entries.set(name, { id, command });
  }
}

function entryAt(id: number): number {
  return ENTRIES_AT + id * ENTRY_BYTES;
}
