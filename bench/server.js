/**
 * A throw-away redis-server on the loopback interface: own port, own folder, no persistence but the SAVE asked for.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './resp.js';

const START_TIMEOUT_MS = 15_000;

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {Connection} connection
 * @property {() => Promise<string>} save writes the dataset and returns the path of the dump, which is gone after `stop`
 * @property {() => Promise<string>} startLog begins an append-only set with the dataset as its base, and returns its directory;
 *   the log has every command that was answered
 * @property {() => Promise<void>} stop ends the server and deletes its folder
 */

/**
 * @param {string} parent the folder in which the server's own folder is made; on the file system where the dump shall
 *   end up, so that it can be renamed into place
 * @returns {Promise<Server>}
 */
export async function startServer(parent) {
  const folder = mkdtempSync(join(parent, '.server-'));
  const log = join(folder, 'server.log');
  const port = await freePort();
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    logfile: log,
    dbfilename: 'dump.rdb',
    save: '',
    appendonly: 'no',
    'proto-max-bulk-len': '1gb', // the value of one SET of bigstring; the default of 512 MB leaves little room above it
    'client-query-buffer-limit': '2gb',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));

  /** Also runs when the benchmark is interrupted, so it must not wait for anything. */
  function destroy() {
    child.kill('SIGKILL'); // nothing in it is worth an orderly shutdown
    rmSync(folder, { recursive: true, force: true });
  }
  process.once('exit', destroy);

  async function stop() {
    child.kill('SIGKILL');
    await exited;
    destroy();
    process.removeListener('exit', destroy);
  }

  try {
    const connection = await connectWhenReady(child, port);
    return {
      port,
      connection,
      async save() {
        await connection.request('SAVE');
        return join(folder, 'dump.rdb');
      },
      async startLog() {
        await connection.request('CONFIG', 'SET', 'auto-aof-rewrite-percentage', 0);
        await connection.request('CONFIG', 'SET', 'appendfsync', 'no');
        await connection.request('CONFIG', 'SET', 'appendonly', 'yes');
        const busy = /^aof_rewrite_(in_progress|scheduled):1/m;
        while (busy.test(await connection.request('INFO', 'persistence'))) await sleep(50);
        return join(folder, 'appendonlydir');
      },
      async stop() {
        connection.close();
        await stop();
      },
    };
  } catch (error) {
    const why = tail(log);
    await stop();
    throw new Error(`redis-server did not start: ${/** @type {Error} */ (error).message}${why}`, { cause: error });
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} port
 */
async function connectWhenReady(child, port) {
  let spawnError = '';
  child.once('error', (error) => {
    spawnError = error.message;
  });
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(20)) {
    if (spawnError !== '') throw new Error(spawnError);
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const connection = await Connection.open(port).catch(() => undefined);
    if (connection === undefined) continue;
    // Another process may have taken the port in between: only the server started here may be filled.
    const info = await connection.request('INFO', 'server');
    if (info.includes(`process_id:${child.pid}\r\n`)) return connection;
    connection.close();
    throw new Error(`port ${port} belongs to another server`);
  }
  throw new Error(`no connection within ${START_TIMEOUT_MS / 1000} s`);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}

/** @param {string} log */
function tail(log) {
  try {
    return `\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n')}`;
  } catch {
    return '';
  }
}
