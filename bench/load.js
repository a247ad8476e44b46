/**
 * A dump into a server that was started for it, against `redis-cli --pipe` with the commands that make the same dataset. The
 * commands are written once, beside the dump; each run gets a fresh server.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startServer } from './server.js';

/**
 * @param {string} rdbkit path of the program
 * @returns {import('./cases.js').Case}
 */
export function loadCase(rdbkit) {
  return {
    about: 'rdbkit load into a local server against redis-cli --pipe with the commands of the same dataset',
    kinds: ['mixed', 'strings'],
    ours: {
      name: 'rdbkit load',
      setUp: (file) =>
        withServer((port) => [process.execPath, rdbkit, 'load', '--quiet', file, `redis://127.0.0.1:${port}`]),
      command: () => [],
    },
    theirs: {
      name: 'redis-cli --pipe',
      setUp: (file) => {
        const commands = commandsOf(rdbkit, file);
        return withServer((port) => ['sh', '-c', 'redis-cli -p "$0" --pipe < "$1" >&2', String(port), commands]);
      },
      command: () => [],
    },
    targets: {
      mixed: { ratio: 0.4, peakMB: 250 },
      strings: { ratio: 1.5, peakMB: 250 },
    },
  };
}

/** @param {(port: number) => string[]} command */
async function withServer(command) {
  const { port, stop } = await startServer(tmpdir());
  return { command: command(port), tearDown: stop };
}

/**
 * @param {string} rdbkit
 * @param {string} file
 * @returns the path of the commands
 */
function commandsOf(rdbkit, file) {
  const made = `${file}.resp`;
  if (existsSync(made)) return made;
  const unfinished = `${made}.tmp`;
  const { status, stderr } = spawnSync(
    process.execPath,
    [rdbkit, 'export', '--format', 'resp', file, '-o', unfinished],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`the commands of ${file} could not be written: ${stderr}`);
  }
  renameSync(unfinished, made);
  return made;
}
