// Rehearsals as JSON: documented in docs/rehearse-json.md.
import type { RehearsalReport } from '../../rehearse/report.js';
import type { FileReport } from '../../verify/report.js';
import { asciiJson } from '../ascii-json.js';
import { type BytesForm, bytesIn } from '../stats/json-form.js';

export const SCHEMA = 1;

/** What is told beside the report. */
export interface RehearsalExtras {
  /** What `verify` says of a backup that was not restored. */
  readonly verified: FileReport | undefined;
  /** The server that stays. */
  readonly kept: { readonly pid: number; readonly socket: string; readonly dir: string } | undefined;
}

/** One document with a line end. */
export function rehearseJson(report: RehearsalReport, extras: RehearsalExtras, bytes: BytesForm): string {
  const { verdict, complete, differences, path, ...rest } = report;
  const { verified, kept } = extras;
  return asciiJson({
    schema: SCHEMA,
    ok: verdict === 'restored',
    ...{ verdict, complete, path },
    ...rest,
    differences: differences.map(({ key, ...difference }) => ({ ...difference, key: bytesIn(bytes, key) })),
    verified: verified ? { ...judgement(verified) } : null,
    kept: kept ?? null,
  });
}

function judgement({ outcome, ok, complete, findings, loads }: FileReport) {
  return {
    ...{ outcome, ok, complete, loads },
    findings: findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, severity, offset, message }) => ({ code, severity, offset, message })),
  };
}
