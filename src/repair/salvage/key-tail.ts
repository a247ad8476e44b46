import type { FindingCode } from '../../errors.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { JudgedKey } from './key-judge.js';
import type { SuspectReason } from './salvage.js';

/** So many bits put a key beyond doubt, see `KeyJudge`. */
export const BEYOND_DOUBT = 24;
/** Keys that say so little in a row are no keys. */
const LONGEST = 64;

/** One key that was read, and may turn out to be a part of damage that shows only later. */
export interface TailKey {
  readonly start: number;
  readonly end: number;
  readonly bits: number;
  readonly db: number;
  readonly name: Uint8Array;
  readonly type: string;
  reason: SuspectReason | undefined;
  readonly code: FindingCode | undefined;
}

/**
 * The last keys that were read. Damage shows where something cannot be read any more, which is where it happened or a few
 * records later: until then, chance bytes were taken for records. So a key is beyond doubt only when it and those that follow
 * it have enough evidence between them.
 */
export class KeyTail {
  private keys: TailKey[] = [];
  private bits = 0;

  /** `settled` is told of each key that is beyond doubt now, in order. */
  constructor(private readonly settled: (key: TailKey) => void) {}

  get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  get size(): number {
    return this.keys.length;
  }

  get first(): TailKey | undefined {
    return this.keys[0];
  }

  /** Returns whether it has the name of the one before, which is no sign of health. */
  push(judged: JudgedKey, key: KeyRecord, reason: SuspectReason | undefined): boolean {
    const name = key.name.view().slice();
    const before = this.keys.at(-1);
    const repeats = before !== undefined && before.db === key.db && Buffer.compare(before.name, name) === 0;
    if (repeats) before.reason = 'repeated';
    this.keys.push({
      start: judged.start,
      end: judged.end,
      bits: judged.bits,
      db: key.db,
      name,
      type: key.moduleType ?? key.type.type,
      reason: repeats ? 'repeated' : reason,
      code: judged.fault,
    });
    this.bits += judged.bits;
    while (this.bits >= BEYOND_DOUBT || this.keys.length > LONGEST) {
      const settled = this.keys.shift();
      if (!settled) break;
      if (this.bits < BEYOND_DOUBT) settled.reason ??= 'before-damage';
      this.bits -= settled.bits;
      this.settled(settled);
    }
    return repeats;
  }

  /** Takes all that are left. */
  take(): TailKey[] {
    const taken = this.keys;
    this.keys = [];
    this.bits = 0;
    return taken;
  }
}
