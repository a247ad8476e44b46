import { Damage, type Ending, endingOf } from '../backup/damage.js';
import type { Dataset } from '../backup/dataset.js';
import { ENOUGH } from '../backup/scan.js';
import type { Kernels } from '../bytes/kernels/kernels.js';
import { MomentOfFile } from '../keyspace/moment-of-file.js';
import { AuxFields } from '../rdb/aux-fields.js';
import { type KeyRecord, Level, type RdbVisitor } from '../rdb/visitor.js';

/** The key that is looked for. */
export interface WantedKey {
  readonly name: Uint8Array;
  /** Only in this database; in any when left out. */
  readonly db?: number;
}

export interface FindOptions {
  /**
   * Makes who is told the value: `key`, the events of the level that it asks for, `keyEnd`. `moment` is what expiries are
   * held against.
   */
  readonly reader: (kernels: Kernels, moment: MomentOfFile) => RdbVisitor;
  /** Whether the reader's output can take more, and when it can again: backpressure inside a value. */
  readonly room?: { readonly isFull: () => boolean; readonly ready: () => Promise<void> };
  /** Called now and then with how many bytes of the input were read. */
  readonly onProgress?: (done: number) => void;
}

/** How the search ended. */
export interface FindResult extends Ending {
  /** The key was met, and its reader was told it. */
  readonly found: boolean;
  /** The reader was told all of it: neither the input's end nor damage inside the value kept anything back. */
  readonly whole: boolean;
}

/**
 * Tells a reader the first key of that name, in the order of the file, and stops reading behind it. Rejects for errors of the
 * system and of the reader.
 */
export async function findKey(dataset: Dataset, wanted: WantedKey, options: FindOptions): Promise<FindResult> {
  const moment = new MomentOfFile('file', dataset.modifiedMs);
  const damage = new Damage();
  const state = { found: false, ended: false };
  const scan = await dataset.scan({
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    visitor: (kernels) => {
      const visitor = only(options.reader(kernels, moment), wanted, moment, damage, state);
      Object.assign(visitor, options.room);
      return visitor;
    },
  });
  const ending = endingOf(scan, damage);
  return { ...ending, found: state.found, whole: state.ended && damage.count === 0 };
}

/** Lets a visitor have nothing but the wanted key. */
function only(
  visitor: RdbVisitor,
  { name, db }: WantedKey,
  moment: MomentOfFile,
  damage: Damage,
  state: { found: boolean; ended: boolean },
): RdbVisitor {
  const key = visitor.key.bind(visitor);
  const keyEnd = visitor.keyEnd.bind(visitor);
  const aux = visitor.aux.bind(visitor);
  const fields = new AuxFields();
  let current: KeyRecord | undefined;
  let goesOn = false;
  visitor.aux = (field, value, offset) => {
    const known = fields.add(field, value);
    if (known?.key === 'ctime') moment.takeCtime(known.value);
    // Commands may follow that change the key: only the end of the file tells.
    if (known?.key === 'aof-preamble' && known.value === '1') goesOn = true;
    aux(field, value, offset);
  };
  visitor.key = (record) => {
    if (state.found || (db !== undefined && record.db !== db) || !hasName(record, name)) return Level.SKIP;
    state.found = true;
    current = record;
    return key(record);
  };
  visitor.keyEnd = (record) => {
    if (!current) return;
    current = undefined;
    state.ended = true;
    const waiting = keyEnd(record);
    if (!goesOn) throw ENOUGH;
    return waiting;
  };
  // What stands before the key is not about it.
  visitor.problem = (code, offset, detail) => {
    if (current) damage.add(code, offset, detail, current);
  };
  return visitor;
}

function hasName({ name }: KeyRecord, wanted: Uint8Array): boolean {
  if (name.length !== wanted.length || name.resolve() !== undefined) return false;
  const { buffer, start } = name;
  for (let i = 0; i < wanted.length; i++) if (buffer[start + i] !== wanted[i]) return false;
  return true;
}
