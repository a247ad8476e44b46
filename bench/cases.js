/**
 * What is compared: each case sets one of our commands against another tool on the same file. To add one, add an
 * entry; the kinds that have no target are measured too, without a verdict.
 *
 * @typedef {object} Tool
 * @property {string} name as the table's heading
 * @property {(file: string) => string[]} command the program and its arguments
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
import { fileURLToPath } from 'node:url';
import { exportRdb } from './export-rdb.js';
import { kinds } from './kinds/index.js';

const rdbkit = fileURLToPath(new URL('../bin/rdbkit.js', import.meta.url));

/** @type {Tool} */
const redisCheckRdb = { name: 'redis-check-rdb', command: (file) => ['redis-check-rdb', file] };

/** @type {Tool} */
const verify = { name: 'rdbkit verify', command: (file) => [process.execPath, rdbkit, 'verify', file] };
/** @type {Tool} */
const redisCheckAof = { name: 'redis-check-aof', command: (file) => ['redis-check-aof', file] };

const dumps = Object.keys(kinds).filter((kind) => !kinds[kind].log && kind !== 'prefixes');
const sets = Object.keys(kinds).filter((kind) => kinds[kind].log);

/** @type {Tool} */
const stats = {
  name: 'rdbkit stats',
  command: (file) => [process.execPath, rdbkit, 'stats', '--json', file],
};

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
  'export-rdb': exportRdb(rdbkit, redisCheckRdb, dumps),
  noise: {
    about: 'redis-check-rdb against itself: how far from 1 a ratio gets on this machine without a reason',
    kinds: dumps,
    ours: redisCheckRdb,
    theirs: redisCheckRdb,
    targets: {},
  },
};
