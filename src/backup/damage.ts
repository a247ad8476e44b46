import { FINDINGS, type FindingCode } from '../errors.js';
import type { Finding } from '../keyspace/finding.js';
import type { KeyRecord } from '../rdb/visitor.js';
import type { ScanResult } from './scan.js';

/** Findings that are kept; their number is no limit for the walk. */
const KEPT = 100;
/** Of a key's name, so much goes into a finding. */
const KEY_BYTES = 1024;

/** The errors that a visitor meets beside what ends a scan: places that could be read past. */
export class Damage {
  readonly findings: Finding[] = [];
  /** All of them, those that are not kept included. */
  count = 0;

  /** Takes a problem when it is an error. `key`: the one being read. */
  add(code: FindingCode, offset: number, message: string, key: KeyRecord | undefined): void {
    if (FINDINGS[code] !== 'error') return;
    this.count++;
    if (this.findings.length >= KEPT) return;
    this.findings.push(findingAt(code, offset, message, key));
  }
}

/** A finding, with the key being read, if there is one. */
export function findingAt(code: FindingCode, offset: number, message: string, key: KeyRecord | undefined): Finding {
  return {
    ...{ code, severity: FINDINGS[code], offset, message },
    db: key?.db ?? null,
    key: key ? key.name.view().slice(0, KEY_BYTES) : null,
    type: key ? (key.moduleType ?? key.type.type) : null,
  };
}

/** How a walk over keys ended: that of the scan, with the damage that was met on the way. */
export interface Ending extends Pick<ScanResult, 'complete' | 'limited' | 'outcome' | 'end' | 'findings'> {
  /** The version in the header of the RDB; null when there is none. */
  readonly rdbVersion: number | null;
}

/** Joins both: a file that is whole but has damage in it is not sound. */
export function endingOf(scan: ScanResult, damage: Damage): Ending {
  const { complete, limited, header, end } = scan;
  const rdbVersion = header?.version ?? null;
  const outcome = scan.outcome === 'sound' && damage.count > 0 ? 'damaged' : scan.outcome;
  return { complete, limited, outcome, rdbVersion, end, findings: [...damage.findings, ...scan.findings] };
}
