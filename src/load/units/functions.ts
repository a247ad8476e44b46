// Function libraries: every master has all of them.
import type { Redis } from 'ioredis';
import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import { liveError } from '../../live/live-error.js';
import type { TargetKnowledge } from './knowledge.js';
import type { ConflictPolicy } from './options.js';

/** What became of a library. */
export interface LibraryOutcome {
  /** As its code says; undefined when that has no name. */
  readonly name: string | undefined;
  /** `same`: it was there already, with the same code; `conflicted` and `skipped`: with other code, and nothing was changed. */
  readonly kind: 'loaded' | 'same' | 'conflicted' | 'skipped' | 'failed';
  /** The error as the server gave it, or one sentence of ours; undefined where nothing is wrong. */
  readonly detail: string | undefined;
}

/** Worst last: a library is what it is on the master where it fared worst. */
const KINDS = ['same', 'loaded', 'skipped', 'conflicted', 'failed'] as const;

/** Loads the libraries with these codes into every master of the target. Rejects with LiveError when one does not answer. */
export async function loadFunctions(
  target: BulkTarget,
  knowledge: TargetKnowledge,
  codes: readonly Uint8Array[],
  onConflict: ConflictPolicy,
): Promise<LibraryOutcome[]> {
  const outcomes: LibraryOutcome[] = [];
  for (const code of codes) {
    const bytes = Buffer.from(code);
    const name = nameOf(bytes);
    if (!knowledge.commands.hasFunctions) {
      outcomes.push({ name, kind: 'failed', detail: `${knowledge.commands.name} has no functions` });
      continue;
    }
    const all = await Promise.all(target.nodes.map((node) => loadInto(node, name, bytes, onConflict)));
    outcomes.push(all.reduce((worst, each) => (KINDS.indexOf(each.kind) > KINDS.indexOf(worst.kind) ? each : worst)));
  }
  return outcomes;
}

async function loadInto(
  node: Redis,
  name: string | undefined,
  code: Buffer,
  onConflict: ConflictPolicy,
): Promise<LibraryOutcome> {
  const refused = await answered(node.call('FUNCTION', 'LOAD', ...(onConflict === 'replace' ? ['REPLACE'] : []), code));
  if (refused === undefined) return { name, kind: 'loaded', detail: undefined };
  if (name === undefined || !/already exists/.test(refused)) return { name, kind: 'failed', detail: refused };
  // Also said when two libraries have a function of the same name.
  const there = await codeOf(node, name);
  if (there === undefined) return { name, kind: 'failed', detail: refused };
  if (there.equals(code)) return { name, kind: 'same', detail: undefined };
  return { name, kind: onConflict === 'skip' ? 'skipped' : 'conflicted', detail: refused };
}

/** The error reply, if it is one. */
async function answered(reply: Promise<unknown>): Promise<string | undefined> {
  try {
    await reply;
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return error.message;
    throw liveError(error);
  }
}

/** The code of the library of this name on a server; undefined when there is none, or nobody may look. */
async function codeOf(node: Redis, name: string): Promise<Buffer | undefined> {
  let found: unknown;
  const ask = async () => {
    found = await node.callBuffer('FUNCTION', 'LIST', 'LIBRARYNAME', name, 'WITHCODE');
  };
  if ((await answered(ask())) !== undefined || !Array.isArray(found)) return undefined;
  const fields: unknown = found[0];
  if (!Array.isArray(fields)) return undefined;
  const at = fields.findIndex((field) => Buffer.isBuffer(field) && field.toString('latin1') === 'library_code');
  const code: unknown = at < 0 ? undefined : fields[at + 1];
  return Buffer.isBuffer(code) ? code : undefined;
}

/** `#!lua name=mylib`, the first line. */
function nameOf(code: Buffer): string | undefined {
  const end = code.indexOf('\n');
  const line = code.toString('latin1', 0, end < 0 ? code.length : end);
  return /^#!.*\bname=([A-Za-z0-9_]+)/.exec(line)?.[1];
}
