import type { Kernels } from '../../bytes/kernels/kernels.js';

// The layout of assembly/stats-state.ts: words of 32 bits, then 64-bit floats.
const WORDS = {
  slots: 0,
  crc16: 4,
  keyLengths: 8,
  valueBytes: 12,
  ttlSeconds: 16,
  stringMemory: 20,
  index: 24,
  indexMask: 28,
  entries: 32,
  capacity: 36,
  parts: 40,
  names: 44,
  namesSize: 48,
  depth: 56,
  frozen: 60,
  separators: 64,
  epochs: 68,
  missing: 72,
  distinct: 76,
  collected: 80,
  cache: 88,
  scratch: 92,
  idleSeconds: 420,
  frequency: 424,
  short: 428,
} as const;

const HISTOGRAMS = ['keyLengths', 'valueBytes', 'ttlSeconds', 'idleSeconds', 'frequency'] as const;

const FLOATS = { nowMs: 96, bytesAbove: 104, memoryAbove: 112, without: 120 } as const;
const SEPARATOR = 160;
const SEPARATOR_BYTES = 32;
const STATE_BYTES = 448;

export const SLOTS = 16384;
export const SLOT_FLOATS = 4;
export const ENTRY_BYTES = 64;
/** 64-bit floats of a histogram. */
export const BUCKETS = 2048;
/** 64-bit floats of a group: keys, expires, bytes, memory, elements, expired; two to spare. */
export const GROUP_FLOATS = 8;
export const EPOCHS = 4096;
export const DISTINCT_REGISTERS = 4096;
/** Rows and columns of the table of memory, see assembly/key-stats.ts. */
export const MEMORY_ROWS = 65;
export const MEMORY_COLUMNS = 64;
/** The table of prefixes is divided into so many parts, see assembly/prefixes.ts. */
export const PARTS = 64;
const PART_BYTES = 16;
/** Look-ups that a part collects before they are done. */
const MOST_COLLECTED = 1024;
const COLLECTED_BYTES = 64;
const CACHE_BYTES = 1280 * 8;
const SHORT_BYTES = 1024;
/** Groups of keys come in blocks of so many. */
const GROUPS_AT_ONCE = 512;

/** What an entry of the prefix table takes: the entry, its name (as much as most are), and its share of the index. */
const NAME_BYTES = 32;
const INDEX_BYTES = 16;
const LEAST_CAPACITY = 256;
/** Entries are numbered with 24 bits. */
const MOST_CAPACITY = 2 ** 24 - 2;
const LEAST_COLLECTED = 64;
/** Larger tables would leave no room for the window in what 32 bits can address. */
const MOST_TABLE = 1024 ** 3;
/** What the longest prefix takes, so that one always fits. */
const LONGEST_NAME = 256;
const SLACK = 64;

/** The tables that the kernels count keys in. They lie in the kernels' memory; this lays them out and reads them. */
export class StatsState {
  private readonly at: number;
  /** For the second thread: a block like this one, with a table of slots of its own. */
  threadState = 0;
  private threadSlots = 0;
  /** Views of the memory, renewed when it has grown. */
  private floats: Float64Array;
  private words: Uint32Array;
  private groupBlock = 0;
  private groupsLeft = 0;

  /** `tableBytes` is what the table of prefixes may take; it has some 2 MiB at least, and 1 GiB at most. */
  constructor(
    readonly kernels: Kernels,
    tableBytes: number,
  ) {
    const allowed = Math.min(tableBytes, MOST_TABLE);
    const share = Math.ceil(allowed / 8 / PARTS / COLLECTED_BYTES);
    const collected = Math.min(MOST_COLLECTED, Math.max(LEAST_COLLECTED, share));
    const forEntries = allowed - PARTS * collected * COLLECTED_BYTES;
    const wanted = Math.floor(forEntries / PARTS / (ENTRY_BYTES + NAME_BYTES + INDEX_BYTES));
    const capacity = Math.min(MOST_CAPACITY, Math.max(LEAST_CAPACITY, wanted));
    let index = 2 * LEAST_CAPACITY;
    while (index < capacity * 1.3) index *= 2;
    const histogram = BUCKETS * 8;
    const sizes = {
      state: STATE_BYTES,
      slots: SLOTS * SLOT_FLOATS * 8,
      crc16: 4 * 256 * 2,
      keyLengths: histogram,
      valueBytes: histogram,
      ttlSeconds: histogram,
      idleSeconds: histogram,
      frequency: histogram,
      scratch: histogram,
      stringMemory: 2 * MEMORY_ROWS * MEMORY_COLUMNS * 2,
      missing: EPOCHS * 40,
      distinct: DISTINCT_REGISTERS,
      parts: PARTS * PART_BYTES,
      cache: CACHE_BYTES,
      short: SHORT_BYTES,
      threadState: STATE_BYTES,
      threadSlots: SLOTS * SLOT_FLOATS * 8,
      index: PARTS * index * 4,
      entries: PARTS * capacity * ENTRY_BYTES,
      names: PARTS * (capacity * NAME_BYTES + LONGEST_NAME),
      items: PARTS * collected * COLLECTED_BYTES,
    };
    const names = Object.keys(sizes) as (keyof typeof sizes)[];
    const total = names.reduce((sum, name) => sum + sizes[name], SLACK);
    const block = kernels.heap.allocate(total);
    this.words = new Uint32Array(kernels.memory.buffer);
    this.floats = new Float64Array(kernels.memory.buffer);
    // Entries and names are written before they are read, so their pages cost nothing until then.
    kernels.call.clearMemory(block, total - sizes.entries - sizes.names - sizes.items - SLACK);
    let at = block;
    this.at = block;
    for (const name of names) {
      if (name === 'items') this.setParts(at, collected, capacity);
      else if (name === 'threadState') this.threadState = at;
      else if (name === 'threadSlots') this.threadSlots = at;
      else if (name !== 'state') this.setWord(name, at);
      at += sizes[name];
    }
    this.setWord('indexMask', index - 1);
    this.setWord('capacity', capacity);
    this.setWord('collected', collected);
    this.setWord('namesSize', sizes.names / PARTS);
    this.setThreadWord('slots', this.threadSlots);
    this.setThreadWord('crc16', this.word('crc16'));
    this.setThreadWord('stringMemory', this.word('stringMemory'));
    kernels.call.crc16Init(this.word('crc16'));
    kernels.call.statsState(block);
  }

  /** The entries of all parts: where each part begins, and how many it has. */
  parts(): { readonly at: number; readonly count: number }[] {
    const size = this.word('capacity') * ENTRY_BYTES;
    return Array.from({ length: PARTS }, (_, part) => ({
      at: this.word('entries') + part * size,
      count: this.wordAt(this.word('parts') + part * PART_BYTES + 8),
    }));
  }

  /** Where parts collect look-ups, and where their names go. */
  private setParts(items: number, collected: number, capacity: number): void {
    const names = capacity * NAME_BYTES + LONGEST_NAME;
    for (let part = 0; part < PARTS; part++) {
      const record = (this.word('parts') + part * PART_BYTES) >>> 2;
      this.words[record] = items + part * collected * COLLECTED_BYTES;
      this.words[record + 1] = items + (part + 1) * collected * COLLECTED_BYTES;
      this.words[record + 3] = this.word('names') + part * names;
    }
  }

  /** Forgets what was counted, but not the table of prefixes. */
  clear(): void {
    const { call } = this.kernels;
    for (const table of this.slotTables()) table.fill(0);
    for (const name of HISTOGRAMS) call.clearMemory(this.word(name), BUCKETS * 8);
    this.floatsAt(this.without, 5).fill(0);
  }

  word(name: keyof typeof WORDS): number {
    return this.words[(this.at + WORDS[name]) >>> 2];
  }

  setWord(name: keyof typeof WORDS, value: number): void {
    this.words[(this.at + WORDS[name]) >>> 2] = value;
  }

  /** Keys, bytes and memory by slot: 16384 records of four floats from each of the addresses. */
  slotTables(): readonly Float64Array[] {
    return [this.word('slots'), this.threadSlots].map((at) => this.floatsAt(at, SLOTS * SLOT_FLOATS));
  }

  private setThreadWord(name: keyof typeof WORDS, value: number): void {
    this.words[(this.threadState + WORDS[name]) >>> 2] = value;
  }

  float(name: keyof typeof FLOATS): number {
    return this.floats[(this.at + FLOATS[name]) >>> 3];
  }

  setFloat(name: keyof typeof FLOATS, value: number): void {
    this.floats[(this.at + FLOATS[name]) >>> 3] = value;
  }

  /** The address of the totals of keys without a separator. */
  get without(): number {
    return this.at + FLOATS.without;
  }

  /** The 64-bit float at an address. */
  floatAt(address: number): number {
    return this.floats[address >>> 3];
  }

  /** `count` 64-bit floats at an address, for reading and writing. */
  floatsAt(address: number, count: number): Float64Array {
    return this.floats.subarray(address >>> 3, (address >>> 3) + count);
  }

  wordAt(address: number): number {
    return this.words[address >>> 2];
  }

  /** 16-bit words at an address. */
  shortsAt(address: number, count: number): Uint16Array {
    return new Uint16Array(this.kernels.memory.buffer, address, count);
  }

  bytesAt(address: number, length: number): Uint8Array {
    return this.kernels.bytes.subarray(address, address + length);
  }

  /** Room for the sums of one more group of keys. */
  newGroup(): number {
    if (this.groupsLeft === 0) {
      this.groupBlock = this.kernels.heap.allocate(GROUPS_AT_ONCE * GROUP_FLOATS * 8);
      this.kernels.call.clearMemory(this.groupBlock, GROUPS_AT_ONCE * GROUP_FLOATS * 8);
      this.floats = new Float64Array(this.kernels.memory.buffer);
      this.words = new Uint32Array(this.kernels.memory.buffer);
      this.groupsLeft = GROUPS_AT_ONCE;
    }
    return this.groupBlock + --this.groupsLeft * GROUP_FLOATS * 8;
  }

  /** What divides names into prefixes, one to eight texts of one to eight bytes, and how deep to go. */
  setSeparators(separators: readonly Uint8Array[], depth: number): void {
    const { bytes } = this.kernels;
    separators.forEach((separator, i) => {
      const at = this.at + SEPARATOR + i * SEPARATOR_BYTES;
      bytes.fill(separator[0], at, at + 16);
      bytes[at + 16] = separator.length;
      bytes.set(separator, at + 24);
    });
    this.setWord('separators', separators.length);
    this.setWord('depth', depth);
  }
}
