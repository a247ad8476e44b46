import { tmpdir } from 'node:os';
import { Kernels } from '../bytes/kernels/kernels.js';
import { TimeSlices } from '../bytes/time-slices.js';
import type { FilterOptions } from '../keyspace/filters.js';
import { KeyFilter } from '../keyspace/filters.js';
import { ChangeRows, PairKey, PairRows, type What } from './change.js';
import { join } from './join.js';
import { Mark, Marks } from './marks.js';
import { MeaningBlock } from './meaning-block.js';
import type { PrefixOptions } from './prefixes.js';
import { ChunkPool, RecordTable } from './record-table.js';
import type { Diff, SideSummary } from './report.js';
import { RowSorter } from './row-sorter.js';
import type { Side, SideReport, SideTools } from './side.js';
import { summarize } from './summary.js';

export interface DiffOptions extends PrefixOptions {
  /** Both sides apply it; here it is only told. */
  readonly filter: FilterOptions;
  /** The share of the keys that the sides tell, when it is not all; here it is only told. */
  readonly sample?: number;
  /** Expiries of keys and of fields are not compared. */
  readonly ignoreTtl: boolean;
  /** Expiries of keys are the same when they are not further apart, in ms. */
  readonly ttlTolerance: number;
  /** Bytes for tables and rows; what does not fit is spilled. */
  readonly maxMemory: number;
  /** Where to spill; default the system's temporary directory. */
  readonly tmpDir?: string;
}

/** Of the memory: for the records of both sides, for holding them against each other, and for each of two lists of rows. */
const TABLES = 0.625;
const JOIN = 0.25;
const ROWS = 0.375;
/** Repeated keys whose names are told. */
const NAMED = 20;

/**
 * Compares two sides by meaning. Every key is looked at once and leaves a record of fixed width, in memory or on disk; then
 * only the keys whose records differ are looked at again. Rejects with SpillError, and with what the sides reject with.
 */
export async function diff(left: Side, right: Side, options: DiffOptions): Promise<Diff> {
  const kernels = new Kernels();
  const block = new MeaningBlock(kernels);
  const tools: SideTools = { kernels, block, ignoreTtl: options.ignoreTtl };
  const { maxMemory, ignoreTtl, tmpDir = tmpdir() } = options;
  const tolerance = ignoreTtl ? -1 : options.ttlTolerance;
  const compared = await compare(left, right, tools, { tolerance, maxMemory, tmpDir });
  const pairs = new RowSorter(kernels, maxMemory * ROWS, tmpDir);
  const rows = new RowSorter(kernels, maxMemory * ROWS, tmpDir);
  try {
    const repeated = await lookAgain(left, right, tools, compared.marks, pairs, rows);
    await joinPairs(pairs, rows, tolerance);
    pairs.close();
    const changes = function* () {
      for (const row of rows.read()) yield ChangeRows.read(row);
    };
    const names = function* () {
      for (const row of rows.read()) yield ChangeRows.nameOf(row);
    };
    const { counts, reports } = compared;
    const summary = await summarize(
      { summary: sideSummary(reports[0], counts.leftRepeated, repeated[0]), counts: reports[0].counts },
      { summary: sideSummary(reports[1], counts.rightRepeated, repeated[1]), counts: reports[1].counts },
      counts.both,
      { count: rows.count, names, changes },
      { ...options, filter: new KeyFilter(options.filter) },
    );
    return { summary, changes, close: () => rows.close() };
  } catch (error) {
    pairs.close();
    rows.close();
    throw error;
  }
}

interface CompareOptions {
  readonly tolerance: number;
  readonly maxMemory: number;
  readonly tmpDir: string;
}

/** The first look, and which keys need a second one. */
async function compare(left: Side, right: Side, tools: SideTools, { tolerance, maxMemory, tmpDir }: CompareOptions) {
  const { kernels } = tools;
  const pool = new ChunkPool(kernels, maxMemory * TABLES);
  const tables: RecordTable[] = [];
  try {
    const reports: SideReport[] = [];
    for (const side of [left, right]) {
      const table = new RecordTable(kernels, pool, tmpDir);
      tables.push(table);
      reports.push(await side.first(tools, table));
    }
    const marks = reports.map(({ numbers }) => new Marks(kernels, numbers));
    const counts = await join(
      kernels,
      { table: tables[0], marks: marks[0] },
      { table: tables[1], marks: marks[1] },
      { tolerance, maxMemory: maxMemory * JOIN },
    );
    return { reports, marks, counts };
  } finally {
    for (const table of tables) table.close();
    pool.release();
  }
}

type Repeated = SideSummary['repeatedKeys'][number];

/** The second look: rows of what is on one side only, and pairs of what is on both. Returns the first repeated keys. */
async function lookAgain(
  left: Side,
  right: Side,
  tools: SideTools,
  marks: readonly Marks[],
  pairs: RowSorter,
  rows: RowSorter,
): Promise<Repeated[][]> {
  const changeRows = new ChangeRows();
  const pairRows = new PairRows();
  const repeated: Repeated[][] = [[], []];
  for (const [at, side] of [left, right].entries()) {
    const which = at === 0 ? 0 : 1;
    await side.again(tools, marks[at], (mark, seen, meaning) => {
      if (mark === Mark.SUPERSEDED) {
        if (repeated[at].length < NAMED) repeated[at].push({ db: seen.db, key: seen.key.slice() });
        return;
      }
      if (mark === Mark.CHANGED) {
        const row = pairRows.write(which, seen, meaning);
        pairs.add(row.key, row.rest);
        return;
      }
      const row = changeRows.write({
        change: which === 0 ? 'removed' : 'added',
        db: seen.db,
        key: seen.key,
        what: [],
        left: which === 0 ? seen : null,
        right: which === 1 ? seen : null,
        leftNumber: which === 0 ? seen.number : -1,
        rightNumber: which === 1 ? seen.number : -1,
      });
      rows.add(row.key, row.rest);
    });
    marks[at].release();
  }
  return repeated;
}

/** Finds the partners among the keys that both sides have, and what differs. */
async function joinPairs(pairs: RowSorter, rows: RowSorter, tolerance: number): Promise<void> {
  const slices = new TimeSlices();
  const changeRows = new ChangeRows();
  let left: PairKey | undefined;
  for (const row of pairs.read()) {
    if (slices.isOver) await slices.next();
    const seen = new PairKey(row);
    if (!seen.isRight) {
      left = seen;
      continue;
    }
    if (left?.name !== seen.name) continue;
    const what: readonly What[] = left.differs(seen, tolerance);
    // A file that was written to meanwhile.
    if (what.length === 0) continue;
    const { db, key } = seen;
    const numbers = { leftNumber: left.number, rightNumber: seen.number };
    const change = { change: 'changed', db, key, what, left: left.side, right: seen.side, ...numbers } as const;
    const written = changeRows.write(change);
    rows.add(written.key, written.rest);
  }
}

function sideSummary({ inputs, counts }: SideReport, repeated: number, repeatedKeys: Repeated[]): SideSummary {
  return {
    inputs,
    complete: inputs.every(({ complete }) => complete),
    keys: counts.reduce((sum, { keys }) => sum + keys, 0),
    bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
    repeated,
    repeatedKeys,
  };
}
