import { stat } from 'node:fs/promises';
import { type AofSet, readSet } from '../aof/set.js';
import { expandInput } from '../backup/expand.js';
import { type OpenInput, STANDARD_INPUT } from '../backup/open.js';
import type { FindingCode } from '../errors.js';
import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import { decide, refusal } from './decide.js';
import { makePlan } from './make-plan.js';
import {
  NoLogError,
  type Refusal,
  RepairError,
  type RepairFinding,
  type RepairOptions,
  type RepairPlan,
} from './plan.js';
import { finding, open, type ScannedPart, scanFile, scanListed } from './scanned.js';
import { systemTrouble } from './system-reason.js';

/**
 * Reads an append-only file or set to its end and says what a repaired copy would be: what is copied, what is cut and why,
 * or why nothing may be written. The input is only read. Rejects with RepairError when it cannot be.
 */
export async function planRepair(input: string, options: RepairOptions = {}): Promise<RepairPlan> {
  if (input === STANDARD_INPUT) throw new RepairError('a repair reads its input twice, and standard input comes once');
  const info = await stat(input).catch((error: unknown) => {
    throw systemTrouble(input, error);
  });
  if (info.isDirectory()) return planDirectory(input, options);
  if (!info.isFile()) throw new RepairError(`${input}: a repair reads its input twice, and this is no regular file`);
  const opened = await open(input);
  if (opened.content === 'manifest' || isLostManifest(input, opened)) {
    await opened.close();
    if (opened.gzip) throw new RepairError(`${input}: unpack the manifest, so that the files beside it can be found`);
    return planSet(input, await setOf(input), options);
  }
  return planFile(input, opened, options);
}

/** So damaged that its content does not tell; the name is all that is left. */
function isLostManifest(path: string, { content, gzip }: OpenInput): boolean {
  return path.endsWith('.manifest') && !gzip && ['empty', 'text', 'binary'].includes(content);
}

async function planDirectory(path: string, options: RepairOptions): Promise<RepairPlan> {
  const set = await setOf(path);
  const { inputs } = await expandInput(path).catch((error: unknown) => {
    throw systemTrouble(path, error);
  });
  const beside = inputs.find(({ kind, path: other }) => kind === 'file' && other !== set.legacy?.path);
  // Of the old form: one file, and nothing that a manifest would belong to.
  const single = !set.manifest && set.unlisted.length === 0 ? set.legacy?.path : undefined;
  if (beside && (single !== undefined || set.directory !== path)) {
    throw new RepairError(`${path} holds ${beside.path} and ${single ?? set.directory}: say which`);
  }
  if (single !== undefined) return planFile(single, await open(single), options);
  return planSet(path, set, options);
}

async function setOf(path: string): Promise<AofSet> {
  const set = await readSet(path).catch((error: unknown) => {
    throw systemTrouble(path, error);
  });
  if (!set) throw new RepairError(`${path}: there is no append-only file in it`);
  return set;
}

async function planFile(path: string, input: OpenInput, options: RepairOptions): Promise<RepairPlan> {
  const { gzip } = input;
  const planned = { input: path, kind: 'aof', gzip, directory: undefined, manifest: undefined, findings: [] } as const;
  const refused = input.content === 'aof' || input.content === 'rdb' ? undefined : notALog(path, input);
  if (refused) {
    await input.close();
    return makePlan(planned, [], { cut: undefined, refusals: [refused], findings: [] });
  }
  const progress = new Progress(options, input.inputSize);
  const part = await scanFile(path, input, { untilMs: options.untilMs, onRead: progress.add });
  const { preamble, log } = part.scan ?? {};
  const hasLog = log !== undefined && log.end > log.start;
  if (preamble && !preamble.forLog && !preamble.failure && !(hasLog && (log.commands > 0 || log.annotations > 0))) {
    throw new NoLogError(
      `${path} is an RDB, not an append-only file: with --salvage, repair writes a new one of every key that can be read`,
    );
  }
  return makePlan(planned, [part], decide([part], options));
}

async function planSet(path: string, set: AofSet, options: RepairOptions): Promise<RepairPlan> {
  const { directory, manifestPath = directory, manifest, parts } = set;
  const findings = set.problems.map(
    ({ code, severity, path: where, offset = null, message }): RepairFinding => ({
      ...finding(code, where, offset, message),
      ...(severity ? { severity } : {}),
    }),
  );
  // Told where the parts are gone through.
  const listed = new Set(parts.map((part) => part.path));
  const general = findings.filter((told) => !(listed.has(told.path) && told.severity === 'error'));
  const name = manifestPath.slice(directory.length).replace(/^\/+/, '');
  const planned = { input: path, kind: 'aof-set', gzip: false, directory, manifest: name, findings: general } as const;
  if (!manifest?.readable || parts.length === 0) {
    const refusals = findings
      .filter(({ severity, path: where }) => severity === 'error' && !listed.has(where))
      .map((told) => refusal(told));
    if (refusals.length === 0) refusals.push(nothingListed(manifestPath));
    return makePlan({ ...planned, findings: [] }, [], { cut: undefined, refusals, findings: [] });
  }
  const twice = listedTwice(set, name);
  if (twice) return makePlan({ ...planned, findings: [] }, [], { cut: undefined, refusals: [twice], findings: [] });
  const total = parts.reduce((bytes, part) => bytes + (part.bytes ?? 0), 0);
  const progress = new Progress(options, total);
  const scanned: ScannedPart[] = [];
  for (const part of parts) {
    const told = findings.find((each) => each.path === part.path && each.severity === 'error');
    const missing = told ?? finding('AOF_PART_MISSING', part.path, null, 'the file is not there');
    scanned.push(await scanListed(part, missing, { untilMs: options.untilMs, onRead: progress.add }));
  }
  return makePlan(planned, scanned, decide(scanned, options));
}

/** A copy has one file under each name. */
function listedTwice({ parts }: AofSet, manifest: string): Refusal | undefined {
  const names = new Set([manifest]);
  for (const { name, path } of parts) {
    const message = name === manifest ? 'the manifest lists itself' : 'the manifest lists the file twice';
    if (names.has(name)) return refusal(finding('AOF_MANIFEST_FILE_TWICE', path, null, message));
    names.add(name);
  }
  return undefined;
}

function nothingListed(path: string): Refusal {
  return refusal(finding('AOF_MANIFEST_LISTS_NOTHING', path, null, 'the manifest lists no base and no incr file'));
}

/** Why a file of this content is not repaired. */
function notALog(path: string, input: OpenInput): Refusal {
  const told = (code: FindingCode, message: string) => refusal(finding(code, path, 0, message));
  if (input.failure) return told(input.failure.code, input.failure.message);
  const unzip = 'the file is compressed with zstd; decompress it first (zstd -d)';
  if (input.content === 'zstd') return { ...told('ZSTD_NOT_READ', unzip), unknown: true };
  if (input.content === 'vcs') {
    const envelope = "the file is in Valkey's compressed envelope, which is not read yet";
    return { ...told('VCS_NOT_READ', envelope), unknown: true };
  }
  if (input.content === 'empty') return told('INPUT_EMPTY', 'the file has zero bytes');
  const first = printableText(bytesToText(input.head.slice(0, 16)));
  return told('INPUT_NOT_A_BACKUP', `this is no append-only file; it begins with "${first}"`);
}

/** Counts what is read, over all files. */
class Progress {
  private done = 0;

  constructor(
    private readonly options: RepairOptions,
    private readonly total: number | undefined,
  ) {}

  readonly add = (bytes: number): void => {
    this.done += bytes;
    this.options.onProgress?.(this.done, this.total);
  };
}
