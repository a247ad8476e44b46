// What a server does with a file: it is started on it, asked what it holds, and stopped; then its check tool looks at the file.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AvailableServer } from '../servers/available.js';
import { command } from '../servers/command.js';
import { removeFolder } from '../servers/reaper.js';
import { type RunningServer, ServerStartError, withServer } from '../servers/server.js';
import type { Configuration, LoadingCase } from './case.js';
import { found, reasonIn } from './log.js';

/** One line of behaviour.jsonl. */
export interface Behaviour {
  file: string;
  /** `redis-7.0.15` */
  server: string;
  /** Settings beside the defaults: `['--cluster-enabled yes']`. */
  config: readonly string[];
  outcome: 'loads' | 'refuses' | 'crashes';
  /** How the start ended; both null when it did not. */
  exit: number | null;
  signal: string | null;
  /** INFO keyspace: keys by database, those without keys left out. Only when it loads, as all down to `reason`. */
  keys?: Record<string, number>;
  /** How many keys the load has added, as INFO persistence tells (not on Redis 6.0). */
  loaded?: number;
  /** How many it has dropped since they had expired, from the same place. */
  expired?: number;
  /** Collections that it dropped since they were empty, as the log tells; only when there were any. */
  emptyKeysSkipped?: number;
  /** Hashes that it dropped since all their fields had expired, as the log of Valkey 9 tells; only when there were any. */
  expiredHashesSkipped?: number;
  /** Fields that expired between the load and the question, as INFO stats tells; only when there were any. */
  fieldsExpiredLater?: number;
  /** HLEN of the keys that the case asks for. */
  fields?: Record<string, number>;
  /** What the log gives as the reason; null when it loads. */
  reason: string | null;
  checkTool: 'ok' | 'error';
}

type Start = Omit<Behaviour, 'file' | 'server' | 'config' | 'checkTool'>;

const START_TIMEOUT_MS = 120_000;
const CHECK_TIMEOUT_MS = 120_000;

export const DEFAULTS: Configuration = { args: [] };

/** Whether a server knows the settings of a configuration. */
export function applies(configuration: Configuration, server: AvailableServer): boolean {
  return server.name.startsWith(configuration.servers ?? '');
}

/** One line per configuration, the defaults first; none when what the server does is left to chance. */
export async function measure(server: AvailableServer, loadingCase: LoadingCase): Promise<Behaviour[]> {
  if (loadingCase.except !== undefined && server.name.startsWith(loadingCase.except)) return [];
  const configurations = [DEFAULTS, ...(loadingCase.configurations ?? [])].filter((c) => applies(c, server));
  const bytes = loadingCase.bytes();
  const [starts, checkTool] = await Promise.all([
    oneByOne(configurations, ({ args }) =>
      inFolder(server, bytes, (dir) => started(server, dir, args, loadingCase.fields ?? [])),
    ),
    check(server, bytes),
  ]);
  return configurations.map(({ args }, i) => ({
    file: `${loadingCase.name}.rdb`,
    server: server.name,
    config: args,
    ...(starts[i] as Start),
    checkTool,
  }));
}

/**
 * Two starts may pick the same port in the same moment, and then one asks, or stops, the server of the other. Whatever
 * fails other than the start itself is tried again.
 */
async function started(...how: Parameters<typeof startedOnce>): Promise<Start> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startedOnce(...how);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startedOnce(
  server: AvailableServer,
  dir: string,
  settings: readonly string[],
  fields: readonly string[],
): Promise<Start> {
  const args = settings.flatMap((setting) => setting.split(' '));
  try {
    return await withServer({ ...server, dir, args, startTimeoutMs: START_TIMEOUT_MS }, async (running) => {
      const held = await ask(running, fields);
      return { outcome: 'loads', exit: null, signal: null, ...held, ...skipped(running.log()), reason: null };
    });
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    const { exitCode, signal, log } = error;
    if (log.includes('User requested shutdown')) throw new Error('stopped by someone else');
    if (exitCode === null && signal === null) throw error;
    const reason = reasonIn(log);
    // Servers always say why they refuse a file: whatever ended this one, it was not the file.
    if (reason === null) throw new Error(`ended without a reason (${signal ?? exitCode}): ${log}`);
    return { outcome: signal ? 'crashes' : 'refuses', exit: exitCode, signal, reason };
  }
}

/** All in one go, so that no time passes for things to expire in between. */
async function ask({ client, pid }: RunningServer, fields: readonly string[]): Promise<Partial<Start>> {
  const [about, keyspace, persistence, stats, ...lengths] = await Promise.all([
    client.info('server'),
    client.info('keyspace'),
    client.info('persistence'),
    client.info('stats'),
    ...fields.map((key) => client.hlen(key)),
  ]);
  if (!about.includes(`process_id:${pid}\r`)) throw new Error('another server answers');
  const keys = [...keyspace.matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, db, count]) => [db, Number(count)]);
  return {
    keys: Object.fromEntries(keys),
    ...found('loaded', /^rdb_last_load_keys_loaded:(\d+)/m, persistence),
    ...found('expired', /^rdb_last_load_keys_expired:(\d+)/m, persistence),
    // Redis and Valkey each have a word for it.
    ...found('fieldsExpiredLater', /^expired_(?:subkeys|fields):([1-9]\d*)/m, stats),
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields.map((key, i) => [key, lengths[i] ?? 0])) }),
  };
}

function check(server: AvailableServer, bytes: Buffer): Promise<'ok' | 'error'> {
  return inFolder(server, bytes, (dir) => {
    const seen = join(server.root ? dir.slice(server.root.length) : dir, 'dump.rdb');
    const [file, args] = command(server.checkTool, [seen], server.root);
    return new Promise((resolve, reject) => {
      execFile(file, args, { timeout: CHECK_TIMEOUT_MS, killSignal: 'SIGKILL' }, (error) => {
        if (error?.killed) reject(new Error(`${server.checkTool} did not end`));
        else resolve(error ? 'error' : 'ok');
      });
    });
  });
}

function skipped(log: string): Partial<Start> {
  return {
    ...found('emptyKeysSkipped', /empty keys skipped: ([1-9]\d*)/, log),
    ...found('expiredHashesSkipped', /all fields expired hashes: ([1-9]\d*)/, log),
  };
}

async function oneByOne<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** A folder that the server sees, with the file in it. */
async function inFolder<T>(server: AvailableServer, bytes: Buffer, use: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(server.root ? join(server.root, 'tmp') : tmpdir(), 'rdbkit-'));
  try {
    writeFileSync(join(dir, 'dump.rdb'), bytes);
    return await use(dir);
  } finally {
    removeFolder(dir);
  }
}
