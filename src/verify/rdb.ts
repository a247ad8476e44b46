import { drain } from '../backup/drain.js';
import type { Checksum } from '../bytes/checksum/checksum.js';
import { ThreadChecksum } from '../bytes/checksum/thread.js';
import type { Window } from '../bytes/window.js';
import { type ChecksumReport, checksumOfStopped, compareChecksums, UNREAD } from '../rdb/checksum-report.js';
import { isNewerVersion, mayBeNewer } from '../rdb/newer.js';
import { type ParseFailure, RdbParser } from '../rdb/parser.js';
import type { Demands } from '../servers/loadability.js';
import { type Again, reportDuplicates } from './duplicates.js';
import type { FindingContext, Findings } from './findings.js';
import { HeaderReader } from './header-level.js';
import type { VerifyOptions } from './options.js';
import { RdbVerifier } from './rdb-verifier.js';
import type { FileReport, Outcome } from './report.js';
import { readTrailing } from './trailing.js';

/** What verifying an RDB gave, for the report of its file. */
export type RdbResult = Pick<
  FileReport,
  | 'outcome'
  | 'complete'
  | 'bytes'
  | 'lineage'
  | 'rdbVersion'
  | 'producer'
  | 'createdAtMs'
  | 'aux'
  | 'checksum'
  | 'databases'
  | 'keys'
  | 'functions'
  | 'slots'
> & { readonly kind: 'rdb' | 'aof'; readonly demands: Demands };

const DEFAULT_MEMORY = 256 * 1024 * 1024;
/**
 * Told that an RDB came to its end, with its auxiliary fields and its checksum; the window stands behind it. Returns whether
 * it read what follows, a log of commands, to the end.
 */
export type Tail = (aux: Readonly<Record<string, string>>, sum: ChecksumReport) => Promise<boolean>;

/**
 * Verifies the RDB in `window`, whose consumed bytes go to `checksum`. `again` gives its content once more, if that can be.
 */
export async function verifyRdb(
  window: Window,
  checksum: Checksum,
  findings: Findings,
  options: VerifyOptions,
  again: Again = async () => undefined,
  tail: Tail = async () => false,
): Promise<RdbResult> {
  const level = options.level ?? 'structure';
  const verifierOptions = {
    nowMs: options.nowMs ?? Date.now(),
    duplicates: options.duplicates ?? true,
    // One half for the names of keys, one for the members of the value at hand.
    maxMemory: (options.maxMemory ?? DEFAULT_MEMORY) / 2,
    ...(options.tmpDir === undefined ? {} : { tmpDir: options.tmpDir }),
  };
  const thread = checksum instanceof ThreadChecksum ? checksum.thread : undefined;
  const verifier = new RdbVerifier(window, findings, verifierOptions, thread);
  try {
    if (level !== 'structure') return await withoutStructure(window, checksum, findings, verifier, level);
    const result = await new RdbParser(window, verifier, { checkCompressed: true }).run();
    return result.complete
      ? await completed(window, checksum, findings, verifier, again, tail)
      : await stopped(window, checksum, findings, verifier, result.failure, again);
  } finally {
    verifier.close();
  }
}

async function completed(
  window: Window,
  checksum: Checksum,
  findings: Findings,
  verifier: RdbVerifier,
  again: Again,
  tail: Tail,
): Promise<RdbResult> {
  const sum = compareChecksums(verifier.storedChecksum, checksum.value(), verifier.file.version);
  reportChecksum(findings, sum, window.offsetOf(window.position) - 8);
  window.endSum();
  const end = window.offsetOf(window.position);
  const isLog = await tail(verifier.auxFields.fields, sum);
  const trailing = isLog ? undefined : await readTrailing(window);
  if (window.sourceError) findings.add(window.sourceError.code, window.bytesRead, window.sourceError.message);
  await verifier.functions.finish(verifier.auxFields.producer);
  if (trailing) {
    // Versions without a checksum end at EOF: eight bytes more are the checksum of a newer file whose header is damaged.
    const checksumLost = sum.status === 'absent' && trailing.bytes === 8;
    const what = checksumLost ? 'a checksum, which this version does not have: the header is damaged' : trailing.what;
    const message = `${plural(trailing.bytes)} follow the end of the RDB: ${what}`;
    findings.add('RDB_TRAILING_BYTES', end, message, undefined, checksumLost ? 'error' : undefined);
  }
  if (verifier.keyCheck) await reportDuplicates(verifier.keyCheck, again, verifier.file, findings);
  return resultOf(window.bytesRead, verifier, sum, {
    kind: isLog ? 'aof' : 'rdb',
    complete: !window.sourceError,
    unknown: isNewer(verifier) && sum.status !== 'mismatch',
    findings,
  });
}

async function stopped(
  window: Window,
  checksum: Checksum,
  findings: Findings,
  verifier: RdbVerifier,
  failure: ParseFailure,
  again: Again,
): Promise<RdbResult> {
  const context: FindingContext = failure.inKey ? verifier.where() : { db: null, key: null, type: null };
  verifier.current = undefined;
  verifier.hints.stop();
  const stored = await drain(window);
  const sum = checksumOfStopped(stored, checksum.value(), verifier.file.version, failure.code);
  if (window.sourceError && failure.code !== window.sourceError.code) {
    findings.add(window.sourceError.code, window.bytesRead, window.sourceError.message);
  }
  await verifier.functions.finish(verifier.auxFields.producer);
  const unknown = isUnknown(sum, findings, verifier, failure);
  findings.add(failure.code, failure.offset, failure.message + verdictOfSum(sum, unknown), () => context);
  if (sum.status === 'mismatch') reportChecksum(findings, sum, window.bytesRead - 8);
  if (verifier.keyCheck) await reportDuplicates(verifier.keyCheck, again, verifier.file, findings);
  return resultOf(window.bytesRead, verifier, sum, { kind: 'rdb', complete: false, unknown, findings });
}

/** Header or checksum level: nothing behind the auxiliary fields is understood. */
async function withoutStructure(
  window: Window,
  checksum: Checksum,
  findings: Findings,
  verifier: RdbVerifier,
  level: 'header' | 'checksum',
): Promise<RdbResult> {
  const failure = await new HeaderReader(window, verifier).run();
  const newer = isNewer(verifier);
  if (failure) findings.add(failure.code, failure.offset, failure.message);
  const details = {
    kind: 'rdb' as const,
    complete: failure === undefined,
    unknown: newer && !failure,
    findings,
    shallow: true,
  };
  if (level === 'header') {
    return resultOf(window.bytesRead, verifier, { status: 'skipped', stored: null, computed: null }, details);
  }
  const stored = await drain(window);
  const sum = stored === undefined ? UNREAD : compareChecksums(stored, checksum.value(), verifier.file.version);
  // Where the RDB ends is not known at this level: the last eight bytes are taken for its checksum.
  const preamble = verifier.auxFields.fields['aof-preamble'] === '1' && sum.status === 'mismatch';
  if (preamble)
    findings.add(
      'AOF_NOT_CHECKED',
      null,
      'this is the head of an append-only file: only --level structure finds its end, and checks the commands behind it',
    );
  else
    reportChecksum(
      findings,
      sum,
      window.bytesRead - 8,
      '; if bytes follow the RDB, --level structure tells them apart',
    );
  if (stored === undefined) findings.add('RDB_TRUNCATED', window.bytesRead, 'the file ends before a checksum');
  if (window.sourceError) findings.add(window.sourceError.code, window.bytesRead, window.sourceError.message);
  const judged = sum.status === 'ok' || sum.status === 'disabled';
  return resultOf(window.bytesRead, verifier, sum, {
    ...details,
    kind: preamble ? 'aof' : 'rdb',
    unknown: preamble || (details.unknown && judged),
    complete: details.complete && stored !== undefined,
  });
}

/**
 * Does the walk end at something that we do not know, rather than at damage? A good checksum says that the bytes are those
 * that were written; damage in what we do know, on the way there, says that the walk had lost its place.
 */
function isUnknown(sum: ChecksumReport, findings: Findings, verifier: RdbVerifier, failure: ParseFailure): boolean {
  if (isNewer(verifier)) return sum.status === 'ok' || sum.status === 'disabled';
  return sum.status === 'ok' && mayBeNewer(failure.code) && findings.errors === 0;
}

function verdictOfSum(sum: ChecksumReport, unknown: boolean): string {
  if (sum.status === 'ok') {
    return unknown
      ? '; the checksum of the file is good, so this is how it was written: newer than this release knows'
      : '; the checksum of the file is good all the same, so this is how it was written';
  }
  if (sum.status === 'mismatch') return '; the checksum does not match either';
  return '';
}

function reportChecksum(findings: Findings, sum: ChecksumReport, offset: number, hint = ''): void {
  if (sum.status === 'mismatch') {
    const message = `the checksum is stored as ${sum.stored}, and the content gives ${sum.computed}${hint}`;
    findings.add('RDB_CHECKSUM_MISMATCH', offset, message);
  } else if (sum.status === 'disabled') {
    const message = 'the file was saved without a checksum (rdbchecksum no): nothing protects its content';
    findings.add('RDB_CHECKSUM_DISABLED', offset, message);
  } else if (sum.status === 'absent') {
    findings.add('RDB_CHECKSUM_ABSENT', null, 'files of this version have no checksum: nothing protects the content');
  }
}

function isNewer(verifier: RdbVerifier): boolean {
  return isNewerVersion(verifier.file.lineage, verifier.file.version);
}

interface Details {
  readonly kind: 'rdb' | 'aof';
  readonly complete: boolean;
  readonly unknown: boolean;
  readonly findings: Findings;
  readonly shallow?: boolean;
}

function resultOf(bytes: number, verifier: RdbVerifier, checksum: ChecksumReport, details: Details): RdbResult {
  const { file, auxFields } = verifier;
  const outcome: Outcome = details.unknown ? 'unknown' : details.findings.errors > 0 ? 'damaged' : 'sound';
  return {
    kind: details.kind,
    outcome,
    complete: details.complete,
    bytes,
    lineage: file.version > 0 ? (file.magic === 'VALKEY' ? 'valkey' : 'redis') : null,
    rdbVersion: file.version > 0 ? file.version : null,
    producer: file.version > 0 ? auxFields.producer : null,
    createdAtMs: auxFields.createdAtMs ?? null,
    aux: auxFields.fields,
    checksum,
    databases: details.shallow ? [] : verifier.hints.report(),
    keys: details.shallow ? null : verifier.keys,
    functions: details.shallow ? null : verifier.functions.count,
    slots: details.shallow ? null : verifier.hints.slots(),
    demands: verifier.demandsOf(details.complete && !details.shallow && !details.unknown),
  };
}

function plural(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
