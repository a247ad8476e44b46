import { bytesToText } from '../keyspace/bytes-text.js';
import type { FileReport, Finding, VerifyReport } from '../verify/report.js';
import { asciiJson } from './ascii-json.js';

/** The report as one JSON document, schema 1. */
export function verifyJson(report: VerifyReport, bytes: 'text' | 'base64'): string {
  // A hash is text, whatever the bytes of a name would be.
  const keys = report.keyNames ? 'text' : bytes;
  const document = {
    schema: 1,
    ok: report.ok,
    complete: report.complete,
    leftOut: report.leftOut,
    ...(bytes === 'base64' ? { bytes } : {}),
    ...(report.keyNames ? { keyNames: report.keyNames } : {}),
    files: report.files.map((file) => fileJson(file, keys)),
    findings: report.findings.map((finding) => findingJson(finding, keys)),
    ...(report.shards ? { shards: report.shards } : {}),
  };
  return asciiJson(document);
}

function fileJson(file: FileReport, bytes: 'text' | 'base64'): object {
  const { milliseconds, findings, outcome, databases, parts, ...rest } = file;
  return {
    ...rest,
    databases: databases.map(({ db, ...counts }) => ({ db: safe(db), ...counts })),
    verdict: outcome,
    seconds: Math.round(milliseconds) / 1000,
    ...(parts ? { parts: parts.map((part) => fileJson(part, bytes)) } : {}),
    findings: findings.map((finding) => findingJson(finding, bytes)),
  };
}

function findingJson(finding: Finding, bytes: 'text' | 'base64') {
  const { key } = finding;
  const text = key === null ? null : bytes === 'base64' ? Buffer.from(key).toString('base64') : bytesToText(key);
  return { ...finding, db: finding.db === null ? null : safe(finding.db), key: text };
}

/** Numbers that JSON readers would round are text. */
function safe(value: number): number | string {
  return Number.isSafeInteger(value) ? value : BigInt(value).toString();
}
