import type { CheckContext } from '../../checks/context.js';
import { hasExpired } from '../../keyspace/expired.js';
import { hashSlot, SLOTS } from '../../keyspace/slot.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { DEFAULT_DATABASES } from '../../servers/loadability.js';
import type { DatabaseReport } from '../report.js';

const MOST_DATABASES = 65_536;
/** A table for so many keys takes 64 or 128 TiB: no process has so many addresses. */
const HUGE = 2 ** 43;
/** Servers that compute the size of the table get one that is too small to be true, and do without. */
const OVERFLOWING = 2 ** 60;

class Database {
  keys = 0;
  expires = 0;
  expired = 0;
  announcedKeys = -1;
  announcedExpires = 0;
  announcedAt = 0;
  sections = 0;
  lastSlot = -1;

  constructor(public db: number) {}
}

/** Counts keys by database, and holds what the file announces about its sizes and slots against what it has. */
export class HintCheck {
  private readonly databases = new Map<number, Database>();
  private here: Database = new Database(0);
  private readonly rest = new Database(0);
  private highest = 0;
  private slot = -1;
  private slotAt = 0;
  private slotKeys = 0;
  private slotExpires = 0;
  private announcedSlotKeys = 0;
  private announcedSlotExpires = 0;

  /** One byte for each cluster slot: whether keys stand under it. Made when a slot is announced. */
  private slotsSeen: Uint8Array | undefined;

  constructor(
    private readonly context: CheckContext,
    private readonly nowMs: number,
  ) {}

  selectDb(db: number, offset: number): void {
    this.endSlot();
    if (this.here.sections === 0) this.unselected();
    if (db > this.highest) this.highest = db;
    let found = this.databases.get(db);
    if (!found) {
      found = this.newDatabase(db);
      if (db >= DEFAULT_DATABASES) {
        const limit = `servers have ${DEFAULT_DATABASES} databases unless configured otherwise`;
        this.context.report('RDB_DB_OUT_OF_RANGE', offset, `the file holds database ${db}; ${limit}`);
      }
    } else if (found.sections === 1) {
      this.context.report('RDB_DB_REPEATED', offset, `database ${db} has more than one section`);
    }
    found.sections++;
    found.lastSlot = -1;
    this.here = found;
  }

  /** No server has so many as are kept; what is in the rest is only counted in all, in one place. */
  private newDatabase(db: number): Database {
    if (this.databases.size >= MOST_DATABASES) {
      this.rest.db = db;
      return this.rest;
    }
    const made = new Database(db);
    this.databases.set(db, made);
    return made;
  }

  resizeDb(keys: number, expires: number, offset: number): void {
    const { here } = this;
    if (here.announcedKeys < 0) {
      here.announcedKeys = 0;
      here.announcedAt = offset;
    }
    here.announcedKeys += keys;
    here.announcedExpires += expires;
  }

  slotInfo(slot: number, keys: number, expires: number, offset: number): void {
    this.endSlot();
    const { here, context } = this;
    if (slot < 0 || slot >= SLOTS)
      context.report('SLOT_OUT_OF_RANGE', offset, `slot ${slot} does not exist; there are ${SLOTS}`);
    if (slot <= here.lastSlot) {
      context.report('SLOT_UNSORTED', offset, `slot ${slot} follows slot ${here.lastSlot}`);
    }
    here.lastSlot = slot;
    this.slot = slot;
    this.slotAt = offset;
    this.announcedSlotKeys = keys;
    this.announcedSlotExpires = expires;
  }

  /** Valkey's form: `slot,keys,expires` and, from 9 on, keys with field expiry. */
  slotInfoText(value: BytesRef, offset: number): void {
    const text = Buffer.from(value.toBytes()).toString('latin1');
    const match = /^(-?\d+),(-?\d+),(-?\d+)(?:,|$)/.exec(text);
    if (match) this.slotInfo(Number(match[1]), Number(match[2]), Number(match[3]), offset);
    else this.context.report('SLOT_HINT_INVALID', offset, 'a slot-info field does not hold three numbers');
  }

  /** A key begins. */
  key(key: KeyRecord): void {
    if (this.slot < 0) return;
    const actual = hashSlot(key.name.view());
    if (actual !== this.slot) {
      this.context.report(
        'SLOT_WRONG_KEY',
        key.offset,
        `the key belongs to slot ${actual}, and stands under ${this.slot}`,
      );
    }
  }

  /** A key is complete, and counts. */
  keyEnd(key: KeyRecord): void {
    const { expireAtMs } = key;
    const expires = expireAtMs === undefined ? 0 : 1;
    this.here.keys++;
    if (expireAtMs !== undefined) {
      this.here.expires++;
      if (hasExpired(expireAtMs, this.nowMs)) this.here.expired++;
    }
    if (this.slot < 0) return;
    if (this.slotsSeen === undefined) this.slotsSeen = new Uint8Array(SLOTS);
    this.slotsSeen[this.slot] = 1;
    this.slotKeys++;
    this.slotExpires += expires;
  }

  /** Whether each key has to be looked at. */
  get slotAnnounced(): boolean {
    return this.slot >= 0;
  }

  /** So many keys of the database at hand are complete; no slot was announced for them. */
  count(keys: number, expires: number, expired: number): void {
    this.here.keys += keys;
    this.here.expires += expires;
    this.here.expired += expired;
  }

  /** The highest number of a database with a section; 0 when there is none. */
  get lastDatabase(): number {
    return this.highest;
  }

  /** Keys of all databases that have expired. */
  get expired(): number {
    let sum = 0;
    for (const { expired } of this.all()) sum += expired;
    return sum;
  }

  /** The database at hand. */
  get db(): number {
    return this.here.db;
  }

  /** The walk stopped before the end: what was announced cannot be compared. */
  stop(): void {
    if (this.here.sections === 0) this.unselected();
  }

  finish(): void {
    this.endSlot();
    const { context } = this;
    if (this.here.sections === 0) this.unselected();
    for (const found of this.all()) {
      if (found.announcedKeys < 0) continue;
      if (found.announcedKeys === found.keys && found.announcedExpires === found.expires) continue;
      const announced = `${found.announcedKeys} keys, ${found.announcedExpires} with expiry`;
      const held = `${found.keys} and ${found.expires}`;
      const message = `database ${found.db} announces ${announced}, and holds ${held}`;
      const most = Math.max(found.announcedKeys, found.announcedExpires);
      const code = most >= HUGE ? 'RDB_SIZE_HINT_HUGE' : 'RDB_SIZE_HINT_WRONG';
      context.report(code, found.announcedAt, message, undefined, most >= OVERFLOWING ? 'overflowing' : 'plain');
    }
  }

  report(): DatabaseReport[] {
    return this.all()
      .filter((found) => found.keys > 0)
      .map(({ db, keys, expires, expired }) => ({ db, keys, expires, expired }));
  }

  /** The slots that hold keys, as ranges; null when the file does not say where its keys are. */
  slots(): [first: number, last: number][] | null {
    if (!this.slotsSeen) return null;
    const ranges: [number, number][] = [];
    this.slotsSeen.forEach((seen, slot) => {
      const last = ranges.at(-1);
      if (seen === 0) return;
      if (last?.[1] === slot - 1) last[1] = slot;
      else ranges.push([slot, slot]);
    });
    return ranges;
  }

  /** The records before the first SELECTDB belong to database 0. */
  private unselected(): void {
    const { here } = this;
    if (this.databases.size > 0 || (here.keys === 0 && here.announcedKeys < 0)) return;
    this.databases.set(0, here);
    if (here.keys > 0) {
      this.context.report('RDB_NO_SELECTDB', 0, 'keys stand before any SELECTDB; servers load them into database 0');
    }
  }

  private all(): Database[] {
    return [...this.databases.values()].sort((a, b) => a.db - b.db);
  }

  private endSlot(): void {
    if (
      this.slot >= 0 &&
      (this.slotKeys !== this.announcedSlotKeys || this.slotExpires !== this.announcedSlotExpires)
    ) {
      const announced = `${this.announcedSlotKeys} keys, ${this.announcedSlotExpires} with expiry`;
      const message = `slot ${this.slot} announces ${announced}, and holds ${this.slotKeys} and ${this.slotExpires}`;
      this.context.report('SLOT_HINT_WRONG', this.slotAt, message);
    }
    this.slot = -1;
    this.slotKeys = 0;
    this.slotExpires = 0;
  }
}
