// What is wrong with a file, as a page carries it.
import type { Finding } from '../../keyspace/finding.js';
import { nameText, plainText } from './name-text.js';
import type { PageFinding } from './page-data.js';

/** Findings that a page shows of each file. */
const SHOWN_FINDINGS = 200;

const WORST_FIRST = { error: 0, warning: 1, info: 2 };

/** The first findings, the worst first, and how many there are. */
export function pageFindings(findings: readonly Finding[]): { findings: PageFinding[]; findingCount: number } {
  const worstFirst = [...findings].sort((a, b) => WORST_FIRST[a.severity] - WORST_FIRST[b.severity]);
  return { findings: worstFirst.slice(0, SHOWN_FINDINGS).map(pageFinding), findingCount: findings.length };
}

function pageFinding({ code, severity, offset, db, key, message }: Finding): PageFinding {
  return { code, severity, offset, db, key: key && nameText(key), message: plainText(message) };
}
