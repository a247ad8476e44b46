/**
 * What is compared: each case sets one of our commands against another tool on the same file. To add one, add an
 * entry; the kinds that have no target are measured too, without a verdict.
 *
 * @typedef {object} Tool
 * @property {string} name as the table's heading
 * @property {(file: string) => string[]} command the program and its arguments
 * @property {(file: string) => Promise<{ command: string[], tearDown: () => Promise<void> }>} [setUp] where each run needs something of
 *   its own, which is not measured: makes it, and gives the program and its arguments
 * @property {number} [exit] the exit code when all went well; 0 where it is not given
 *
 * @typedef {object} Target what a full-size run must reach
 * @property {number} [ratio] our wall time over theirs, at most
 * @property {number} [peakMB] our peak memory in 10^6 bytes, at most
 *
 * @typedef {object} Case
 * @property {string} about
 * @property {readonly string[]} kinds what it can be measured on
 * @property {Tool} ours
 * @property {Tool} theirs
 * @property {Record<string, Target>} targets by kind
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportCases } from './export.js';
import { exportRdb } from './export-rdb.js';
import { kinds } from './kinds/index.js';
import { loadCase } from './load.js';

const rdbkit = fileURLToPath(new URL('../bin/rdbkit.js', import.meta.url));

/** @type {Tool} */
const redisCheckRdb = { name: 'redis-check-rdb', command: (file) => ['redis-check-rdb', file] };

/** @type {Tool} */
const verify = { name: 'rdbkit verify', command: (file) => [process.execPath, rdbkit, 'verify', file] };
/** @type {Tool} */
const redisCheckAof = { name: 'redis-check-aof', command: (file) => ['redis-check-aof', file] };

const dumps = Object.keys(kinds).filter((kind) => {
  return !kinds[kind].log && !kinds[kind].changes && kind !== 'prefixes';
});
const sets = Object.keys(kinds).filter((kind) => kinds[kind].log);

/** @type {Tool} */
const stats = {
  name: 'rdbkit stats',
  command: (file) => [process.execPath, rdbkit, 'stats', '--json', file],
};

/** @type {Tool} Both dumps of a pair, one after the other. */
const redisCheckPair = {
  name: 'redis-check-rdb of both',
  command: (folder) => [
    ...['sh', '-c', 'redis-check-rdb "$0" && redis-check-rdb "$1"'],
    ...[join(folder, 'left.rdb'), join(folder, 'right.rdb')],
  ],
};

/**
 * @param {string[]} options
 * @returns {Tool}
 */
function diff(...options) {
  return {
    name: ['rdbkit diff', ...options].join(' '),
    command: (folder) => [
      ...[process.execPath, rdbkit, 'diff', '--jsonl', ...options],
      ...[join(folder, 'left.rdb'), join(folder, 'right.rdb')],
    ],
    exit: 1,
  };
}

/** @type {Record<string, Case>} */
export const cases = {
  verify: {
    about: 'rdbkit verify against redis-check-rdb',
    kinds: dumps,
    ours: verify,
    theirs: redisCheckRdb,
    targets: {
      strings: { ratio: 0.6, peakMB: 200 },
      json: { ratio: 0.65, peakMB: 200 },
      mixed: { ratio: 0.6, peakMB: 200 },
      bighash: { peakMB: 200 },
      bigstring: { peakMB: 200 },
      'bigstring-lzf': { peakMB: 200 },
    },
  },
  aof: {
    about: 'rdbkit verify against redis-check-aof',
    kinds: sets,
    ours: verify,
    theirs: redisCheckAof,
    targets: { aof: { ratio: 0.4, peakMB: 150 } },
  },
  stats: {
    about: 'rdbkit stats --json against redis-check-rdb',
    kinds: [...dumps, 'prefixes'],
    ours: stats,
    theirs: redisCheckRdb,
    targets: {
      strings: { ratio: 1, peakMB: 250 },
      json: { ratio: 1, peakMB: 250 },
      mixed: { ratio: 1, peakMB: 250 },
      prefixes: { peakMB: 250 },
    },
  },
  ...exportCases(dumps, redisCheckRdb),
  diff: {
    about: 'rdbkit diff --jsonl against redis-check-rdb of both files',
    kinds: ['snapshots'],
    ours: diff(),
    theirs: redisCheckPair,
    targets: { snapshots: { ratio: 2, peakMB: 512 } },
  },
  'diff-spilled': {
    about: 'the same with --max-memory 64mb',
    kinds: ['snapshots'],
    ours: diff('--max-memory', '64mb'),
    theirs: redisCheckPair,
    targets: { snapshots: { ratio: 4 } },
  },
  'export-rdb': exportRdb(rdbkit, redisCheckRdb, dumps),
  load: loadCase(rdbkit),
  noise: {
    about: 'redis-check-rdb against itself: how far from 1 a ratio gets on this machine without a reason',
    kinds: dumps,
    ours: redisCheckRdb,
    theirs: redisCheckRdb,
    targets: {},
  },
};
