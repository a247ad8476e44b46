/**
 * `rdbkit export` as text, into a file in memory where the system has a place for that, so that the disk is not measured.
 */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rdbkit = fileURLToPath(new URL('../bin/rdbkit.js', import.meta.url));

const MEMORY = '/dev/shm';
const output = join(existsSync(MEMORY) ? MEMORY : tmpdir(), `rdbkit-bench-${process.pid}.out`);
process.on('exit', () => rmSync(output, { force: true }));

/**
 * @param {string} format
 * @returns {import('./cases.js').Tool}
 */
function exportTo(format) {
  return {
    name: `rdbkit export ${format}`,
    command: (file) => [process.execPath, rdbkit, 'export', '--format', format, '-o', output, file],
  };
}

/**
 * @param {readonly string[]} kinds
 * @param {import('./cases.js').Tool} theirs
 * @returns {Record<string, import('./cases.js').Case>}
 */
export function exportCases(kinds, theirs) {
  const target = { ratio: 2, peakMB: 200 };
  return {
    export: {
      about: 'rdbkit export --format jsonl against redis-check-rdb',
      kinds,
      ours: exportTo('jsonl'),
      theirs,
      targets: { strings: target, json: target, mixed: target, bighash: { peakMB: 200 }, bigstring: { peakMB: 200 } },
    },
    'export-csv': {
      about: 'rdbkit export --format csv against redis-check-rdb',
      kinds,
      ours: exportTo('csv'),
      theirs,
      targets: {},
    },
    'export-resp': {
      about: 'rdbkit export --format resp against redis-check-rdb',
      kinds,
      ours: exportTo('resp'),
      theirs,
      targets: {},
    },
  };
}
