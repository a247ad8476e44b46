// What a server does with a damaged set: it is started on it, asked how many keys it holds, and stopped.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AvailableServer } from '../servers/available.js';
import { removeFolder } from '../servers/reaper.js';
import { type RunningServer, ServerStartError, withServer } from '../servers/server.js';
import { type DamageCase, write } from './cases.js';

/** `starts 90` with its number of keys, `exit 1`, or `SIGSEGV`. */
export type Outcome = string;

/** What the two settings of aof-load-truncated come to. */
export interface Measured {
  readonly yes: Outcome;
  readonly no: Outcome;
}

const START_TIMEOUT_MS = 120_000;
const ATTEMPTS = 3;

/** Each start gets a fresh copy, since a server writes to what it starts from. */
export async function measure(server: AvailableServer, damage: DamageCase): Promise<Measured> {
  return { yes: await startOn(server, damage, 'yes'), no: await startOn(server, damage, 'no') };
}

/** Two starts on the same copy, and what a client writes in between, if the first one comes up. */
export async function startTwice(server: AvailableServer, damage: DamageCase, written: string): Promise<Outcome[]> {
  return inCopy(server, damage, async (data) => [
    await started(server, data, 'yes', written),
    await started(server, data, 'yes'),
  ]);
}

function startOn(server: AvailableServer, damage: DamageCase, truncated: 'yes' | 'no'): Promise<Outcome> {
  return inCopy(server, damage, (data) => started(server, data, truncated));
}

async function inCopy<T>(server: AvailableServer, damage: DamageCase, use: (data: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(server.root ? join(server.root, 'tmp') : tmpdir(), 'rdbkit-'));
  try {
    const data = join(dir, 'data');
    mkdirSync(data);
    write(data, damage);
    return await use(data);
  } finally {
    removeFolder(dir);
  }
}

/** Two starts may pick the same port in the same moment; whatever fails other than the start itself is tried again. */
async function started(...how: Parameters<typeof startedOnce>): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startedOnce(...how);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function startedOnce(
  server: AvailableServer,
  dir: string,
  truncated: 'yes' | 'no',
  written?: string,
): Promise<Outcome> {
  const args = ['--appendonly', 'yes', '--aof-load-truncated', truncated, '--crash-memcheck-enabled', 'no'];
  // A large manifest counts as growth of the log: a rewrite would only cost time.
  args.push('--auto-aof-rewrite-percentage', '0');
  try {
    const keys = await withServer({ ...server, dir, args, startTimeoutMs: START_TIMEOUT_MS }, async (running) => {
      if (written !== undefined) await running.client.set(written, 'x');
      return keysOf(running);
    });
    return `starts ${keys}`;
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    const { exitCode, signal, log } = error;
    if (log.includes('User requested shutdown')) throw new Error('stopped by someone else');
    if (exitCode === null && signal === null) throw error;
    return signal ?? `exit ${exitCode}`;
  }
}

async function keysOf({ client, pid }: RunningServer): Promise<number> {
  const [about, keyspace] = await Promise.all([client.info('server'), client.info('keyspace')]);
  if (!about.includes(`process_id:${pid}\r`)) throw new Error('another server answers');
  return [...keyspace.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
}
