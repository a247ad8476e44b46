import type { FindingCode } from '../errors.js';
import type { BytesRef } from './bytes-ref.js';
import type { ValueType } from './format.js';
import type { KeyRecord } from './visitor.js';

/** Where problems are told. */
interface Told {
  problem(code: FindingCode, offset: number, detail: string): void;
}

const NO_TYPE: ValueType = {
  code: -1,
  name: '',
  type: 'string',
  encoding: '',
  layout: 'string',
  since: 0,
  container: undefined,
  tuple: 1,
};

/**
 * The key at hand, and the attributes that wait for the next key: expiry, idle time, frequency. They survive AUX and
 * SELECTDB, as in the servers.
 */
export class KeyState implements KeyRecord {
  db = 0;
  type: ValueType = NO_TYPE;
  moduleType: string | undefined;
  offset = 0;
  typeOffset = 0;
  valueOffset = 0;
  valueBytes = 0;
  expireAtMs: number | undefined;
  expireInSeconds = false;
  freq: number | undefined;
  idle: number | undefined;
  slot: number | undefined;
  /** File offset of the first attribute of the next key; -1 for none. */
  attributesAt = -1;
  private danglingTold = false;

  constructor(readonly name: BytesRef) {}

  setExpire(ms: number, inSeconds: boolean, offset: number, told: Told): void {
    if (this.expireAtMs !== undefined) told.problem('RDB_ATTRIBUTE_REPEATED', offset, 'the key has two expiries');
    this.expireAtMs = ms;
    this.expireInSeconds = inSeconds;
    this.noteAttribute(offset);
  }

  setFreq(freq: number, offset: number, told: Told): void {
    if (this.freq !== undefined) told.problem('RDB_ATTRIBUTE_REPEATED', offset, 'the key has two LFU counters');
    if (this.idle !== undefined)
      told.problem('RDB_IDLE_AND_FREQ', offset, 'the key has an idle time and an LFU counter');
    this.freq = freq;
    this.noteAttribute(offset);
  }

  setIdle(seconds: number, offset: number, told: Told): void {
    if (this.idle !== undefined) told.problem('RDB_ATTRIBUTE_REPEATED', offset, 'the key has two idle times');
    if (this.freq !== undefined)
      told.problem('RDB_IDLE_AND_FREQ', offset, 'the key has an idle time and an LFU counter');
    this.idle = seconds;
    this.noteAttribute(offset);
  }

  noteAttribute(offset: number): void {
    if (this.attributesAt < 0) this.attributesAt = offset;
  }

  /** Tells when attributes wait for a key and `opcode` comes instead. */
  noteDangling(opcode: string, offset: number, told: Told): void {
    if (this.attributesAt < 0 || this.danglingTold) return;
    this.danglingTold = true;
    told.problem(
      'RDB_DANGLING_ATTRIBUTE',
      this.attributesAt,
      `${opcode} follows an expiry, idle time or LFU counter at ${offset}`,
    );
  }

  /** The next key's attributes were told to be out of place already. */
  dontTellDangling(): void {
    this.danglingTold = true;
  }

  clearAttributes(): void {
    if (this.attributesAt < 0) return;
    this.expireAtMs = undefined;
    this.freq = undefined;
    this.idle = undefined;
    this.attributesAt = -1;
    this.danglingTold = false;
  }
}
