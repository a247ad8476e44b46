// Function libraries, which belong to a server and not to a database.
import type { Redis } from 'ioredis';
import { bytesToText } from '../keyspace/bytes-text.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { liveError } from '../live/live-error.js';
import type { FunctionReport, VerifiedReport } from './report.js';
import type { ConflictPolicy } from './units/options.js';

/** The line that every library begins with: `#!lua name=mylib`. */
const SHEBANG_NAME = /^#![^\n]*?\bname=([^\s]+)/;

/** What became of libraries, and the codes of those that this load brought. */
export interface LoadedFunctions {
  readonly report: FunctionReport;
  readonly brought: readonly Uint8Array[];
}

/** Loads libraries, given their codes, on every node. Rejects with LiveError when a node does not answer. */
export async function loadFunctions(
  target: BulkTarget,
  codes: readonly Uint8Array[],
  onConflict: ConflictPolicy,
): Promise<LoadedFunctions> {
  const brought: Uint8Array[] = [];
  let skipped = 0;
  const failed: { name: string; detail: string }[] = [];
  for (const bytes of codes) {
    const code = Buffer.from(bytes);
    const name = nameOf(bytes);
    const results = await target.ask((nodes) =>
      Promise.all(nodes.map((node) => loadOne(node, name, code, onConflict))),
    );
    const trouble = results.find(({ kind }) => kind === 'failed');
    if (trouble) failed.push({ name, detail: trouble.detail });
    else if (results.some(({ kind }) => kind === 'loaded')) brought.push(bytes);
    else skipped++;
  }
  return { report: { libraries: codes.length, loaded: brought.length, skipped, failed }, brought };
}

/** Asks every node for libraries, given their codes; null when it may not be asked. Rejects with LiveError when one does not answer. */
export async function compareFunctions(
  { nodes }: BulkTarget,
  codes: readonly Uint8Array[],
): Promise<VerifiedReport['functions']> {
  const missing: string[] = [];
  for (const bytes of codes) {
    const [name, code] = [nameOf(bytes), Buffer.from(bytes)];
    const found = await Promise.all(nodes.map((node) => codesNamed(node, name)));
    if (found.includes(undefined)) return null;
    if (!found.every((each) => each?.some((there) => there.equals(code)))) missing.push(name);
  }
  return { compared: codes.length, missing };
}

function nameOf(code: Uint8Array): string {
  return SHEBANG_NAME.exec(bytesToText(code.subarray(0, 1024)))?.[1] ?? '(a library without a name)';
}

/** What a server holds of the library of this name: its code among other things. Undefined when it does not say. */
async function codesNamed(node: Redis, name: string): Promise<Buffer[] | undefined> {
  const list = await node.callBuffer('FUNCTION', 'LIST', 'LIBRARYNAME', name, 'WITHCODE').catch((error: unknown) => {
    if (!isReply(error)) throw liveError(error);
  });
  return Array.isArray(list) ? list.flat().filter((item) => Buffer.isBuffer(item)) : undefined;
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
  return (await codesNamed(node, name))?.some((each) => each.equals(code)) ?? false;
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
