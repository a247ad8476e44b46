/**
 * Two commands on one file, run in turn. A machine's speed drifts while a benchmark runs; two runs that follow each
 * other meet the same conditions, so each ratio is taken within a pair, and the median is taken over the ratios.
 */
import { measure } from './measure.js';

/**
 * @typedef {object} Comparison
 * @property {string} kind
 * @property {number} bytes of the file
 * @property {Side} ours
 * @property {Side} theirs
 * @property {{ median: number, min: number, max: number }} ratio our wall time over theirs
 *
 * @typedef {object} Side
 * @property {number[]} ms of each run
 * @property {number} medianMs
 * @property {number | null} peakBytes the highest of all runs
 */

/** @typedef {import('./measure.js').Measurement} Measurement */

/**
 * @param {import('./cases.js').Case} pair
 * @param {import('./dataset.js').Dataset} file
 * @param {number} runs how many pairs, besides one that only warms the page cache
 * @returns {Promise<Comparison>}
 * @throws {CommandFailed} at the first command that does not end with its code
 */
export async function compare(pair, file, runs) {
  /** @type {Measurement[]} */
  const ours = [];
  /** @type {Measurement[]} */
  const theirs = [];
  for (let round = 0; round <= runs; round++) {
    ours.push(await measureTool(pair.ours, file.path));
    theirs.push(await measureTool(pair.theirs, file.path));
  }
  ours.shift();
  theirs.shift();
  const ratios = ours.map((run, index) => run.ms / theirs[index].ms);
  return {
    kind: file.kind,
    bytes: file.bytes,
    ours: summarize(ours),
    theirs: summarize(theirs),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  };
}

export class CommandFailed extends Error {}

/**
 * @param {import('./cases.js').Tool} tool
 * @param {string} path
 */
async function measureTool(tool, path) {
  const made = await tool.setUp?.(path);
  const result = await measure(made?.command ?? tool.command(path), tool.exit).finally(() => made?.tearDown());
  if (result.failure !== '') throw new CommandFailed(`${tool.name}: ${result.failure}`);
  return result;
}

/**
 * @param {Measurement[]} measurements
 * @returns {Side}
 */
function summarize(measurements) {
  const ms = measurements.map((run) => run.ms);
  const peaks = measurements.flatMap((run) => run.peakBytes ?? []);
  return { ms, medianMs: median(ms), peakBytes: peaks.length > 0 ? Math.max(...peaks) : null };
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
