// The top of the report: which files, whether they can be trusted, and the figures that matter most.
import { moment } from '../../../keyspace/time-text.js';
import type { PageData, PageFile } from '../page-data.js';
import { el } from './dom.js';
import { checksumWords, kindWords, memoryWords, producerWords } from './facts.js';
import { cutName, wholeName } from './names.js';
import { binarySize, count, exactly, percent } from './numbers.js';
import { themeButton } from './state.js';
import { banner, baseName, card, figure, findingsBanner, span, together } from './top.js';

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
  const findings = findingsBanner(files);
  if (findings) list.push(findings);
  if (limited)
    list.push(banner('careful', 'Limited.', 'A limit that was asked for ended the count: there may be more keys.'));
  if (filters.length > 0) list.push(banner('info', 'Filtered.', 'Only the keys named above are counted.'));
  return list;
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

function sumOf(files: readonly PageFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
