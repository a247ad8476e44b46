import type { OpenInput } from '../backup/open.js';
import { Findings } from './findings.js';
import type { VerifyOptions } from './options.js';
import type { RdbResult } from './rdb.js';
import type { FileReport, Outcome } from './report.js';

/** Codes of inputs that are recognised, but not read by this release. */
const NOT_READ = ['ZSTD_NOT_READ', 'VCS_NOT_READ', 'AOF_NOT_CHECKED'] as const;

interface Parts {
  readonly path: string;
  readonly input: OpenInput;
  readonly options: VerifyOptions;
  readonly findings: Findings;
  readonly kind: FileReport['kind'];
  readonly rdb?: Omit<RdbResult, 'demands'>;
  readonly milliseconds: number;
}

/** The report of a file that was read. */
export function makeReport({ path, input, options, findings, kind, rdb, milliseconds }: Parts): FileReport {
  const empty = emptyReport(path, options, milliseconds);
  const notRead = NOT_READ.some((code) => findings.counts[code]);
  // INPUT_CHANGED may have come after the verdict on the content.
  const fallback: Outcome = notRead ? 'unknown' : 'damaged';
  const outcome = rdb ? (rdb.outcome === 'sound' && findings.errors > 0 ? 'damaged' : rdb.outcome) : fallback;
  const ok = findings.errors === 0 && outcome === 'sound' && !(options.failOnWarning && findings.warnings > 0);
  return {
    ...empty,
    ...rdb,
    bytes: sizeOf(input, rdb),
    kind,
    outcome,
    ok,
    gzip: input.gzip,
    findings: findings.kept,
    errors: findings.errors,
    warnings: findings.warnings,
    findingCounts: findings.counts,
  };
}

/** Bytes of the file, or of what a gzip holds as far as it was read. */
function sizeOf(input: OpenInput, rdb: Parts['rdb']): number {
  if (!input.gzip && input.inputSize !== undefined) return input.inputSize;
  return rdb?.bytes ?? input.head.length;
}

/** The report with some more findings. They change whether the file is ok, and not what it is. */
export function withFindings(file: FileReport, more: Findings, options: VerifyOptions): FileReport {
  if (more.kept.length === 0) return file;
  return {
    ...file,
    ok: file.ok && more.errors === 0 && !(options.failOnWarning && more.warnings > 0),
    findings: [...file.findings, ...more.kept],
    errors: file.errors + more.errors,
    warnings: file.warnings + more.warnings,
    findingCounts: { ...file.findingCounts, ...more.counts },
  };
}

/** The report of an input that could not be read at all. */
export function failedReport(path: string, options: VerifyOptions, reason: string, milliseconds: number): FileReport {
  return reportWith('INPUT_UNREADABLE', path, options, reason, milliseconds);
}

/** The report of an input that could not be checked for want of a temporary file. */
export function spillReport(path: string, options: VerifyOptions, reason: string, milliseconds: number): FileReport {
  return reportWith('TEMPORARY_FILE_FAILED', path, options, reason, milliseconds);
}

/** The report of a directory without a backup. */
export function nothingReport(path: string, options: VerifyOptions): FileReport {
  const message = 'the directory holds no dump and no append-only set';
  return reportWith('INPUT_NO_BACKUP_IN_DIRECTORY', path, options, message, 0);
}

function reportWith(
  code: 'INPUT_UNREADABLE' | 'TEMPORARY_FILE_FAILED' | 'INPUT_NO_BACKUP_IN_DIRECTORY',
  path: string,
  options: VerifyOptions,
  message: string,
  milliseconds: number,
): FileReport {
  const findings = new Findings();
  findings.add(code, null, message);
  const empty = emptyReport(path, options, milliseconds);
  return { ...empty, findings: findings.kept, errors: findings.errors, findingCounts: findings.counts };
}

function emptyReport(path: string, options: VerifyOptions, milliseconds: number): FileReport {
  return {
    path,
    kind: null,
    outcome: 'failed',
    ok: false,
    complete: false,
    level: options.level ?? 'structure',
    bytes: 0,
    gzip: false,
    lineage: null,
    rdbVersion: null,
    producer: null,
    createdAtMs: null,
    aux: {},
    checksum: { status: 'unread', stored: null, computed: null },
    databases: [],
    keys: null,
    functions: null,
    slots: null,
    loads: [],
    findings: [],
    errors: 0,
    warnings: 0,
    findingCounts: {},
    milliseconds,
  };
}
