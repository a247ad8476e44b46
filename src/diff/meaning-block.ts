// The block of memory that the kernels of assembly/meaning.ts work in, and the numbers they share with their host.
import type { Kernels } from '../bytes/kernels/kernels.js';

/** Places in the block, bytes from its start. */
const NAME = 0;
const VALUE = 16;
/** Behind what the kernels use themselves, places of 16 bytes for the host. */
const FIRST_SLOT = 352;
const SLOTS = 6;
const TEXT = FIRST_SLOT + 16 * SLOTS;
const TEXT_BYTES = 256;

/** Sums that fingerprints are added up in. */
export const Sum = {
  ELEMENTS: 0,
  FIELD_EXPIRIES: 1,
  GROUPS: 2,
  PENDING: 3,
  CONSUMERS: 4,
  OWNED: 5,
  KEY_META: 6,
  COUNTERS: 7,
} as const;

/** What a hash is begun for: no two things have the same number. */
export const Kind = {
  STRING: 2,
  LIST: 16,
  SET: 17,
  ZSET: 18,
  HASH: 19,
  STREAM: 20,
  ARRAY: 21,
  MODULE: 22,
  RAW: 23,
  ENTRIES: 32,
  GROUP: 33,
  CONSUMER: 34,
  OWNED: 35,
  NACK: 36,
  COUNTERS: 37,
  ENTRIES_READ: 38,
  IDMP: 39,
  PRODUCER: 40,
  PENDING: 41,
  KEY_META: 42,
} as const;

/** Places for fingerprints that are needed again. */
export const Slot = { PLAIN: 0, COUNTERS: 1, IDMP: 2, ENTRIES: 3, OUTER: 4, INNER: 5 } as const;

/** Bytes of a fingerprint. */
export const FINGERPRINT = 16;

/** The block, and ways to bring bytes of the host where the kernels see them. Only one of these is in use at a time. */
export class MeaningBlock {
  private readonly at: number;
  private copied = 0;

  constructor(private readonly kernels: Kernels) {
    this.at = kernels.heap.allocate(TEXT + TEXT_BYTES);
    kernels.call.clearMemory(this.at, TEXT + TEXT_BYTES);
    kernels.call.meaningState(this.at);
  }

  /** The address of the fingerprint of the key's name, of its value, or of a slot. */
  get name(): number {
    return this.at + NAME;
  }

  get value(): number {
    return this.at + VALUE;
  }

  slot(slot: number): number {
    return this.at + FIRST_SLOT + FINGERPRINT * slot;
  }

  /** A view of the 16 bytes at an address. */
  bytesAt(address: number): Uint8Array {
    return this.kernels.bytes.subarray(address, address + FINGERPRINT);
  }

  /** Writes up to 256 characters of one byte each, and returns where they stand. */
  putText(text: string): number {
    const at = this.at + TEXT;
    const length = Math.min(text.length, TEXT_BYTES);
    for (let i = 0; i < length; i++) this.kernels.bytes[at + i] = text.charCodeAt(i);
    return at;
  }

  /** Copies bytes to where the kernels see them, good until the next call, and returns where they stand. */
  put(bytes: Uint8Array): number {
    const { heap } = this.kernels;
    if (this.copied === 0 || heap.capacity(this.copied) < bytes.length) {
      if (this.copied !== 0) heap.deallocate(this.copied);
      this.copied = heap.allocate(bytes.length);
    }
    this.kernels.bytes.set(bytes, this.copied);
    return this.copied;
  }

  /** Gives the memory back. */
  release(): void {
    const { heap } = this.kernels;
    heap.deallocate(this.at);
    if (this.copied !== 0) heap.deallocate(this.copied);
  }
}
