/**
 * Runs one process from start to end and takes its wall time and its peak memory.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GNU_TIME = '/usr/bin/time';
const SAMPLE_EVERY_MS = 5;
const KEPT_OUTPUT = 2000;

/**
 * Where peak memory comes from. Node does not tell what a finished child has used, so it is GNU time's `wait4` where
 * that is installed, else the high-water mark that Linux keeps while the process lives, else nothing.
 *
 * @type {'wait4' | 'sampled' | 'none'}
 */
export const memorySource = hasGnuTime() ? 'wait4' : existsSync('/proc/self/status') ? 'sampled' : 'none';

/**
 * @typedef {object} Measurement
 * @property {number} ms wall time of the whole process
 * @property {number | null} peakBytes resident, at its highest; null when this machine cannot tell
 * @property {string} failure empty when the process ended with the expected code, else how it ended and the last of its output
 */

/**
 * @param {string[]} command the program and its arguments
 * @param {number} [expected] the exit code of a command that went well
 * @returns {Promise<Measurement>}
 */
export async function measure(command, expected = 0) {
  return memorySource === 'wait4' ? measureWithTime(command, expected) : measureWithSamples(command, expected);
}

/**
 * @param {string[]} command
 * @param {number} expected
 */
async function measureWithTime(command, expected) {
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-bench-time-'));
  try {
    const report = join(folder, 'peak');
    const { ms, failure } = await run([GNU_TIME, '-q', '-f', '%M', '-o', report, ...command], expected);
    const kibibytes = failure === '' ? Number(readFileSync(report, 'utf8')) : Number.NaN;
    return { ms, failure, peakBytes: Number.isFinite(kibibytes) ? kibibytes * 1024 : null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} command
 * @param {number} expected
 */
async function measureWithSamples(command, expected) {
  /** @type {number | null} */
  let peakBytes = null;
  const result = await run(command, expected, (pid) => {
    if (memorySource === 'sampled') peakBytes = highWaterMark(pid) ?? peakBytes;
  });
  return { ...result, peakBytes };
}

/**
 * @param {string[]} command
 * @param {number} expected
 * @param {(pid: number) => void} [sample] called again and again while the process lives
 * @returns {Promise<{ ms: number, failure: string }>}
 */
function run([program, ...args], expected, sample) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = sample && setInterval(() => child.pid !== undefined && sample(child.pid), SAMPLE_EVERY_MS);
    let output = '';
    let ms = 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-KEPT_OUTPUT);
      });
    }
    child.on('error', (error) => {
      clearInterval(timer);
      resolve({ ms: 0, failure: error.message });
    });
    child.on('exit', () => {
      ms = performance.now() - started;
      clearInterval(timer);
    });
    child.on('close', (code, signal) => {
      const ending = code === expected ? '' : `${signal ?? `exit code ${code}`}\n${output.trim()}`;
      resolve({ ms, failure: ending });
    });
  });
}

/**
 * @param {number} pid
 * @returns {number | undefined} bytes; undefined when the process has ended
 */
function highWaterMark(pid) {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return line ? Number(line[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** The `time` of the BSDs has the same path and none of the options. */
function hasGnuTime() {
  return spawnSync(GNU_TIME, ['-q', '-f', '%M', 'true']).status === 0;
}
