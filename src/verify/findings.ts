import { FINDINGS, type FindingCode, type Severity } from '../errors.js';
import type { Finding } from './report.js';

const KEPT_PER_CODE = 100;
const KEY_BYTES = 1024;

/** Where a finding belongs: the key at hand, when there is one. */
export interface FindingContext {
  readonly db: number | null;
  readonly key: Uint8Array | null;
  readonly type: string | null;
}

export const NOWHERE: FindingContext = { db: null, key: null, type: null };

/** Collects findings; a file with a million of them must not fill the memory, so of each code only the first are kept. */
export class Findings {
  readonly kept: Finding[] = [];
  readonly counts: Partial<Record<FindingCode, number>> = {};
  errors = 0;
  warnings = 0;

  /** Adds a finding; `severity` when it is not the usual one of its code. */
  add(
    code: FindingCode,
    offset: number | null,
    message: string,
    context: () => FindingContext = () => NOWHERE,
    severity: Severity = FINDINGS[code],
  ): void {
    const count = (this.counts[code] ?? 0) + 1;
    this.counts[code] = count;
    if (severity === 'error') this.errors++;
    else if (severity === 'warning') this.warnings++;
    if (count > KEPT_PER_CODE) return;
    const { db, key, type } = context();
    this.kept.push({
      code,
      severity,
      offset,
      db,
      key: key && key.length > KEY_BYTES ? key.slice(0, KEY_BYTES) : key,
      type,
      message,
    });
  }
}
