import { type AofSet, readSet, type SetPart, type SetProblem } from '../../aof/set.js';
import { type OpenInput, openPart } from '../../backup/open.js';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import { makeChecksum } from '../../bytes/checksum/make.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import { Window } from '../../bytes/window.js';
import type { FindingCode } from '../../errors.js';
import { bytesToText, printableText } from '../../keyspace/bytes-text.js';
import { Findings } from '../findings.js';
import { failedReport, nothingReport } from '../make-report.js';
import type { VerifyOptions } from '../options.js';
import type { FileReport, PartReport } from '../report.js';
import { withProgress } from '../source-progress.js';
import { isSystemError, systemReason } from '../system-error.js';
import { madeAt, withAofLoads } from './file.js';
import { loadedPart } from './loaded-part.js';
import type { LoadedPart } from './loads.js';
import { verifyLog } from './log.js';
import { verifyWithLog } from './part.js';
import { aofReport } from './report.js';

/** From these servers start, with less than there is or with nothing at all. */
const LOST: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'AOF_MANIFEST_LISTS_NOTHING',
  'AOF_MANIFEST_MISSING',
  'AOF_MANIFEST_NO_BASE',
  'AOF_PART_EMPTY',
  'AOF_ALL_PARTS_EMPTY',
]);
/** What looking at one file of a set gave. */
interface Looked {
  readonly report: PartReport;
  readonly loaded: LoadedPart;
  readonly whole: boolean;
}

/**
 * Verifies an append-only set: its manifest or directory at `path`, and all files that servers would load. `data` is the data
 * directory around it, when that was given.
 */
export async function verifySet(path: string, options: VerifyOptions, data?: string): Promise<FileReport> {
  const started = performance.now();
  try {
    const set = await readSet(data ?? path);
    if (!set) return nothingReport(path, options);
    return await verifyParts(path, set, options, started);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { ...failedReport(path, options, systemReason(error), performance.now() - started), kind: 'aof-set' };
  }
}

async function verifyParts(path: string, set: AofSet, options: VerifyOptions, started: number): Promise<FileReport> {
  const findings = new Findings();
  for (const { code, severity, path: where, offset, message } of set.problems) {
    const isNamed = where === set.directory || where === set.manifestPath || message.includes(nameOf(where));
    const place = isNamed ? '' : `${nameOf(where)}: `;
    findings.add(code, offset ?? null, place + message, undefined, severity ?? (LOST.has(code) ? 'error' : undefined));
  }
  const looked: Looked[] = [];
  let before = 0;
  for (const part of set.parts) {
    const { onProgress, ...rest } = options;
    const offset = before;
    const progress = onProgress ? { onProgress: (done: number) => onProgress(offset + done, undefined) } : {};
    looked.push(await verifyPart(part, { ...rest, ...progress }));
    before += part.bytes ?? 0;
  }
  tellMiddle(looked, findings);
  tellRdbs(looked, findings);
  const parts = looked.map(({ report }) => report);
  return withAofLoads(setReport(path, set, parts, findings, options, started), factsOf(set, looked, findings), options);
}

function factsOf(set: AofSet, looked: readonly Looked[], findings: Findings) {
  // What is worth a word only, such as no base in a set that was begun without one, loses nothing.
  const isWord = ({ severity }: SetProblem) => severity === 'info' || severity === 'warning';
  const matters = new Set(set.problems.filter((problem) => !isWord(problem)).map(({ code }) => code));
  const harmless = set.problems.map(({ code }) => code).filter((code) => !matters.has(code));
  // A file beside the set is most often one that was replaced.
  if (!set.unlisted.some(({ newer }) => newer)) harmless.push('AOF_PART_UNLISTED');
  const codes = Object.keys(findings.counts) as FindingCode[];
  return {
    isSet: true,
    parts: looked.map(({ loaded }) => loaded),
    codes: codes.filter((code) => !harmless.includes(code)),
    // A manifest that is too large was not read.
    whole: looked.every(({ whole }) => whole) && !codes.includes('AOF_MANIFEST_TOO_LARGE'),
  };
}

/** A file in front of others that does not end well: worse than at the end. */
function tellMiddle(looked: readonly Looked[], findings: Findings): void {
  looked.slice(0, -1).forEach(({ loaded: { name, log: checked } }) => {
    const log = checked?.log;
    if (!log?.fault?.shortRead && log?.openMultiAt === undefined) return;
    const message = `${name} is not the last file and does not end with a whole command; a server shortens it, then exits, and starts the second time without what was lost`;
    findings.add('AOF_TRUNCATED_MIDDLE', null, message);
  });
}

function tellRdbs(looked: readonly Looked[], findings: Findings): void {
  for (const { report, loaded } of looked) {
    if (report.role !== 'incr' || report.rdbVersion === null) continue;
    findings.add('AOF_INCR_IS_RDB', null, `incr file ${loaded.name} is an RDB`);
  }
}

function setReport(
  path: string,
  set: AofSet,
  parts: readonly PartReport[],
  findings: Findings,
  options: VerifyOptions,
  started: number,
): FileReport {
  const errors = findings.errors + sum(parts, ({ errors: n }) => n);
  const warnings = findings.warnings + sum(parts, ({ warnings: n }) => n);
  const base = parts.find(({ role, rdbVersion }) => role === 'base' && rdbVersion !== null);
  const unknown = parts.some(({ outcome }) => outcome === 'unknown') && findings.errors === 0;
  const failed = parts.some(({ outcome }) => outcome === 'failed');
  const outcome = failed ? 'failed' : unknown ? 'unknown' : errors > 0 ? 'damaged' : 'sound';
  const incrs = set.parts.filter(({ entry }) => entry.role === 'incr');
  const modified = (incrs.length > 0 ? incrs : set.parts).map(({ modifiedMs }) => modifiedMs ?? 0);
  const times = parts.filter(({ lastTimestamp }) => typeof lastTimestamp === 'number');
  const last = times.at(-1)?.lastTimestamp ?? undefined;
  return {
    ...nothingReport(path, options),
    kind: 'aof-set',
    outcome,
    ok: outcome === 'sound' && !(options.failOnWarning && warnings > 0),
    complete: set.manifest?.readable === true && parts.every(({ complete }) => complete),
    bytes: sum(parts, ({ bytes }) => bytes),
    lineage: base?.lineage ?? null,
    rdbVersion: base?.rdbVersion ?? null,
    producer: base?.producer ?? null,
    ...(last !== undefined
      ? { createdAtMs: last * 1000, createdAtSource: 'annotation' as const }
      : madeAt(undefined, modified.length > 0 ? Math.round(Math.max(...modified)) : undefined)),
    checksum: base?.checksum ?? { status: 'absent', stored: null, computed: null },
    commands: sum(parts, ({ commands }) => commands ?? 0),
    firstTimestamp: times[0]?.firstTimestamp ?? null,
    lastTimestamp: last ?? null,
    parts,
    findings: findings.kept,
    errors,
    warnings,
    findingCounts: findings.counts,
    milliseconds: performance.now() - started,
  };
}

/** Verifies one file of a set. Whatever follows an RDB in it is taken for commands, as servers do. */
async function verifyPart(part: SetPart, options: VerifyOptions): Promise<Looked> {
  const started = performance.now();
  const { entry, path, name, state } = part;
  const identity = { role: entry.role, seq: Number(entry.seq) };
  const nothing: LoadedPart = { name, demands: undefined, log: undefined, codes: [] };
  const failed = (reason: string): Looked => {
    const report = failedReport(path, options, reason, performance.now() - started);
    return { report: { ...report, ...identity }, loaded: nothing, whole: false };
  };
  // That it is not there, or no file, is told of the set.
  if (state !== 'there') {
    const report = {
      ...nothingReport(path, options),
      findings: [],
      findingCounts: {},
      errors: 0,
      outcome: 'damaged' as const,
    };
    return { report: { ...report, ...identity }, loaded: nothing, whole: true };
  }
  let input: OpenInput;
  try {
    input = await openPart(path);
  } catch (error) {
    return failed(systemReason(error));
  }
  try {
    const { report, loaded, whole } = await verifyOpenPart(path, name, input, options, started);
    return { report: { ...report, ...identity }, loaded, whole };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return failed(systemReason(error));
  } finally {
    await input.close().catch(() => undefined);
  }
}

async function verifyOpenPart(
  path: string,
  name: string,
  input: OpenInput,
  options: VerifyOptions,
  started: number,
): Promise<{ report: FileReport; loaded: LoadedPart; whole: boolean }> {
  const findings = new Findings();
  const isRdb = input.content === 'rdb';
  const kernels = new Kernels();
  const checksum = isRdb && options.level !== 'header' ? makeChecksum(kernels, input.inputSize) : new NoChecksum();
  const window = new Window(kernels, withProgress(input, options), checksum);
  const again = async () => input.again();
  try {
    if (!isRdb) window.endSum();
    const content = isRdb
      ? await verifyWithLog(window, checksum, findings, options, again, () => true)
      : { rdb: undefined, log: await verifyLog(window, findings, options) };
    if (await input.changed()) findings.add('INPUT_CHANGED', null, 'the file changed while it was read');
    const log = content.log?.log;
    const milliseconds = performance.now() - started;
    const whole = window.sourceError === undefined && (content.rdb?.complete ?? true);
    if (!content.rdb) {
      const report = aofReport({ path, input, options, findings, log, whole, milliseconds });
      return { report, loaded: loadedPart(name, undefined, content.log, findings), whole };
    }
    const { demands, ...rdb } = content.rdb;
    const report = aofReport({ path, input, options, findings, rdb, log, whole, milliseconds });
    const loaded = loadedPart(name, { ...demands, defects: findings.defects }, content.log, findings);
    return { report, loaded, whole };
  } finally {
    await window.settle();
    checksum.close();
  }
}

function nameOf(path: string): string {
  return printableText(bytesToText(Buffer.from(path.slice(path.lastIndexOf('/') + 1))));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
