// What the tops of all reports are made of.
import { moment } from '../../../keyspace/time-text.js';
import type { PageFinding } from '../page-data.js';
import { el } from './dom.js';
import { nameNode } from './names.js';
import { count, short } from './numbers.js';

/** Findings that are shown before one asks for more. */
const FIRST_FINDINGS = 5;

/** A file and what is wrong with it. */
export interface FileFindings {
  readonly path: string;
  readonly findings: readonly PageFinding[];
  readonly findingCount: number;
}

export function banner(kind: 'bad' | 'careful' | 'info', strong: string, text: string): HTMLElement {
  return el(
    'div',
    { class: `banner ${kind}`, role: kind === 'bad' ? 'alert' : 'note' },
    el('strong', {}, strong),
    ` ${text}`,
  );
}

/** What is wrong with the files, the worst first; nothing when nothing is. */
export function findingsBanner(files: readonly FileFindings[]): HTMLElement | undefined {
  const findings = files.flatMap((file) => file.findings.map((finding) => ({ file, finding })));
  const found = files.reduce((sum, { findingCount }) => sum + findingCount, 0);
  if (found === 0) return undefined;
  const worst = findings.some(({ finding }) => finding.severity === 'error') ? 'bad' : 'careful';
  const lines = findings.map(({ file, finding }) => findingLine(finding, files.length > 1 ? file : undefined));
  const element = banner(worst, `${count(found)} ${found === 1 ? 'finding' : 'findings'}.`, '');
  element.append(el('ul', {}, ...lines.slice(0, FIRST_FINDINGS)));
  if (lines.length > FIRST_FINDINGS) {
    const more = `${count(found - FIRST_FINDINGS)} more`;
    element.append(el('details', {}, el('summary', {}, more), el('ul', {}, ...lines.slice(FIRST_FINDINGS))));
  }
  return element;
}

function findingLine({ code, severity, offset, db, key, message }: PageFinding, file?: FileFindings): HTMLElement {
  const place = [
    file && baseName(file.path),
    offset !== null && `at byte ${count(offset)}`,
    db !== null && `db${db}`,
  ].filter(Boolean);
  return el(
    'li',
    {},
    el('span', { class: `severity ${severity}` }, severity),
    ' ',
    el('code', {}, code),
    ` ${message}`,
    place.length > 0 && el('span', { class: 'muted' }, ` (${place.join(', ')})`),
    key !== null && ' ',
    key !== null && nameNode(key, 80),
  );
}

/** A count as large as a card can show. */
export function figure(n: number): string {
  return n < 10_000_000 ? count(n) : short(n, 'count');
}

export function card(word: string, figure: string, below: string, title?: string): HTMLElement {
  return el(
    'div',
    { class: 'card', title },
    el('div', { class: 'card-word' }, word),
    el('div', { class: 'card-figure' }, figure),
    el('bdi', { class: 'card-below' }, below),
  );
}

/** What several files say, each thing once. */
export function together(words: readonly string[]): string {
  const different = [...new Set(words)];
  return different.length > 3 ? `${different.slice(0, 3).join(', ')} and others` : different.join(', ');
}

/** When they were made, from the first to the last. */
export function span(files: readonly { readonly createdAtMs: number | null }[]): string {
  const times = files.flatMap(({ createdAtMs }) => (createdAtMs === null ? [] : [createdAtMs]));
  if (times.length === 0) return 'not told';
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return first === last ? moment(first) : `${moment(first)} to ${moment(last)}`;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) || path;
}
