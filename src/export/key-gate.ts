// Which keys an export takes, the same for every format.
import { Damage } from '../backup/damage.js';
import { ENOUGH } from '../backup/scan.js';
import type { KeyOffsets, SelectOptions } from '../backup/select-keys.js';
import { KeyFilter } from '../keyspace/filters.js';
import { MomentOfFile } from '../keyspace/moment-of-file.js';
import { AuxFields } from '../rdb/aux-fields.js';
import { type KeyRecord, Level, type RdbHeader, type RdbVisitor } from '../rdb/visitor.js';
import type { KeySink } from './byte-sink.js';

/** What one export has in common over all its inputs. */
export type GateOptions = SelectOptions;

/** Lets the wanted keys of one input pass to a visitor, counts them, and collects what is wrong with the input. */
export class KeyGate {
  readonly damage = new Damage();
  readonly fields = new AuxFields();
  /** Keys that passed. */
  keys = 0;
  header: RdbHeader | undefined;
  /** The database that the next key belongs to. */
  db = 0;
  /** The key that is being told. */
  current: KeyRecord | undefined;
  private readonly filter: KeyFilter;
  private readonly moment: MomentOfFile;
  private started = false;

  /**
   * `left`: how many keys may pass, of all inputs. `selected`: the keys that pass the filters which look at values; undefined
   * when no filter does.
   */
  constructor(
    options: GateOptions,
    modifiedMs: number | undefined,
    private readonly sink: KeySink,
    private readonly left: number,
    private readonly selected: KeyOffsets | undefined,
  ) {
    this.filter = new KeyFilter(options.filter);
    this.moment = new MomentOfFile(options.now, modifiedMs, options.clockMs);
  }

  /** Every key passes, but for the limit. */
  get isOpen(): boolean {
    return this.filter.isEmpty;
  }

  /** How many more keys may pass. */
  get room(): number {
    return this.left - this.keys;
  }

  /** Counts keys that somebody took without a word about each. Throws when that was the last. */
  passed(keys: number): void {
    this.keys += keys;
    if (this.keys >= this.left) throw ENOUGH;
  }

  /** Stands in front of a visitor, which is changed for that, and returned. */
  guard<T extends RdbVisitor>(visitor: T): T {
    const key = visitor.key.bind(visitor);
    const keyEnd = visitor.keyEnd.bind(visitor);
    const header = visitor.header.bind(visitor);
    const aux = visitor.aux.bind(visitor);
    const selectDb = visitor.selectDb.bind(visitor);
    visitor.header = (found) => {
      this.header = found;
      header(found);
    };
    visitor.aux = (name, value, offset) => {
      const field = this.fields.add(name, value);
      if (field?.key === 'ctime') this.moment.takeCtime(field.value);
      aux(name, value, offset);
    };
    visitor.selectDb = (db, offset) => {
      this.db = db;
      selectDb(db, offset);
    };
    visitor.key = (record) => {
      if (!this.wants(record)) return Level.SKIP;
      this.current = record;
      return key(record);
    };
    visitor.keyEnd = (record) => {
      if (this.current === undefined) return;
      this.current = undefined;
      const waiting = keyEnd(record);
      this.passed(1);
      return waiting ?? (this.sink.full ? this.sink.ready() : undefined);
    };
    visitor.isFull = () => this.sink.full;
    visitor.ready = () => this.sink.ready();
    visitor.problem = (code, offset, detail) => this.damage.add(code, offset, detail, this.current);
    return visitor;
  }

  private wants(key: KeyRecord): boolean {
    if (!this.started) {
      this.started = true;
      this.filter.setNow(this.moment.nowMs);
    }
    if (this.filter.isEmpty) return true;
    return this.selected ? this.selected.has(key.offset) : this.filter.matchesKey(key);
  }
}
