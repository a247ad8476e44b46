import type { Kernels } from '../../bytes/kernels/kernels.js';
import { EXPIRE_EARLIEST_MS, EXPIRE_LATEST_MS } from './expiry.js';

/** One run of small strings, walked by the kernel of that name; its results. */
export class SmallStrings {
  /** Address behind the strings that were taken. */
  reached = 0;
  keys = 0;
  expires = 0;
  /** How many of them have expired. */
  expired = 0;
  private start = 0;
  private end = 0;
  private base = 0;
  private db = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly nowMs: number,
  ) {}

  /** Where to look, and the database that the keys belong to; `base` is the file offset of address 0. */
  set(start: number, end: number, base: number, db: number): void {
    this.start = start;
    this.end = end;
    this.base = base;
    this.db = db;
  }

  /** Walks. Names go to the partitions at `heads`, 0 for none. Returns the partition that is full now plus 1, or 0. */
  run(heads: number, mask: number): number {
    const { kernels, start, end, base, db, nowMs } = this;
    const { call } = kernels;
    this.reached = call.smallStrings(start, end, base, db, nowMs, EXPIRE_EARLIEST_MS, EXPIRE_LATEST_MS, heads, mask);
    this.keys = kernels.result(1);
    this.expires = kernels.result(2);
    this.expired = kernels.result(3);
    return kernels.result(0);
  }
}
