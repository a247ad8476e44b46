import type { Explanation } from '../errors/explanation.js';
import { type FindingCode, isExpectation } from '../errors.js';
import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import type { FileReport, Finding } from '../verify/report.js';
import { count, offset, plural, wrap } from './format.js';
import type { Palette } from './palette.js';

export interface VerifyTextOptions {
  readonly quiet: boolean;
  readonly colors: Palette;
  readonly nowMs: number;
  /** Columns to stay within. */
  readonly width: number;
  /** What a code means; needed only when there are findings. */
  readonly explain: (code: FindingCode) => Explanation;
}

/** Of each code, this many places are shown. */
const PLACES = 3;
/** This many codes are shown. */
const CODES = 8;
const KEY_COLUMNS = 80;

/** Findings by their code, the worst first: where, what it means, and what to try. `counts`: of all, those not kept included. */
export function findingsLines(
  findings: readonly Finding[],
  counts: FileReport['findingCounts'],
  options: VerifyTextOptions,
): string[] {
  const order = { error: 0, warning: 1, info: 2 };
  const wanted = findings.filter((finding) => !options.quiet || finding.severity !== 'info');
  // What is wrong with the file comes before what somebody expected of it.
  const place = ({ code, offset }: Finding) => (isExpectation(code) ? Number.POSITIVE_INFINITY : (offset ?? 0));
  const sorted = [...wanted].sort((a, b) => order[a.severity] - order[b.severity] || place(a) - place(b) || 0);
  const codes = [...new Set(sorted.map((finding) => finding.code))];
  const advised = new Set<string>();
  const lines = codes.slice(0, CODES).flatMap((code) => {
    const places = sorted.filter((finding) => finding.code === code);
    return codeText(code, places, counts[code] ?? places.length, options, advised);
  });
  if (codes.length > CODES)
    lines.push(`  … and ${plural(codes.length - CODES, 'more kind')} of findings (--json lists them)`);
  return lines;
}

/** One code with its first places. Information stays a line; what is wrong is explained, each advice once. */
function codeText(
  code: FindingCode,
  places: readonly Finding[],
  total: number,
  options: VerifyTextOptions,
  advised: Set<string>,
): string[] {
  const { colors, explain } = options;
  const [first] = places;
  const paint = first.severity === 'error' ? colors.red : first.severity === 'warning' ? colors.yellow : colors.dim;
  const times = total > 1 ? ` (${count(total)} times)` : '';
  const lines = [`  ${paint(first.severity)} ${colors.bold(code)}${times}`];
  for (const place of places.slice(0, PLACES)) lines.push(`    ${placeText(place)}`);
  if (total > PLACES) lines.push(`    … and ${plural(total - PLACES, 'more place')}`);
  if (first.severity === 'info') return lines;
  const { meaning, advice } = explain(code);
  lines.push(colors.dim(wrap(`Meaning: ${meaning}`, 4, options.width)));
  if (!advised.has(advice)) lines.push(wrap(`Try: ${advice}`, 4, options.width));
  advised.add(advice);
  return lines;
}

function placeText(finding: Finding): string {
  const where: string[] = [];
  if (finding.offset !== null) where.push(`at ${offset(finding.offset)}`);
  if (finding.db !== null) where.push(`db ${finding.db}`);
  const value = [finding.type, finding.key && quotedKey(finding.key)].filter((part) => part !== null).join(' ');
  if (value !== '') where.push(value);
  const message = printableText(finding.message);
  return where.length === 0 ? message : `${where.join(', ')}: ${message}`;
}

function quotedKey(key: Uint8Array): string {
  const text = printableText(bytesToText(key));
  return `"${text.length > KEY_COLUMNS ? `${text.slice(0, KEY_COLUMNS)}…` : text}"`;
}
