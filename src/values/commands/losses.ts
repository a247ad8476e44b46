import type { KeyRecord } from '../../rdb/visitor.js';

/** A key that commands cannot rebuild as it is. */
export interface Loss {
  /** The whole key is left out; else a part of it. */
  readonly whole: boolean;
  readonly db: number;
  /** The key's name, its first 1024 bytes; empty for what belongs to no key. */
  readonly key: Uint8Array;
  /** What is lost and why, as the end of a sentence. */
  readonly what: string;
}

/** Losses that are kept; all are counted. */
const KEPT = 100;
const KEY_BYTES = 1024;

/** What commands do not carry over. */
export class Losses {
  readonly kept: Loss[] = [];
  /** Keys and other things that are left out, or lack a part. */
  count = 0;
  /** What no commands can give to any key, and nobody would miss the data for: clocks and counters of use. */
  readonly notes = new Set<string>();

  /** `key`: undefined for what belongs to no key. */
  add(key: KeyRecord | undefined, whole: boolean, what: string): void {
    this.count++;
    if (this.kept.length >= KEPT) return;
    const name = key ? key.name.view().slice(0, KEY_BYTES) : new Uint8Array(0);
    this.kept.push({ whole, db: key?.db ?? 0, key: name, what });
  }
}
