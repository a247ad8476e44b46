/**
 * A copy of a dump, against the tool that only reads it. The output goes to memory where the system has a place for that,
 * so that no disk is measured; whoever runs the benchmark can name another folder.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';

/** @type {string | undefined} */
let folder;

function outputPath() {
  if (folder === undefined) {
    const made = mkdtempSync(
      join(process.env.RDBKIT_BENCH_OUT ?? (existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir()), 'rdbkit-'),
    );
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return join(folder, 'out.rdb');
}

/**
 * @param {string} rdbkit path of the program
 * @param {import('./cases.js').Tool} theirs
 * @param {readonly string[]} dumps
 * @returns {import('./cases.js').Case}
 */
export function exportRdb(rdbkit, theirs, dumps) {
  const command = (/** @type {string} */ file) => {
    return [process.execPath, rdbkit, 'export', '--format', 'rdb', file, '-o', outputPath()];
  };
  const target = { ratio: 1, peakMB: 200 };
  return {
    about: 'rdbkit export --format rdb (to memory) against redis-check-rdb',
    kinds: dumps,
    ours: { name: 'rdbkit export', command },
    theirs,
    targets: {
      strings: target,
      json: target,
      mixed: target,
      bighash: { peakMB: 200 },
      bigstring: { peakMB: 200 },
      'bigstring-lzf': { peakMB: 200 },
    },
  };
}
