import { duration, durations, moment } from '../keyspace/time-text.js';
import { Findings } from './findings.js';
import { withFindings } from './make-report.js';
import type { Expectations, VerifyOptions } from './options.js';
import { OptionsError } from './options-error.js';
import type { FileReport } from './report.js';
import { readRange, type VersionCheck } from './version-range.js';

/** Clocks differ; what was made further ahead than this was made by a clock that is wrong, or ours is. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** Files up to this version name no writer, and only Redis wrote them. */
const LAST_WITHOUT_WRITER = 6;
/** Content that is recognised and not read: nothing can be said of it. */
const NOT_READ = ['ZSTD_NOT_READ', 'VCS_NOT_READ', 'AOF_NOT_CHECKED'] as const;

/** What is compared. */
interface Comparison {
  readonly file: FileReport;
  readonly expect: Expectations;
  readonly findings: Findings;
}

/**
 * Prepares to hold files against `options.expect`: the function returned adds a finding for each expectation that a file
 * does not meet, or of which it cannot be shown that it does. A file that could not be read, or whose content this release
 * does not read, is left as it is: its verdict says so already. Of one that is no backup only the size is compared.
 * Rejects with OptionsError for expectations that can never be met or checked.
 */
export async function prepareExpectations(options: VerifyOptions): Promise<(file: FileReport) => FileReport> {
  const { expect = {}, level = 'structure' } = options;
  checkOptions(expect, level);
  const version = expect.version === undefined ? undefined : await readRange(expect.version);
  return (file) => {
    if (file.outcome === 'failed' || NOT_READ.some((code) => file.findingCounts[code])) return file;
    const findings = new Findings();
    const comparison = { file, expect, findings };
    compareSize(comparison);
    // An RDB without a header says nothing; the log of an append-only file names no writer and has no number of keys.
    if (file.kind !== null && (file.producer !== null || file.kind !== 'rdb')) {
      compareAge(comparison, options.nowMs ?? Date.now());
      compareKeys(comparison);
      compareProducer(comparison);
      if (version) compareVersion(comparison, version);
      compareChecksum(comparison);
    }
    return withFindings(file, findings, options);
  };
}

function checkOptions({ minKeys, maxKeys, checksum }: Expectations, level: FileReport['level']): void {
  if (level !== 'structure' && (minKeys ?? maxKeys) !== undefined) {
    throw new OptionsError('keys are counted at the level structure only (--min-keys, --max-keys)');
  }
  if (level === 'header' && checksum) {
    throw new OptionsError('the checksum is not looked at at the level header (--require-checksum)');
  }
  if ((minKeys ?? 0) > (maxKeys ?? Number.POSITIVE_INFINITY)) {
    throw new OptionsError(`no file has at least ${minKeys} keys and at most ${maxKeys}`);
  }
}

function compareSize({ file, expect, findings }: Comparison): void {
  const { minSize } = expect;
  if (minSize === undefined || file.bytes >= minSize) return;
  // The header level does not read a pipe or a gzip to its end.
  const known = file.level === 'header' ? ' are known at the level header' : '';
  const what = file.gzip ? ', unpacked' : '';
  findings.add('EXPECT_MIN_SIZE', null, `${file.bytes} bytes${what}${known}; at least ${minSize} are expected`);
}

function compareAge({ file, expect, findings }: Comparison, nowMs: number): void {
  const { maxAgeMs } = expect;
  if (maxAgeMs === undefined) return;
  const { createdAtMs } = file;
  const age = nowMs - (createdAtMs ?? 0);
  if (createdAtMs !== null && age <= maxAgeMs && age >= -CLOCK_TOLERANCE_MS) return;
  const [old, most] = durations(Math.abs(age), maxAgeMs);
  let message: string;
  if (createdAtMs === null) {
    message = `the file does not say when it was made; at most ${duration(maxAgeMs)} ago is expected`;
  } else if (age < 0) {
    message = `made ${moment(createdAtMs)}, ${old} in the future, so its age is not known; at most ${most} is expected`;
  } else message = `made ${moment(createdAtMs)}, ${old} ago; at most ${most} is expected`;
  findings.add('EXPECT_MAX_AGE', null, message);
}

/** What was counted before the input stopped us is in the file for certain, and there may be more. */
function compareKeys({ file, expect, findings }: Comparison): void {
  const { minKeys, maxKeys } = expect;
  const { keys } = file;
  const known = keys === null ? 'the number of keys is not known' : `${keys} keys`;
  if (minKeys !== undefined && (keys ?? -1) < minKeys) {
    const until = keys === null || file.complete ? known : `${known} until the place where reading had to stop`;
    const message = `${until}; at least ${minKeys} are expected`;
    // Behind a place that we do not know yet there may well be the others.
    const open = file.outcome === 'unknown' && !file.complete;
    findings.add('EXPECT_MIN_KEYS', null, message, undefined, open ? 'warning' : undefined);
  }
  if (maxKeys !== undefined && (keys === null ? file.complete : keys > maxKeys)) {
    const atLeast = keys === null || file.complete ? known : `at least ${known}`;
    findings.add('EXPECT_MAX_KEYS', null, `${atLeast}; at most ${maxKeys} are expected`);
  }
}

function compareProducer({ file, expect, findings }: Comparison): void {
  const { producer, rdbVersion, lineage } = file;
  if (expect.producer === undefined) return;
  if (producer === null) {
    const message = `the file does not say which server wrote it; ${expect.producer} is expected`;
    findings.add('EXPECT_PRODUCER', null, message);
    return;
  }
  const sure = producer.version !== null || lineage === 'valkey' || (rdbVersion ?? 99) <= LAST_WITHOUT_WRITER;
  if (sure && producer.name === expect.producer) return;
  const who = sure ? `it was written by ${producer.name}` : 'the file does not say which server wrote it';
  findings.add('EXPECT_PRODUCER', null, `${who}; ${expect.producer} is expected`);
}

function compareVersion({ file, expect, findings }: Comparison, check: VersionCheck): void {
  const version = file.producer?.version ?? null;
  const why = version === null ? 'the file does not say which version wrote it' : check(version);
  if (why !== undefined) findings.add('EXPECT_VERSION', null, `${why}; ${expect.version} is expected`);
}

/** A checksum that is wrong, or that was cut off, is a finding of its own. */
function compareChecksum({ file, expect, findings }: Comparison): void {
  const { status } = file.checksum;
  if (!expect.checksum || (status !== 'disabled' && status !== 'absent')) return;
  const why =
    status === 'disabled'
      ? 'it was saved with rdbchecksum no'
      : file.rdbVersion === null
        ? 'logs of commands have none'
        : `RDB ${file.rdbVersion} has none`;
  findings.add('EXPECT_CHECKSUM', null, `there is no checksum: ${why}; one is expected`);
}
