import type { FindingCode, Severity } from '../errors.js';
import type { FileReport, Finding, LoadReport, LoadVerdict, Outcome, VerifyReport } from '../verify/report.js';
import { withPartFindings } from './aof-lines.js';
import { gauges, type Sample, seconds, wellFormed } from './exposition.js';

export interface MetricsOptions {
  readonly nowMs: number;
  /** What the program exits with. */
  readonly exitStatus: number;
}

const gauge = gauges('rdbkit_verify');

const OUTCOMES: readonly Outcome[] = ['sound', 'damaged', 'unknown', 'failed'];
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
/** The worst first. */
const LOAD_VERDICTS: readonly LoadVerdict[] = ['no', 'unknown', 'partly', 'yes'];

/**
 * The report as metrics. What is not known has no sample. Of a path that was given more than once there is one set of
 * samples, of the worst: a reader refuses a file in which a sample stands twice.
 */
export function verifyMetrics(report: VerifyReport, { nowMs, exitStatus }: MetricsOptions): string {
  const files = worstByPath(report.files);
  const each = (value: (file: FileReport) => number | null | undefined): Sample[] =>
    files.flatMap((file) => {
      const found = value(file);
      return typeof found === 'number' ? [{ labels: { path: file.path }, value: found }] : [];
    });
  const sum = (name: 'expires' | 'expired') => (file: FileReport) =>
    file.keys === null ? null : file.databases.reduce((all, database) => all + database[name], 0);
  const { shards } = report;
  const one = (value: number): Sample[] => [{ labels: {}, value }];
  return [
    gauge('ok', '1 when the file is sound and as expected, and nothing that --fail-on names was found', each(okOf)),
    gauge(
      'verdict',
      '1 for what the file is: sound, damaged, unknown (cannot tell) or failed (not read)',
      verdicts(files),
    ),
    gauge(
      'complete',
      '1 when the file was read to its end',
      each((file) => Number(file.complete)),
    ),
    gauge('info', 'What the file is and who wrote it; always 1', files.filter(({ kind }) => kind !== null).map(infoOf)),
    gauge('created_timestamp_seconds', 'When the save began, by the file itself', each(createdOf)),
    gauge(
      'age_seconds',
      'Time between the save and this run',
      each((file) => ageOf(file, nowMs)),
    ),
    gauge(
      'bytes',
      'Bytes of the file, unpacked if it is a gzip',
      each((file) => (file.outcome === 'failed' ? null : file.bytes)),
    ),
    gauge(
      'keys',
      'Keys in all databases',
      each((file) => file.keys),
    ),
    gauge('expires', 'Keys that have an expiry', each(sum('expires'))),
    gauge('expired_keys', 'Keys whose expiry had passed at this run', each(sum('expired'))),
    gauge('findings', 'Findings in the file, by code and the worst severity of that code', files.flatMap(findingsOf)),
    gauge(
      'loads',
      '1 for whether the server would start from the file: yes, partly, no or unknown',
      files.flatMap(loadsOf),
    ),
    gauge(
      'duration_seconds',
      'How long the file took',
      each((file) => seconds(file.milliseconds)),
    ),
    gauge('shards_ok', '1 when the files fit together as one backup', shards ? one(Number(fits(report))) : []),
    gauge('shards_findings', 'Findings about the files together', shards ? countsOf(report.findings) : []),
    gauge('files', 'Files that were looked at', one(report.files.length)),
    gauge('exit_status', '0 all ok, 1 something is wrong, 2 not read, 3 cannot tell', one(exitStatus)),
    gauge('last_run_timestamp_seconds', 'When this run ended', one(seconds(nowMs))),
  ].join('');
}

/** One report for each path. */
function worstByPath(files: readonly FileReport[]): FileReport[] {
  const found = new Map<string, FileReport>();
  for (const file of files) {
    const label = wellFormed(file.path);
    const before = found.get(label);
    if (before === undefined || (before.ok && !file.ok)) found.set(label, file);
  }
  return [...found.values()];
}

function okOf(file: FileReport): number {
  return Number(file.ok);
}

function createdOf({ createdAtMs }: FileReport): number | null {
  return createdAtMs === null ? null : seconds(createdAtMs);
}

function ageOf({ createdAtMs }: FileReport, nowMs: number): number | null {
  return createdAtMs === null ? null : seconds(nowMs - createdAtMs);
}

function verdicts(files: readonly FileReport[]): Sample[] {
  return files.flatMap(({ path, outcome }) =>
    OUTCOMES.map((verdict) => ({ labels: { path, verdict }, value: Number(verdict === outcome) })),
  );
}

function infoOf({ path, kind, lineage, producer, rdbVersion }: FileReport): Sample {
  const { name = null, version = null } = producer ?? {};
  return { labels: { path, kind, lineage, producer: name, version, rdb_version: rdbVersion }, value: 1 };
}

function findingsOf(file: FileReport): Sample[] {
  const { path } = file;
  const { findings, findingCounts } = withPartFindings(file);
  const codes = Object.entries(findingCounts) as [FindingCode, number][];
  return codes.map(([code, value]) => ({ labels: { path, code, severity: worstSeverity(findings, code) }, value }));
}

function countsOf(findings: readonly Finding[]): Sample[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.map((code) => ({
    labels: { code, severity: worstSeverity(findings, code) },
    value: findings.filter((finding) => finding.code === code).length,
  }));
}

function worstSeverity(findings: readonly Finding[], code: FindingCode): Severity {
  const met = findings.filter((finding) => finding.code === code).map(({ severity }) => severity);
  return SEVERITIES.find((severity) => met.includes(severity)) ?? 'info';
}

/** An append-only set has several answers for one server, as its settings differ: the worst counts. */
function loadsOf({ path, loads }: FileReport): Sample[] {
  const targets = [...new Set(loads.map(({ target }) => target))];
  return targets.flatMap((target) => {
    const worst = worstVerdict(loads.filter((load) => load.target === target));
    return LOAD_VERDICTS.map((verdict) => ({
      labels: { path, target, verdict },
      value: Number(verdict === worst),
    }));
  });
}

function worstVerdict(loads: readonly LoadReport[]): LoadVerdict | undefined {
  return LOAD_VERDICTS.find((verdict) => loads.some((load) => load.verdict === verdict));
}

function fits({ findings }: VerifyReport): boolean {
  return !findings.some(({ severity }) => severity === 'error');
}
