// The top of the report: which files, whether they can be trusted, and the figures that matter most.
import { moment } from '../../../keyspace/time-text.js';
import type { PageData, PageFile, PageFinding } from '../page-data.js';
import { el } from './dom.js';
import { checksumWords, kindWords, memoryWords, producerWords } from './facts.js';
import { cutName, nameNode, wholeName } from './names.js';
import { binarySize, count, exactly, percent, short } from './numbers.js';
import { themeButton } from './state.js';

/** Findings that are shown before one asks for more. */
const FIRST_FINDINGS = 5;

export function header(data: PageData): HTMLElement {
  const { files } = data;
  const title =
    files.length === 1 ? el('bdi', { title: files[0].path }, baseName(files[0].path)) : `${count(files.length)} files`;
  return el(
    'header',
    { class: 'top' },
    el('div', { class: 'title' }, el('h1', {}, title), themeButton()),
    facts(data),
    ...banners(data),
    cards(data),
    el('p', { class: 'note model' }, memoryWords(data)),
  );
}

function facts({ files, filters, nowMs, nowSource }: PageData): HTMLElement {
  const held = { file: 'when the file was made', option: 'as asked for', clock: 'when the report was made' }[nowSource];
  const rows: { word: string; text: string; title?: string; wrong?: boolean }[] = [
    { word: 'Written by', text: together(files.map(producerWords)) },
    { word: 'Made', text: span(files) },
    { word: 'Kind', text: together(files.map(kindWords)) },
    { word: 'Size', text: binarySize(sumOf(files)), title: exactly(sumOf(files), 'bytes') },
    {
      word: 'Checksum',
      text: together(files.map(({ checksum }) => checksumWords(checksum))),
      wrong: files.some(({ checksum }) => checksum === 'mismatch'),
    },
    { word: 'Expiries held against', text: `${moment(nowMs)}, ${held}` },
  ];
  if (filters.length > 0) rows.push({ word: 'Only keys with', text: filters.join(' ') });
  return el(
    'dl',
    { class: 'file-facts' },
    ...rows.map(({ word, text, title, wrong }) =>
      el('div', {}, el('dt', {}, word), el('dd', { title, class: wrong && 'wrong' }, text)),
    ),
  );
}

function banners({ files, complete, limited, filters }: PageData): HTMLElement[] {
  const list: HTMLElement[] = [];
  if (!complete) {
    const which = files.filter((file) => !file.complete);
    const names = files.length > 1 ? together(which.map(({ path }) => baseName(path))) : 'The file';
    list.push(
      banner('bad', 'Not complete.', `${names} could not be read to the end: what lies behind is not counted here.`),
    );
  }
  const findings = files.flatMap((file) => file.findings.map((finding) => ({ file, finding })));
  const found = files.reduce((sum, file) => sum + file.findingCount, 0);
  if (found > 0) {
    const worst = findings.some(({ finding }) => finding.severity === 'error') ? 'bad' : 'careful';
    const lines = findings.map(({ file, finding }) => findingLine(finding, files.length > 1 ? file : undefined));
    const element = banner(worst, `${count(found)} ${found === 1 ? 'finding' : 'findings'}.`, '');
    element.append(el('ul', {}, ...lines.slice(0, FIRST_FINDINGS)));
    if (lines.length > FIRST_FINDINGS) {
      const more = `${count(found - FIRST_FINDINGS)} more`;
      element.append(el('details', {}, el('summary', {}, more), el('ul', {}, ...lines.slice(FIRST_FINDINGS))));
    }
    list.push(element);
  }
  if (limited)
    list.push(banner('careful', 'Limited.', 'A limit that was asked for ended the count: there may be more keys.'));
  if (filters.length > 0) list.push(banner('info', 'Filtered.', 'Only the keys named above are counted.'));
  return list;
}

function banner(kind: 'bad' | 'careful' | 'info', strong: string, text: string): HTMLElement {
  return el(
    'div',
    { class: `banner ${kind}`, role: kind === 'bad' ? 'alert' : 'note' },
    el('strong', {}, strong),
    ` ${text}`,
  );
}

function findingLine({ code, severity, offset, db, key, message }: PageFinding, file?: PageFile): HTMLElement {
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

function cards({ totals, expired, files, biggest }: PageData): HTMLElement {
  const [big] = biggest.byMemory;
  return el(
    'div',
    { class: 'cards' },
    card('Keys', figure(totals.keys), files.length > 1 ? `in ${count(files.length)} files` : '', count(totals.keys)),
    card('Expiring', figure(totals.expires), `${percent(totals.expires, totals.keys)} of keys`, count(totals.expires)),
    card('Expired', figure(expired), `${percent(expired, totals.keys)} of keys`, count(expired)),
    card('Serialized', binarySize(totals.bytes), `${count(totals.bytes)} B`),
    card('Estimated memory', binarySize(totals.memory), `${count(totals.memory)} B`),
    card('Elements', figure(totals.elements), count(totals.elements)),
    big
      ? card('Biggest key', binarySize(big.memory), `${big.type} ${cutName(big.key, 60)}`, wholeName(big.key))
      : card('Biggest key', '–', ''),
  );
}

/** A count as large as a card can show. */
function figure(n: number): string {
  return n < 10_000_000 ? count(n) : short(n, 'count');
}

function card(word: string, figure: string, below: string, title?: string): HTMLElement {
  return el(
    'div',
    { class: 'card', title },
    el('div', { class: 'card-word' }, word),
    el('div', { class: 'card-figure' }, figure),
    el('bdi', { class: 'card-below' }, below),
  );
}

function sumOf(files: readonly PageFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What several files say, each thing once. */
function together(words: readonly string[]): string {
  const different = [...new Set(words)];
  return different.length > 3 ? `${different.slice(0, 3).join(', ')} and others` : different.join(', ');
}

/** When they were made, from the first to the last. */
function span(files: readonly PageFile[]): string {
  const times = files.flatMap(({ createdAtMs }) => (createdAtMs === null ? [] : [createdAtMs]));
  if (times.length === 0) return 'not told';
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return first === last ? moment(first) : `${moment(first)} to ${moment(last)}`;
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) || path;
}
