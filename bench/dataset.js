/**
 * The dumps and append-only sets that are measured: made once by a real server, kept in a folder, found again by kind and size.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kinds } from './kinds/index.js';
import { createRandom } from './random.js';
import { startServer } from './server.js';

/** The dumps of a pair. */
const PAIR = ['left.rdb', 'right.rdb'];

/**
 * @typedef {object} Dataset
 * @property {string} kind
 * @property {string} path of the dump, of the manifest, or of the directory of a pair
 * @property {number} bytes of all files
 */

/** What servers call it. */
const MANIFEST = 'appendonly.aof.manifest';

/**
 * @param {string} kind a name in `kinds`
 * @param {number} factor 1 is the full size
 * @param {string} folder
 * @param {(line: string) => void} log
 * @returns {Promise<Dataset>}
 */
export async function dataset(kind, factor, folder, log) {
  const size = Math.max(1, Math.round(kinds[kind].size * factor));
  const isFolder = Boolean(kinds[kind].log ?? kinds[kind].changes);
  const name = isFolder ? `${kind}-${size}` : `${kind}-${size}.rdb`;
  const made = join(folder, name);
  if (!existsSync(made)) {
    mkdirSync(folder, { recursive: true });
    const started = performance.now();
    await make(kind, size, made);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log(`made ${name} in ${seconds} s`);
  }
  if (!isFolder) return { kind, path: made, bytes: statSync(made).size };
  const sizes = readdirSync(made).map((file) => statSync(join(made, file)).size);
  const bytes = sizes.reduce((sum, each) => sum + each, 0);
  return { kind, path: kinds[kind].log ? join(made, MANIFEST) : made, bytes };
}

/**
 * @param {string} kind
 * @param {number} size
 * @param {string} path of the dump, or of the directory of an append-only set or a pair
 */
async function make(kind, size, path) {
  const { commands, log, keys, changes } = kinds[kind];
  const random = createRandom(kind);
  const server = await startServer(dirname(path));
  try {
    const { connection } = server;
    await load(connection, commands(size, random));
    if (log) {
      const folder = await server.startLog();
      await load(connection, log(size, random));
      await check(connection, undefined);
      renameSync(folder, path);
      return;
    }
    await check(connection, keys?.(size));
    if (changes) {
      const folder = mkdtempSync(join(dirname(path), '.pair-'));
      renameSync(await server.save(), join(folder, PAIR[0]));
      await load(connection, changes(size, random));
      await check(connection, undefined);
      renameSync(await server.save(), join(folder, PAIR[1]));
      renameSync(folder, path);
      return;
    }
    renameSync(await server.save(), path);
  } finally {
    await server.stop();
  }
}

/**
 * Replies would only be thrown away; whether all went well is asked for once, at the end.
 *
 * @param {import('./resp.js').Connection} connection
 * @param {Iterable<import('./resp.js').Argument[]>} commands
 */
async function load(connection, commands) {
  connection.send(['CLIENT', 'REPLY', 'OFF']);
  for (const command of commands) {
    connection.send(command);
    if (connection.full) await connection.drained();
  }
  await connection.request('CLIENT', 'REPLY', 'ON');
}

/**
 * @param {import('./resp.js').Connection} connection
 * @param {number | undefined} expectedKeys
 */
async function check(connection, expectedKeys) {
  const errors = await connection.request('INFO', 'errorstats');
  if (errors.includes('errorstat_')) throw new Error(`The server refused commands:\n${errors}`);
  if (expectedKeys === undefined) return;
  const keys = Number(await connection.request('DBSIZE'));
  if (keys !== expectedKeys) throw new Error(`The server holds ${keys} keys instead of ${expectedKeys}`);
}
