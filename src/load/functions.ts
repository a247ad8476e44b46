// Function libraries, which belong to a server and not to a database.
import type { Redis } from 'ioredis';
import { bytesToText } from '../keyspace/bytes-text.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { liveError } from '../live/live-error.js';
import type { FunctionReport } from './report.js';
import type { ConflictPolicy } from './units/options.js';

/** The line that every library begins with: `#!lua name=mylib`. */
const SHEBANG_NAME = /^#![^\n]*?\bname=([^\s]+)/;

/** Loads libraries, given their codes, on every node. Rejects with LiveError when a node does not answer. */
export async function loadFunctions(
  target: BulkTarget,
  codes: readonly Uint8Array[],
  onConflict: ConflictPolicy,
): Promise<FunctionReport> {
  let loaded = 0;
  let skipped = 0;
  const failed: { name: string; detail: string }[] = [];
  for (const bytes of codes) {
    const code = Buffer.from(bytes);
    const name = SHEBANG_NAME.exec(bytesToText(bytes.subarray(0, 1024)))?.[1] ?? '(a library without a name)';
    const results = await target.ask((nodes) =>
      Promise.all(nodes.map((node) => loadOne(node, name, code, onConflict))),
    );
    const trouble = results.find(({ kind }) => kind === 'failed');
    if (trouble) failed.push({ name, detail: trouble.detail });
    else if (results.some(({ kind }) => kind === 'loaded')) loaded++;
    else skipped++;
  }
  return { libraries: codes.length, loaded, skipped, failed };
}

interface Result {
  readonly kind: 'loaded' | 'skipped' | 'failed';
  readonly detail: string;
}

async function loadOne(node: Redis, name: string, code: Buffer, onConflict: ConflictPolicy): Promise<Result> {
  try {
    await node.call('FUNCTION', 'LOAD', ...(onConflict === 'replace' ? ['REPLACE'] : []), code);
    return { kind: 'loaded', detail: '' };
  } catch (error) {
    if (!isReply(error)) throw liveError(error);
    if (!/already exists/.test(error.message)) return { kind: 'failed', detail: error.message };
    if (onConflict === 'skip' || (await isThere(node, name, code))) return { kind: 'skipped', detail: '' };
    return { kind: 'failed', detail: `${error.message} (with another code)` };
  }
}

/** Whether the library is there already, with the same code. */
async function isThere(node: Redis, name: string, code: Buffer): Promise<boolean> {
  const list = await node.callBuffer('FUNCTION', 'LIST', 'LIBRARYNAME', name, 'WITHCODE').catch(() => undefined);
  return Array.isArray(list) && list.flat().some((item) => Buffer.isBuffer(item) && item.equals(code));
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
