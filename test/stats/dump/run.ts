// Runs statistics over bytes: in files, or arriving in pieces.
import { openDataset } from '../../../src/backup/dataset.js';
import { NoChecksum } from '../../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../../src/bytes/kernels/kernels.js';
import { Window } from '../../../src/bytes/window.js';
import { type KeyRow, listKeys } from '../../../src/keys/list-keys.js';
import { parseRdb } from '../../../src/rdb/parser.js';
import { type DumpStatsOptions, rdbCounter } from '../../../src/stats/dump/dump-stats.js';
import type { StatsReport } from '../../../src/stats/report.js';
import { chunkedSource } from '../../helpers/chunks.js';

/** Small tables: what is tested here has few prefixes, and many sets of tables are made. */
export const SMALL_TABLES = 4 * 1024 * 1024;

/** Counts a file that arrives in pieces of these lengths, over and over; `window`: how much is asked for at a time. */
export async function reportInPieces(
  bytes: Uint8Array,
  lengths: readonly number[],
  window: number | undefined,
  options: DumpStatsOptions,
): Promise<StatsReport> {
  const kernels = new Kernels();
  const arriving = new Window(kernels, chunkedSource(bytes, lengths), new NoChecksum(), window);
  arriving.endSum();
  const count = rdbCounter({ maxMemory: SMALL_TABLES, ...options });
  const part = { path: 'pieces', inputSize: undefined, kernels, window: arriving };
  const report = await count(part, (visitor) => parseRdb(arriving, visitor));
  await arriving.settle();
  return report;
}

/** Estimated memory of every key in the order of the file, as `keys` lists it; undefined for values of modules. */
export async function memoryOf(path: string): Promise<(number | undefined)[]> {
  const dataset = await openDataset(path);
  const found: (number | undefined)[] = [];
  const onKey = ({ memory }: KeyRow) => {
    found.push(memory ?? undefined);
  };
  try {
    await listKeys(dataset, { filter: {}, now: 'file', allocator: 'official', onKey });
  } finally {
    await dataset.close();
  }
  return found;
}
