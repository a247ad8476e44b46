/** Starts and stops servers that are thrown away. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readdirSync, statSync, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectServer, type LiveServer } from '../live/connect.js';
import { liveError } from '../live/live-error.js';
import type { ServerAddress } from '../live/server-url.js';
import type { BackupFiles } from './backup-files.js';
import { copyBackup, DUMP_NAME } from './copy.js';
import { DisposableError } from './errors.js';
import { serverFlags } from './flags.js';
import { makeFolder, type PrivateFolder } from './folder.js';
import { askLoading } from './loading.js';
import { knowsSets } from './needs.js';
import type { ServerProgram } from './program.js';
import { cleanEnvironment, dieWithParent, forget, removeFolder } from './reaper.js';
import { ServerLog } from './server-log.js';
import { StartFailure } from './start-failure.js';

/** What a disposable server does at the moment. */
export type Phase = 'copy' | 'load';

export interface DisposableOptions {
  readonly program: ServerProgram;
  /** What it loads, from a full copy; without it the server is empty. */
  readonly files?: BackupFiles | undefined;
  /** How many databases it has; default 16. */
  readonly databases?: number | undefined;
  /** Cut the last append-only file where it ends inside a command, as servers do unless told otherwise; default false. */
  readonly aofLoadTruncated?: boolean;
  /** Keeps what has expired, for an exact comparison: the server is the replica of nobody. Default false. */
  readonly keepExpired?: boolean;
  /** It may go on when this process ends, once `keep` was called. Default false: it dies with this process. */
  readonly mayStay?: boolean;
  /** Where its folder is made; default the system's temporary directory. */
  readonly tmpDir?: string | undefined;
  /** How long copying and loading may take together; default as long as they take. */
  readonly timeoutMs?: number | undefined;
  /** Called now and then with bytes. */
  readonly onProgress?: ((phase: Phase, done: number, total: number | undefined) => void) | undefined;
}

/** A server that nobody else reaches, with a copy of a backup. Call `stop`, or it goes with this process. */
export interface DisposableServer {
  readonly program: ServerProgram;
  /** Only by its socket. */
  readonly address: ServerAddress;
  readonly socket: string;
  /** Its private folder. */
  readonly dir: string;
  readonly pid: number;
  /** From the start of the process until it had loaded everything, in ms. */
  readonly readyMs: number;
  /** Bytes of the copy. */
  readonly copiedBytes: number;
  readonly log: ServerLog;
  /** Connects; close it before `stop`. Rejects with LiveError. */
  connect(): Promise<LiveServer>;
  /** A section of what INFO tells. Rejects with StartFailure when the server has ended, else with LiveError. */
  info(section: string): Promise<string>;
  /**
   * Lets the server save what it holds, all that has expired included, and returns the path of the RDB in its folder. The copy
   * of a dump that it loaded is given up. `onProgress`: bytes written so far. Rejects with StartFailure when the server ends
   * meanwhile, and with DisposableError when it cannot save.
   */
  save(onProgress?: (bytes: number) => void): Promise<string>;
  /** Resolves when it has ended, with a reason in words. */
  readonly ended: Promise<string>;
  /** Ends it, and removes its folder. May be called twice. */
  stop(): Promise<void>;
  /** Leaves it running when this process ends. Only with `mayStay`. */
  keep(): void;
}

const DEFAULT_DATABASES = 16;
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 100;
const STOP_TIMEOUT_MS = 5_000;
/** How long a log may come behind the answer to a command. */
const SETTLE_MS = 200;
/** How long the end of a process may come behind that of its connections: some leave much memory behind. */
const END_MS = 10_000;
const WATCH_MS = 200;
/** What a server saves to, before it has its name. */
const UNFINISHED = /^temp-.*\.rdb$/;

/**
 * Starts a server in a private folder, on a full copy of a backup, and waits until it has loaded it. It has no network port,
 * saves nothing on its own, drops nothing, and sees no configuration but ours. Rejects with StartFailure when it does not load
 * the backup, with DisposableError when there is no server for other reasons, and with the system's error when
 * the backup cannot be read. Nothing is left behind then.
 */
export async function startDisposable(options: DisposableOptions): Promise<DisposableServer> {
  // Such a server would start, empty.
  if (options.files?.kind === 'aof-set' && !knowsSets(options.program)) {
    throw new DisposableError('no-program', `${options.program.path} knows no append-only sets of several files`);
  }
  const folder = makeFolder(options.tmpDir);
  try {
    const deadline = options.timeoutMs === undefined ? undefined : performance.now() + options.timeoutMs;
    const { files, onProgress } = options;
    const copiedBytes = files ? await copyBackup(files, folder.path, (...at) => onProgress?.('copy', ...at)) : 0;
    const running = run(options, folder);
    try {
      const readyMs = await untilLoaded(running, folder, options, deadline);
      return server(options.program, running, folder, { readyMs, copiedBytes });
    } catch (error) {
      await kill(running.child);
      throw error;
    }
  } catch (error) {
    cleanUp(folder);
    throw error;
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly log: ServerLog;
  readonly startedMs: number;
  readonly ended: Promise<string>;
  readonly failed: () => Ended | undefined;
}

/** How a process ended. */
interface Ended {
  readonly error: Error | undefined;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

function run(options: DisposableOptions, folder: PrivateFolder): Running {
  const { program, files, databases = DEFAULT_DATABASES, aofLoadTruncated = false, keepExpired = false } = options;
  const flags = serverFlags(program, {
    socket: folder.socket,
    appendOnly: files !== undefined && files.kind !== 'rdb',
    databases: Math.max(databases, 1),
    aofLoadTruncated,
    keepExpired,
  });
  const { mayStay = false } = options;
  const [file, ...args] = [...(mayStay ? [] : dieWithParent()), program.path, ...flags];
  // Its own process group: an interrupt from the terminal is ours to handle.
  const child = spawn(file, args, {
    cwd: folder.path,
    env: cleanEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  folder.belongings.child = child;
  const log = new ServerLog();
  const copyOfLog: WriteStream | undefined = mayStay ? createWriteStream(join(folder.path, 'start.log')) : undefined;
  copyOfLog?.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log.add(chunk);
      copyOfLog?.write(chunk);
    });
  }
  let failed: Ended | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      failed ??= { error, exitCode: null, signal: null };
      resolve(error.message);
    });
    // `close` comes after `exit`, when the log is whole.
    child.once('close', (exitCode, signal) => {
      failed ??= { error: undefined, exitCode, signal };
      resolve(signal === null ? `it ended with status ${exitCode}` : `it was ended by ${signal}`);
    });
  });
  return { child, log, startedMs: performance.now(), ended, failed: () => failed };
}

/** Returns how long it took, in ms. */
async function untilLoaded(
  { log, startedMs, ended, failed }: Running,
  { socket }: PrivateFolder,
  { program, onProgress, timeoutMs }: DisposableOptions,
  deadline: number | undefined,
): Promise<number> {
  let wait = FIRST_WAIT_MS;
  for (;;) {
    const loading = await Promise.race([askLoading(socket), ended.then(() => undefined)]);
    const end = failed();
    if (end?.error) throw new DisposableError('server', `${program.path} cannot be started: ${end.error.message}`);
    // Whatever its status is: servers end with 0 for data of a module that they lack.
    if (end) throw new StartFailure(program, log, end.exitCode, end.signal);
    if (loading && !loading.isLoading) return Math.round(performance.now() - startedMs);
    if (loading?.loadedBytes !== undefined) onProgress?.('load', loading.loadedBytes, loading.totalBytes);
    if (deadline !== undefined && performance.now() > deadline) {
      throw new DisposableError('timeout', `the server was not up within ${timeoutMs} ms`);
    }
    await sleep(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

function server(
  program: ServerProgram,
  running: Running,
  folder: PrivateFolder,
  facts: { readonly readyMs: number; readonly copiedBytes: number },
): DisposableServer {
  const { child, log, ended, failed } = running;
  const { path: dir, socket, belongings } = folder;
  const endOf = async (error: unknown) => {
    await Promise.race([ended, sleep(liveError(error).isBroken ? END_MS : SETTLE_MS, undefined, { ref: false })]);
    const how = failed();
    return how && new StartFailure(program, log, how.exitCode, how.signal);
  };
  const address: ServerAddress = {
    others: [],
    host: '127.0.0.1',
    port: 0,
    path: socket,
    tls: false,
    username: undefined,
    password: undefined,
    db: undefined,
    shown: 'the disposable server',
  };
  const connect = () => connectServer(address);
  return {
    program,
    address,
    socket,
    dir,
    pid: child.pid ?? 0,
    ...facts,
    log,
    ended,
    connect,
    async info(section) {
      let live: LiveServer | undefined;
      try {
        live = await connect();
        return await live.nodes[0].info(section);
      } catch (error) {
        throw (await endOf(error)) ?? liveError(error);
      } finally {
        live?.close();
      }
    },
    async save(onProgress) {
      const path = join(dir, DUMP_NAME);
      await rm(path, { force: true });
      let live: LiveServer | undefined;
      const watching = onProgress && setInterval(() => onProgress(savedSoFar(dir)), WATCH_MS);
      try {
        live = await connect();
        await live.nodes[0].call('SAVE');
        return path;
      } catch (error) {
        const end = await endOf(error);
        if (end) throw end;
        const { kind, lines } = log.reason();
        const fault = kind === 'disk' ? 'no-space' : 'server';
        const why = lines.at(-1) ?? (error as Error).message;
        throw new DisposableError(fault, `the server could not save what it holds: ${why}`);
      } finally {
        clearInterval(watching);
        live?.close();
      }
    },
    async stop() {
      await kill(child);
      cleanUp(folder);
    },
    keep() {
      forget(belongings);
      child.unref();
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    },
  };
}

/** Bytes of the file that a server is writing. */
function savedSoFar(dir: string): number {
  const [name] = readdirSync(dir).filter((each) => UNFINISHED.test(each));
  return name === undefined ? 0 : (statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0);
}

/** There is nothing in it that a gentle end would save. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await Promise.race([gone, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
}

function cleanUp({ belongings }: PrivateFolder): void {
  for (const folder of belongings.folders) removeFolder(folder);
  forget(belongings);
}
