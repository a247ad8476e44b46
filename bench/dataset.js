/**
 * The dumps that are measured: made once by a real server, kept in a folder, found again by kind and size.
 */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kinds } from './kinds/index.js';
import { createRandom } from './random.js';
import { startServer } from './server.js';

/**
 * @typedef {object} Dataset
 * @property {string} kind
 * @property {string} path
 * @property {number} bytes
 */

/**
 * @param {string} kind a name in `kinds`
 * @param {number} factor 1 is the full size
 * @param {string} folder
 * @param {(line: string) => void} log
 * @returns {Promise<Dataset>}
 */
export async function dataset(kind, factor, folder, log) {
  const size = Math.max(1, Math.round(kinds[kind].size * factor));
  const path = join(folder, `${kind}-${size}.rdb`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const started = performance.now();
    await make(kind, size, path);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log(`made ${kind}-${size}.rdb in ${seconds} s`);
  }
  return { kind, path, bytes: statSync(path).size };
}

/**
 * @param {string} kind
 * @param {number} size
 * @param {string} path
 */
async function make(kind, size, path) {
  const { commands, keys } = kinds[kind];
  const server = await startServer(dirname(path));
  try {
    const { connection } = server;
    // Replies would only be thrown away; whether all went well is asked for once, at the end.
    connection.send(['CLIENT', 'REPLY', 'OFF']);
    for (const command of commands(size, createRandom(kind))) {
      connection.send(command);
      if (connection.full) await connection.drained();
    }
    await connection.request('CLIENT', 'REPLY', 'ON');
    await check(connection, keys(size));
    renameSync(await server.save(), path);
  } finally {
    await server.stop();
  }
}

/**
 * @param {import('./resp.js').Connection} connection
 * @param {number} expectedKeys
 */
async function check(connection, expectedKeys) {
  const errors = await connection.request('INFO', 'errorstats');
  if (errors.includes('errorstat_')) throw new Error(`The server refused commands:\n${errors}`);
  const keys = Number(await connection.request('DBSIZE'));
  if (keys !== expectedKeys) throw new Error(`The server holds ${keys} keys instead of ${expectedKeys}`);
}
