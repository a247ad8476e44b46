// The look at an input before anything is sent.
import { Damage, type Ending, endingOf } from '../backup/damage.js';
import type { Dataset } from '../backup/dataset.js';
import { needsSelection, selectKeys } from '../backup/select-keys.js';
import type { Kernels } from '../bytes/kernels/kernels.js';
import { RepeatFinder } from '../fingerprints/repeat-finder.js';
import type { FilterOptions } from '../keyspace/filters.js';
import { MomentOfFile, type NowOption } from '../keyspace/moment-of-file.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { KeyRecord, RdbHeader, RdbVisitor } from '../rdb/visitor.js';
import type { KeyMapping } from './key-mapping.js';
import { LoadError } from './load-error.js';
import { OffsetSet } from './offset-set.js';
import { Selection } from './selection.js';
import type { LoadLook } from './units/load-look.js';

const TWO_32 = 2 ** 32;
/** Function libraries are held until the keys are loaded. */
const MOST_CODE = 64 * 1024 * 1024;

export interface SurveyOptions {
  readonly filter: FilterOptions;
  readonly now: NowOption;
  /** What the clock says, ms since the epoch. */
  readonly clockMs: number;
  readonly mapping: KeyMapping;
  readonly tmpDir?: string | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What stands in an input, as far as a load has to know before it begins. */
export interface Survey {
  readonly header: RdbHeader | undefined;
  readonly fields: AuxFields;
  readonly ending: Ending;
  /** Tells this content from any other one. */
  readonly fingerprint: string;
  /** All keys. */
  readonly all: number;
  /** Keys that pass the filters. */
  readonly wanted: number;
  /** What filters on the time to live count from, ms since the epoch. */
  readonly nowMs: number;
  /** Databases of the wanted keys. */
  readonly dbs: ReadonlyMap<number, number>;
  /** Their types, those of modules by the name of the type. */
  readonly types: ReadonlyMap<string, number>;
  readonly libraries: readonly Uint8Array[];
  /** Keys that another one stands in front of, which gets the same name in the same database. */
  readonly merged: OffsetSet;
  readonly withoutPrefix: number;
  /** Makes what a pass asks about each key. */
  selection(): Promise<Selection>;
}

/** Reads all of an input, and runs `look` over the wanted keys. Rejects with LoadError when there is more than can be held. */
export async function survey(
  dataset: Dataset,
  kernels: Kernels,
  look: LoadLook,
  options: SurveyOptions,
): Promise<Survey> {
  const { filter, now, clockMs, mapping, tmpDir } = options;
  const gate = { filter, now, clockMs };
  const select = async () => (needsSelection(gate) ? await selectKeys(dataset, gate) : undefined);
  const moment = new MomentOfFile(now, dataset.modifiedMs, clockMs);
  const finder =
    mapping.changesDbs || mapping.strips
      ? new RepeatFinder(kernels, tmpDir === undefined ? {} : { tmpDir })
      : undefined;
  try {
    const surveyor = new Surveyor(new Selection(filter, await select()), moment, mapping, finder);
    const visitor = surveyor.guard(look);
    const { onProgress } = options;
    const scan = await dataset.scan({ kernels, visitor: () => visitor, ...(onProgress ? { onProgress } : {}) });
    const merged = new OffsetSet();
    await finder?.finish((_first, _high, low, high) => merged.add(high * TWO_32 + (low >>> 0) - 1));
    const { nowMs } = moment;
    const { all, fields, dbs, types, libraries, withoutPrefix } = surveyor;
    return {
      ...{ header: scan.header, fields, ending: endingOf(scan, surveyor.damage) },
      fingerprint: `${scan.bytes} bytes, ${scan.checksum.computed ?? 'no checksum'}, ${all} keys`,
      ...{ all, wanted: surveyor.selection.passed, nowMs, dbs, types, libraries, merged, withoutPrefix },
      selection: async () => new Selection(filter, await select(), nowMs),
    };
  } finally {
    finder?.close();
  }
}

class Surveyor {
  readonly damage = new Damage();
  readonly fields = new AuxFields();
  readonly dbs = new Map<number, number>();
  readonly types = new Map<string, number>();
  readonly libraries: Uint8Array[] = [];
  all = 0;
  withoutPrefix = 0;
  private codeBytes = 0;
  private current: KeyRecord | undefined;
  private taken = false;
  private started = false;
  /** The last type and database, and how many of them are not in the sums yet. */
  private run = { type: '', db: -1, keys: 0 };

  constructor(
    readonly selection: Selection,
    private readonly moment: MomentOfFile,
    private readonly mapping: KeyMapping,
    private readonly finder: RepeatFinder | undefined,
  ) {}

  /** Stands in front of a visitor, which is changed for that, and returned. */
  guard(visitor: RdbVisitor): RdbVisitor {
    const key = visitor.key.bind(visitor);
    const keyEnd = visitor.keyEnd.bind(visitor);
    const aux = visitor.aux.bind(visitor);
    const end = visitor.end.bind(visitor);
    visitor.aux = (name, value, offset) => {
      const field = this.fields.add(name, value);
      if (field?.key === 'ctime') this.moment.takeCtime(field.value);
      aux(name, value, offset);
    };
    visitor.functionLibrary = (code) => {
      const bytes = code.toBytes();
      this.codeBytes += bytes.length;
      if (this.codeBytes > MOST_CODE)
        throw new LoadError('unusable', 'its function libraries are larger than 64 MiB: use --no-functions');
      this.libraries.push(bytes);
    };
    visitor.key = (record) => {
      this.current = record;
      this.taken = this.wants(record);
      return this.taken ? key(record) : 0;
    };
    visitor.keyEnd = (record) => {
      this.current = undefined;
      this.all++;
      if (!this.taken) return;
      this.count(record);
      return keyEnd(record);
    };
    visitor.end = (offset, checksum) => {
      this.flush();
      end(offset, checksum);
    };
    visitor.problem = (code, offset, detail) => this.damage.add(code, offset, detail, this.current);
    return visitor;
  }

  private wants(key: KeyRecord): boolean {
    if (!this.started) {
      this.started = true;
      this.selection.setNow(this.moment.nowMs);
    }
    return this.selection.wants(key);
  }

  private count(key: KeyRecord): void {
    const { run, mapping, finder } = this;
    const type = key.moduleType ?? key.type.type;
    if (run.type !== type || run.db !== key.db) {
      this.flush();
      run.type = type;
      run.db = key.db;
    }
    run.keys++;
    if (!finder) return;
    const { name } = key;
    if (name.resolve() !== undefined) return;
    const cut = mapping.cutOf(name.buffer, name.start, name.end);
    if (cut === 0 && mapping.strips) this.withoutPrefix++;
    const payload = key.offset + 1;
    finder.add(name.start + cut, name.end, mapping.dbOf(key.db), payload | 0, Math.floor(payload / TWO_32));
  }

  private flush(): void {
    const { run, types, dbs } = this;
    if (run.keys === 0) return;
    types.set(run.type, (types.get(run.type) ?? 0) + run.keys);
    dbs.set(run.db, (dbs.get(run.db) ?? 0) + run.keys);
    run.keys = 0;
  }
}

const COMMANDS_BEHIND = 'AOF_COMMANDS_BEHIND';

/** Throws LoadError when an input may not be loaded: nothing of it is, then. `hasLog`: commands are expected behind its keys. */
export function refuseUnsound({ ending }: Survey, hasLog: boolean): void {
  const { outcome, complete, rdbVersion } = ending;
  const findings = ending.findings.filter(({ code }) => !(hasLog && code === COMMANDS_BEHIND));
  const isBase = findings.length < ending.findings.length;
  if ((outcome === 'sound' && complete) || (isBase && outcome === 'unknown' && findings.length === 0)) return;
  const [first] = findings.filter(({ severity }) => severity === 'error');
  const why = first
    ? `${first.code}: ${first.message}`
    : `it is of RDB version ${rdbVersion}, newer than this release knows`;
  if (outcome === 'unknown')
    throw new LoadError('unknown', `nothing was loaded, as the input cannot be read to its end: ${why}`);
  throw new LoadError(
    'damaged',
    `nothing was loaded, as the input is damaged: ${why} (rdbkit repair --salvage writes a copy with every key that can still be read)`,
  );
}
