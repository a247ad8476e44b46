import type { FindingCode } from '../errors.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import type { Salvaged, SalvageSurvey } from '../repair/salvage/salvage.js';
import { asciiJson } from './ascii-json.js';
import { salvageAdvice } from './salvage-advice.js';

/** What was salvaged as one JSON document, schema 1. */
export function salvageJson(salvaged: Salvaged): string {
  const { survey, output, includeSuspect, keys, suspectKeys, unproven, outcome } = salvaged;
  const { input, gzip, bytes, magic, version, headerGuessed, checksum, databases, behindBytes } = survey;
  return asciiJson({
    schema: 1,
    ok: outcome === 'whole',
    complete: outcome === 'whole',
    limited: false,
    input,
    output,
    kind: 'rdb',
    gzip,
    changed: outcome !== 'whole',
    salvage: {
      outcome,
      bytes,
      lineage: magic === 'VALKEY' ? 'valkey' : 'redis',
      rdbVersion: version,
      headerGuessed,
      checksum,
      unproven: unproven > 0 || checksum.status !== 'ok',
      includeSuspect,
      keys: { written: keys, sure: survey.sure, suspect: doubts(survey), suspectWritten: suspectKeys },
      databases,
      skippedBytes: survey.skippedBytes,
      skippedRanges: survey.skippedRanges,
      skipped: survey.skipped.map(({ start, end, code, offset, message, key, db, isRest }) => ({
        ...{ start, end, bytes: end - start, code, offset, message, db },
        key: key && bytesToText(key),
        rest: isRest,
      })),
      suspects: survey.suspects.map(({ start, end, db, key, type, reason, code }) => ({
        ...{ offset: start, bytes: end - start, db, key: bytesToText(key), type, reason, code },
      })),
      suspectReasons: survey.suspect,
      behindBytes,
      advice: salvageAdvice(salvaged),
    },
    refusals: [],
    findings: findings(survey),
  });
}

function doubts({ suspect }: SalvageSurvey): number {
  return Object.values(suspect).reduce((sum, count) => sum + count, 0);
}

/** Why the output may lack something, in the form that all of repair has. */
function findings({ input, bytes, checksum, skipped }: SalvageSurvey) {
  const finding = (code: FindingCode, offset: number, message: string) => ({
    ...{ code, severity: 'error', path: input, offset, message },
  });
  const told = skipped.map(({ code, offset, message }) => finding(code, offset, message));
  if (checksum.status !== 'mismatch') return told;
  const message = `the checksum is stored as ${checksum.stored}, and the content gives ${checksum.computed}`;
  return [...told, finding('RDB_CHECKSUM_MISMATCH', Math.max(0, bytes - 8), message)];
}
