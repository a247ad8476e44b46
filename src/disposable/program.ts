// Which server programs this machine has, and which of them suits a backup best.
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { ServerLineage } from '../servers/releases.js';
import { DisposableError } from './errors.js';
import { type ServerNeeds, unsuitable, wordsOfNeeds } from './needs.js';
import { cleanEnvironment } from './reaper.js';

/** A server program that runs here. */
export interface ServerProgram {
  /** Absolute path. */
  readonly path: string;
  readonly lineage: ServerLineage;
  /** As it tells it: `7.0.15`. */
  readonly version: string;
}

export interface FindServerOptions {
  /** A program by its path, or by its name on PATH; default the most suitable one on PATH. */
  readonly server?: string | undefined;
  /** What the backup needs. */
  readonly needs?: ServerNeeds | undefined;
}

/** `redis-server`, `valkey-server`, and those with a version behind it: `redis-server-7.2`, `valkey-server9`. */
const SERVER_NAME = /^(?:redis|valkey)-server(?:[-_.]?\d[\w.-]*)?$/;
const VERSION_TIMEOUT_MS = 10_000;
const VERSION_LIMIT = 4096;

/**
 * The program to start for a backup: the one that was given, or of those on PATH the one that is most like the server that
 * wrote it. Rejects with DisposableError: `no-program` says what to install.
 */
export async function findServer({ server, needs }: FindServerOptions = {}): Promise<ServerProgram> {
  if (server !== undefined) return givenServer(server);
  const programs = await serversOnPath();
  const [best] = programs
    .filter((program) => unsuitable(program, needs) === undefined)
    .sort((a, b) => likeness(b, needs) - likeness(a, needs) || compareVersions(b.version, a.version));
  if (best) return best;
  const wanted = wordsOfNeeds(needs);
  const found = programs.map(({ lineage, version }) => `${lineage} ${version}`).join(', ');
  const there = found === '' ? 'there is no redis-server or valkey-server on PATH' : `on PATH there is only ${found}`;
  throw new DisposableError(
    'no-program',
    `${there}; the backup needs ${wanted}: install it (the package redis-server or valkey-server), or name one with --server`,
  );
}

/** All programs on PATH that are servers of a lineage known here, those that come first on PATH first. */
export async function serversOnPath(): Promise<ServerProgram[]> {
  const seen = new Set<string>();
  const programs: ServerProgram[] = [];
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => SERVER_NAME.test(each)).sort()) {
      const path = resolve(folder, name);
      const real = await realpath(path).catch(() => path);
      if (seen.has(real) || !(await isExecutable(path))) continue;
      seen.add(real);
      const program = await askVersion(path).catch(() => undefined);
      if (program) programs.push(program);
    }
  }
  return programs;
}

async function givenServer(server: string): Promise<ServerProgram> {
  const path = server.includes('/') ? resolve(server) : await onPath(server);
  if (path === undefined || !(await isExecutable(path))) {
    throw new DisposableError('no-program', `${JSON.stringify(server)} is no program that can be started`);
  }
  const program = await askVersion(path).catch(() => undefined);
  if (!program) {
    throw new DisposableError(
      'no-program',
      `${JSON.stringify(server)} does not say that it is a Redis or Valkey server (it was asked for its --version)`,
    );
  }
  return program;
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = isAbsolute(folder) ? join(folder, name) : resolve(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** What `--version` prints: `Redis server v=7.0.15 sha=…`, `Valkey server v=9.1.2 sha=…`. */
async function askVersion(path: string): Promise<ServerProgram | undefined> {
  const child = spawn(path, ['--version'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, VERSION_LIMIT);
  });
  await new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('close', () => done());
  });
  const match = /\b(redis|valkey) server v=(\d+\.\d+\.\d+)/i.exec(text);
  if (!match) return undefined;
  return { path, lineage: match[1].toLowerCase() === 'valkey' ? 'valkey' : 'redis', version: match[2] };
}

/** How much a program is like the one that wrote the backup: lineage before release before version. */
function likeness({ lineage, version }: ServerProgram, needs: ServerNeeds | undefined): number {
  if (needs?.lineage === undefined) return 0;
  if (needs.lineage !== lineage) return 0;
  if (needs.version === undefined) return 1;
  const release = (text: string) => text.split('.').slice(0, 2).join('.');
  if (needs.version === version) return 3;
  return release(needs.version) === release(version) ? 2 : 1;
}

/** Below 0 when `a` is older. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
