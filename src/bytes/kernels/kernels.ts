import { KERNELS } from './binary.js';
import { Heap } from './heap.js';
import { type WasmMemory, type WasmModule, wasm } from './wasm.js';

/** What the WebAssembly module offers. Addresses and lengths are bytes; 64-bit sums are signed bigints on this border. */
export interface KernelFunctions {
  crcInit(): void;
  lzfInit(): void;
  crc64(crc: bigint, address: number, length: number): bigint;
  crcCombine(first: bigint, second: bigint, secondLength: bigint): bigint;
  lzfDecode(source: number, sourceEnd: number, out: number, outEnd: number, reach: number): number;
  lzfMeasure(source: number, sourceEnd: number, reach: number): number;
  setHashKey(k0: bigint, k1: bigint): void;
  sipHash64(address: number, length: number): bigint;
  fingerprint128(address: number, length: number, out: number): void;
  fingerprintInsert(table: number, mask: number, address: number, length: number): number;
  partitionAdd(
    heads: number,
    mask: number,
    space: number,
    address: number,
    length: number,
    payloadLow: number,
    payloadHigh: number,
  ): number;
  partitionMove(heads: number, mask: number, start: number, end: number): number;
  partitionSuspects(
    table: number,
    mask: number,
    start: number,
    end: number,
    from: number,
    until: number,
    most: number,
  ): number;
  partitionRepeats(
    table: number,
    mask: number,
    start: number,
    end: number,
    from: number,
    until: number,
    out: number,
    outEnd: number,
  ): number;
  smallStrings(
    address: number,
    end: number,
    base: number,
    space: number,
    now: number,
    earliest: number,
    latest: number,
    heads: number,
    mask: number,
  ): number;
  checkListpack(blob: number, length: number, tuple: number, unique: number, table: number, slots: number): number;
  checkZiplist(blob: number, length: number, tuple: number, unique: number, table: number, slots: number): number;
  checkIntset(blob: number, length: number): number;
  scoresNeedLook(ziplist: number, blob: number, length: number): number;
  checkStreamNode(blob: number, length: number, ms: bigint, seq: bigint): number;
  clearMemory(address: number, length: number): void;
  argumentsRun(address: number, end: number, count: number): number;
  commandAdd(table: number, id: number): void;
  commandRun(address: number, end: number, base: number, table: number): number;
  crc16Init(tables: number): void;
  isDecimal(address: number, length: number): boolean | number;
  statsState(address: number): void;
  statsFlush(): void;
  statsKey(
    group: number,
    name: number,
    nameLength: number,
    expires: number,
    expireAt: number,
    bytes: number,
    valueBytes: number,
    memory: number,
    elements: number,
  ): void;
  statsRun(address: number, end: number, integers: number, embedded: number, raw: number, slots: number): number;
  jsonInit(): void;
  jsonId(msHigh: number, msLow: number, seqHigh: number, seqLow: number, out: number): number;
  jsonInteger(value: number, out: number): number;
  jsonScore(score: number, out: number): number;
  jsonText(address: number, end: number, out: number, outEnd: number): number;
  jsonBase64(address: number, end: number, out: number): number;
  jsonEntries(
    kind: number,
    address: number,
    end: number,
    shape: number,
    form: number,
    first: number,
    out: number,
    outEnd: number,
  ): number;
  jsonIntegers(
    address: number,
    end: number,
    width: number,
    form: number,
    first: number,
    out: number,
    outEnd: number,
  ): number;
  jsonStreamNode(
    blob: number,
    length: number,
    ms: bigint,
    seq: bigint,
    from: number,
    form: number,
    first: number,
    out: number,
    outEnd: number,
  ): number;
  jsonRun(address: number, end: number, texts: number, form: number, most: number, out: number, outEnd: number): number;
  meaningState(address: number): void;
  meaningBegin(kind: number): void;
  meaningAdd(address: number, length: number): void;
  meaningNumber(value: number): void;
  meaningItem(address: number, length: number): void;
  meaningId(msHigh: number, msLow: number, seqHigh: number, seqLow: number): void;
  meaningEnd(out: number): void;
  meaningSum(sum: number): void;
  meaningFold(sum: number): void;
  meaningCount(sum: number): number;
  meaningClear(sum: number): void;
  meaningName(db: number, part: number, address: number, length: number): void;
  meaningString(address: number, length: number): void;
  meaningMember(sum: number, address: number, length: number): void;
  meaningScored(sum: number, score: number, address: number, length: number): void;
  meaningField(sum: number, field: number, fieldLength: number, value: number, valueLength: number): void;
  meaningFieldBegin(field: number, fieldLength: number): void;
  meaningFieldExpiry(sum: number, expireAtMs: number, field: number, fieldLength: number): void;
  meaningEntry(
    sum: number,
    kind: number,
    msHigh: number,
    msLow: number,
    seqHigh: number,
    seqLow: number,
    first: number,
    second: number,
  ): void;
  meaningAppend(heads: number, mask: number, expireAtMs: number, number: number, part: number): number;
  meaningRun(address: number, end: number, db: number, number: number, heads: number, mask: number): number;
  meaningSkip(address: number, end: number, number: number, marks: number): number;
  meaningMark(marks: number, number: number): number;
  meaningGather(address: number, end: number, from: number, until: number, out: number): number;
  meaningTally(address: number, end: number, from: number, until: number): number;
  meaningJoin(
    left: number,
    leftEnd: number,
    right: number,
    rightEnd: number,
    table: number,
    mask: number,
    tolerance: number,
    leftMarks: number,
    rightMarks: number,
  ): void;
  rowItem(row: number, item: number): void;
  rowsSort(items: number, count: number, other: number): number;
}

/** Where the kernels leave further results: eight 64-bit words, see assembly/memory.ts. */
const REGISTERS = 0x1000;
const HEAP_START = 0x10000;
const INITIAL_PAGES = 2;
/** Address space to ask for, in 64 KiB pages; smaller ones are tried when the system grants less (ulimit -v). */
const MAXIMUM_PAGES = [65536, 16384, 4096];

let compiled: WasmModule | undefined;

/** The compiled kernels; compiled once per thread. */
export function kernelModule(): WasmModule {
  compiled ??= new wasm.Module(Buffer.from(KERNELS, 'base64'));
  return compiled;
}

/**
 * The kernels together with the memory they work on. Everything that is parsed lies in this memory, window and decompressed
 * strings alike, so an address is a plain number and kernels need no copies. The memory is shared, so that a second thread
 * can sum what the first one parses.
 */
export class Kernels {
  readonly memory: WasmMemory;
  readonly call: KernelFunctions;
  readonly heap: Heap;
  /** The whole memory. Renewed when it grows; a view taken before stays valid for the addresses that it had. */
  bytes: Uint8Array;
  view: DataView;
  private readonly registers32: Uint32Array;
  private readonly registers64: BigInt64Array;

  constructor() {
    this.memory = createMemory();
    const instance = new wasm.Instance(kernelModule(), { env: { memory: this.memory } });
    this.call = instance.exports as unknown as KernelFunctions;
    this.call.crcInit();
    this.call.lzfInit();
    this.call.jsonInit();
    // Nobody who wrote a file can know these, whatever their quality; loading node:crypto would cost every start 2 ms.
    this.call.setHashKey(randomWord(), randomWord());
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    this.registers32 = new Uint32Array(this.memory.buffer, REGISTERS, 16);
    this.registers64 = new BigInt64Array(this.memory.buffer, REGISTERS, 8);
    this.heap = new Heap(HEAP_START, INITIAL_PAGES * 65536, (bytes) => this.grow(bytes));
  }

  /** The 32-bit result at word `index`. */
  result(index: number): number {
    return this.registers32[index];
  }

  /** The 64-bit result at word `index`. */
  result64(index: number): bigint {
    return this.registers64[index];
  }

  /** Adds at least `bytes` to the end of the memory. Throws RangeError when the system gives no more. */
  private grow(bytes: number): number {
    const pages = Math.ceil(bytes / 65536);
    this.memory.grow(pages);
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    return pages * 65536;
  }
}

function randomWord(): bigint {
  const half = () => BigInt(Math.floor(Math.random() * 2 ** 32));
  return BigInt.asIntN(64, (half() << 32n) | half());
}

function createMemory(): WasmMemory {
  let reason: unknown;
  for (const maximum of MAXIMUM_PAGES) {
    try {
      return new wasm.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}
