/** Starts and stops real servers for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type ClientOptions, connectClient } from './client.js';
import { command } from './command.js';
import { answersPing } from './ping.js';
import { freePort } from './ports.js';
import { dieWithParent, forget, removeFolder, watch } from './reaper.js';
import type { Lineage } from './suites.js';

export interface ServerOptions {
  /** The server program; a path inside `root` when there is one. */
  binary: string;
  /** A Debian tree to chroot to (needs root). */
  root?: string | undefined;
  /** More arguments, after ours, so that they win: `['--rdbchecksum', 'no']`. */
  args?: readonly string[];
  /**
   * The data directory (a path of this machine; inside `root` when there is one). It stays after `stop`.
   * Default: a fresh one, which `stop` removes.
   */
  dir?: string;
  /** Called with the data directory before the server starts, to put a `dump.rdb` there. */
  prepare?: (dir: string) => void | Promise<void>;
  /** A configuration file in the data directory, which `prepare` puts there. */
  configFile?: string;
  /** Default: a free one. */
  port?: number;
  /** More options for the client, such as a password. */
  client?: ClientOptions;
  /** How long it may take until the server answers, loading included. Default 120 s. */
  startTimeoutMs?: number;
}

export interface RunningServer {
  port: number;
  /** The data directory, as this machine sees it. */
  dir: string;
  /** The data directory as the server sees it (differs under chroot). */
  dirInside: string;
  pid: number;
  lineage: Lineage;
  /** `7.0.15` */
  version: string;
  /** One connection, see connectClient. */
  client: Redis;
  /** The server's log so far (its last 64 KiB). */
  log(): string;
  /** Stops the server without saving, by force if it must, and removes a directory that we made. May be called twice. */
  stop(): Promise<void>;
}

/** The server ended, or did not answer in time, before it was up. */
export class ServerStartError extends Error {
  override name = 'ServerStartError';
  constructor(
    message: string,
    readonly log: string,
    /** Null when a signal ended it, or when it was still running. */
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
  ) {
    super(`${message}\n${log.split('\n').slice(-15).join('\n')}`);
  }
}

const LOG_LIMIT = 64 * 1024;
const STOP_TIMEOUT_MS = 5_000;

/**
 * Starts a server on a free loopback port, without persistence, and waits until it answers.
 * Rejects with ServerStartError (whose `log` tells why) when it does not come up.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Someone else took the port between our look and the server's bind.
      const portTaken = error instanceof ServerStartError && /Address already in use/.test(error.log);
      if (!portTaken || attempt === 3) {
        throw error;
      }
    }
  }
}

/** Runs `use` with a server that is stopped afterwards, whatever happens. */
export async function withServer<T>(options: ServerOptions, use: (server: RunningServer) => Promise<T>): Promise<T> {
  const server = await startServer(options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

async function startOnce(options: ServerOptions): Promise<RunningServer> {
  const { binary, root } = options;
  const port = options.port ?? (await freePort());
  const dir = options.dir ? resolve(options.dir) : mkdtempSync(join(root ? join(root, 'tmp') : tmpdir(), 'rdbkit-'));
  const cleanUp = () => {
    if (!options.dir) {
      removeFolder(dir);
    }
  };
  let child: ChildProcess | undefined;
  try {
    mkdirSync(dir, { recursive: true });
    await options.prepare?.(dir);
    const dirInside = root ? join('/', relative(root, dir)) : dir;
    const args = [
      ...(options.configFile === undefined ? [] : [join(dirInside, options.configFile)]),
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dirInside],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
      ...(options.args ?? []),
    ];
    const [file, fileArgs] = command(binary, args, root);
    const [first = file, ...rest] = [...dieWithParent(), file, ...fileArgs];
    child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    watch(child, cleanUp);
    const log = collectLog(child);
    await untilUp(child, port, log, options.startTimeoutMs ?? 120_000);
    const client = connectClient(port, options.client);
    const started = child;
    const stop = async () => {
      await shutDown(started, client);
      forget(started);
      cleanUp();
    };
    try {
      const { lineage, version } = await identify(client);
      return { port, dir, dirInside, pid: pidOf(started), lineage, version, client, log, stop };
    } catch (error) {
      client.disconnect();
      throw error;
    }
  } catch (error) {
    if (child) {
      await kill(child);
      forget(child);
    }
    cleanUp();
    throw error;
  }
}

function collectLog(child: ChildProcess): () => string {
  let log = '';
  const add = (chunk: string) => {
    log = (log + chunk).slice(-LOG_LIMIT);
  };
  child.stdout?.setEncoding('utf8').on('data', add);
  child.stderr?.setEncoding('utf8').on('data', add);
  child.once('error', (error) => add(`${error.message}\n`));
  return () => log;
}

async function untilUp(child: ChildProcess, port: number, log: () => string, timeoutMs: number): Promise<void> {
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  // `close` comes after `exit`, when the log is whole.
  child.once('close', (code, signal) => {
    failed ??= new ServerStartError(`The server ended while it started (${signal ?? code})`, log(), code, signal);
  });
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    // First the answer, then the end: another server on that port must not pass for ours.
    const up = await answersPing(port);
    if (failed) {
      throw failed;
    }
    if (up && child.exitCode === null && child.signalCode === null) {
      return;
    }
    if (performance.now() > deadline) {
      throw new ServerStartError(`The server did not answer within ${timeoutMs} ms`, log(), null, null);
    }
    await sleep(20);
  }
}

/** Valkey tells a `redis_version` too, for old clients, so its own field goes first. */
async function identify(client: Redis): Promise<{ lineage: Lineage; version: string }> {
  const info = await client.info('server');
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  const redis = /^redis_version:(\S+)/m.exec(info)?.[1];
  return valkey ? { lineage: 'valkey', version: valkey } : { lineage: 'redis', version: redis ?? '' };
}

async function shutDown(child: ChildProcess, client: Redis): Promise<void> {
  if (hasEnded(child)) {
    client.disconnect();
    return;
  }
  // The reply is a closed connection; a refusal shows as a process that goes on.
  const asked = client.call('SHUTDOWN', 'NOSAVE').catch(() => {});
  await Promise.race([asked, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
  client.disconnect();
  await ended(child, STOP_TIMEOUT_MS);
  await kill(child);
}

async function kill(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) {
    child.kill('SIGKILL');
    await ended(child, STOP_TIMEOUT_MS);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function ended(child: ChildProcess, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, timeoutMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) {
    throw new Error('The server has no process id');
  }
  return child.pid;
}
