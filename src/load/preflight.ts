// What is asked of a target before anything is written to it.
import type { Redis } from 'ioredis';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { liveError } from '../live/live-error.js';
import { provides } from '../servers/modules.js';
import type { KeyMapping } from './key-mapping.js';
import { LoadError } from './load-error.js';
import type { LoadWarning } from './report.js';
import type { Survey } from './survey.js';
import type { TargetKnowledge } from './units/knowledge.js';
import type { LoadLook } from './units/load-look.js';

/** Data take at least so many times their bytes in the file, as memory. A rough guess: a warning hangs on it. */
const GROWTH = 1.2;
/** Errors that say nothing of the databases that a server has. */
const NOT_ABOUT_DATABASES = /^(?:NOPERM|LOADING|BUSY|MASTERDOWN) /;

/**
 * Asks the target whether it can take what the survey found. Rejects with LoadError when it cannot, and with LiveError when it does not
 * answer; what an operator should know is returned.
 */
export async function preflight(
  target: BulkTarget,
  knowledge: TargetKnowledge,
  { survey, look, mapping, bytes }: { survey: Survey; look: LoadLook; mapping: KeyMapping; bytes: number },
): Promise<LoadWarning[]> {
  const warnings: LoadWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  await refuseReplica(target, warn);
  const wanted = Math.max(0, ...[...survey.dbs.keys()].map((db) => mapping.dbOf(db)));
  await refuseDatabase(target, wanted);
  await lookAtMemory(target, knowledge, bytes, warn);
  await lookAtModules(target, knowledge, look, warn);
  return warnings;
}

type Warn = (code: string, message: string) => void;

async function refuseReplica(target: BulkTarget, warn: Warn): Promise<void> {
  if (target.isCluster) return;
  const info = await target.ask(([node]) => node.info('replication').catch(notAllowed));
  if (info === undefined || /^role:master/m.test(info)) return;
  const host = /^master_host:(\S+)/m.exec(info)?.[1] ?? 'its master';
  const port = /^master_port:(\d+)/m.exec(info)?.[1];
  const master = port === undefined ? host : `${host}:${port}`;
  if (/^slave_read_only:0/m.test(info)) {
    warn(
      'TARGET_REPLICA',
      `the target is a replica of ${master}, which replaces everything when it synchronizes again`,
    );
    return;
  }
  throw new LoadError(
    'unusable',
    `the target is a replica of ${master} and takes no writes (READONLY): load into its master`,
  );
}

async function refuseDatabase(target: BulkTarget, wanted: number): Promise<void> {
  if (wanted === 0) return;
  const refused = await target.ask(([node]) => refusalOf(node, wanted));
  if (refused === undefined || NOT_ABOUT_DATABASES.test(refused)) return;
  const why = target.isCluster ? 'a cluster has database 0 only' : 'the target has fewer databases';
  throw new LoadError(
    'unusable',
    `keys go to database ${wanted}, and ${why} (${refused}): --db-map ${wanted}:0 puts them elsewhere, --db leaves them out`,
  );
}

/** What a node answers when it does not let a connection enter this database; undefined when it does. */
async function refusalOf(node: Redis, db: number): Promise<string | undefined> {
  try {
    await node.select(db);
    await node.select(0);
    return undefined;
  } catch (error) {
    if (isReply(error)) return error.message;
    throw liveError(error);
  }
}

async function lookAtMemory(target: BulkTarget, knowledge: TargetKnowledge, bytes: number, warn: Warn): Promise<void> {
  const { maxmemory, policy = 'unknown' } = knowledge.memory;
  if (maxmemory === undefined || maxmemory === 0) return;
  const infos = await target.ask((nodes) => Promise.all(nodes.map((node) => node.info('memory').catch(notAllowed))));
  const used = infos.reduce((sum, info) => sum + Number(/^used_memory:(\d+)/m.exec(info ?? '')?.[1] ?? 0), 0);
  const room = maxmemory * infos.length - used;
  if (bytes * GROWTH <= room) return;
  const what = `maxmemory leaves ${mebibytes(room)}, and the input has ${mebibytes(bytes)} before it is unpacked`;
  if (policy === 'noeviction' || policy === 'unknown') {
    warn('TARGET_MEMORY', `${what}: the target may refuse the last keys (OOM)`);
  } else {
    warn(
      'TARGET_EVICTS',
      `${what}: the target's policy is ${policy}, so it may drop keys while others are loaded, without a word`,
    );
  }
}

async function lookAtModules(
  target: BulkTarget,
  { commands }: TargetKnowledge,
  { moduleTypes }: LoadLook,
  warn: Warn,
): Promise<void> {
  const foreign = [...moduleTypes].filter((type) => !commands.hasModuleType(type));
  if (foreign.length === 0) return;
  const list = await target.ask(([node]) => node.call('MODULE', 'LIST').catch(notAllowed));
  if (!Array.isArray(list)) return;
  const names = list.map((module: unknown) =>
    Array.isArray(module) ? String(module[module.indexOf('name') + 1]) : '',
  );
  const missing = foreign.filter((type) => !provides(names, type));
  if (missing.length > 0) {
    warn('TARGET_LACKS_MODULE', `the target has no module for ${missing.join(', ')}: those keys cannot be loaded`);
  }
}

function mebibytes(bytes: number): string {
  return `${Math.max(0, Math.round(bytes / 1024 / 1024))} MiB`;
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** A user that may not ask gets no answer; an error of the connection is one. */
function notAllowed(error: unknown): undefined {
  if (isReply(error)) return undefined;
  throw liveError(error);
}

/** The servers that answer, by their run ids. */
export async function runIds(target: BulkTarget): Promise<string[]> {
  const infos = await target.ask((nodes) => Promise.all(nodes.map((node) => node.info('server').catch(notAllowed))));
  return infos.map((info) => /^run_id:(\w+)/m.exec(info ?? '')?.[1] ?? 'unknown').sort();
}
