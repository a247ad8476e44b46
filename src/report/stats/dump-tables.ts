// Tables of databases, types, and of the biggest keys and elements.
import { printableText } from '../../keyspace/bytes-text.js';
import { duration } from '../../keyspace/time-text.js';
import type { EncodingStats, KeyStats, StatsReport, Totals } from '../../stats/report.js';
import { binarySize, count, plural } from '../format.js';
import { bar, type Column, cut, table } from './columns.js';
import { heads, identity, percent, remark, type StatsTextOptions, shownName } from './words.js';

const BAR = 16;
const ENCODINGS_SHOWN = 3;
/** Rows that the largest elements get of those that the largest keys have. */
const ELEMENT_ROWS = 1 / 3;
const KEY_LEAST = 32;

/** By database, when there is more than one. */
export function databaseLines(report: StatsReport, options: StatsTextOptions): string[] {
  const all = report.databases.filter(({ keys }) => keys > 0);
  if (all.length < 2) return [];
  const shown = [...all].sort((a, b) => b.memory - a.memory || a.db - b.db).slice(0, options.top);
  const columns: Column[] = [
    { head: 'Databases', cells: shown.map(({ db }) => `db ${db}`) },
    ...sizeColumns(shown, report.totals),
    { head: 'expire', cells: shown.map(({ expires, keys }) => percent(expires, keys)), align: 'right', spare: 1 },
  ];
  const lines = table(columns, options.columns, heads(options));
  if (all.length > shown.length)
    lines.push(remark(`… and ${plural(all.length - shown.length, 'more database')}`, options));
  return lines;
}

/** By type, with the encodings of each. */
export function typeLines(report: StatsReport, options: StatsTextOptions): string[] {
  const shown = report.types.filter(({ keys }) => keys > 0);
  if (shown.length === 0) return [];
  const columns: Column[] = [
    { head: 'Types', cells: shown.map(({ type }) => cut(printableText(type), 24)) },
    ...sizeColumns(shown, report.totals),
    {
      head: 'encodings, by keys',
      cells: shown.map(({ type, keys }) => encodingText(report.encodings, type, keys)),
      spare: 1,
      least: 18,
    },
  ];
  return table(columns, options.columns, heads(options));
}

/** The keys that take most memory; those with most bytes and most elements in a word when they are others. */
export function keyLines(report: StatsReport, options: StatsTextOptions): string[] {
  const { byMemory, byBytes, byElements } = report.biggest;
  const shown = byMemory.slice(0, options.top);
  if (shown.length === 0) return [];
  const lines = table(keyColumns(shown, report), options.columns, heads(options));
  const known = new Set(shown.map(identity));
  const others: string[] = [];
  const [bytes] = byBytes;
  if (bytes && !known.has(identity(bytes)))
    others.push(`most bytes in the file: ${keyText(bytes, binarySize(bytes.bytes))}`);
  const [elements] = byElements;
  if (elements && !known.has(identity(elements))) {
    others.push(`most elements: ${keyText(elements, count(elements.elements))}`);
  }
  return [...lines, ...others.map((text) => remark(text, options))];
}

/** The largest single elements. */
export function elementLines(report: StatsReport, options: StatsTextOptions): string[] {
  const shown = report.biggest.elements.slice(0, Math.ceil(options.top * ELEMENT_ROWS));
  if (shown.length === 0) return [];
  const columns: Column[] = [
    { head: 'Biggest elements, in', cells: shown.map(({ key }) => shownName(key)), least: KEY_LEAST },
    {
      head: 'element',
      cells: shown.map(({ element }) => (element === null ? '' : shownName(element))),
      least: 8,
      spare: 1,
    },
    ...databaseColumn(shown, report),
    { head: 'size', cells: shown.map(({ bytes }) => binarySize(bytes)), align: 'right' },
    { head: 'type', cells: shown.map(({ type }) => cut(printableText(type), 16)) },
  ];
  const named = shown.some(({ element }) => element !== null);
  return table(named ? columns : columns.filter(({ head }) => head !== 'element'), options.columns, heads(options));
}

/** Memory with its share and a bar, keys, and bytes in the file. */
export function sizeColumns(rows: readonly Totals[], totals: Totals): Column[] {
  return [
    { head: 'memory', cells: rows.map(({ memory }) => binarySize(memory)), align: 'right' },
    { head: '', cells: rows.map(({ memory }) => percent(memory, totals.memory)), align: 'right' },
    { head: '', cells: rows.map(({ memory }) => bar(memory, totals.memory, BAR)), spare: 3 },
    { head: 'keys', cells: rows.map(({ keys }) => count(keys)), align: 'right' },
    { head: 'in the file', cells: rows.map(({ bytes }) => binarySize(bytes)), align: 'right', spare: 2 },
  ];
}

function keyColumns(keys: readonly KeyStats[], report: StatsReport): Column[] {
  return [
    { head: 'Biggest keys', cells: keys.map(({ key }) => shownName(key)), least: KEY_LEAST },
    ...databaseColumn(keys, report),
    { head: 'memory', cells: keys.map(({ memory }) => binarySize(memory)), align: 'right' },
    { head: 'in the file', cells: keys.map(({ bytes }) => binarySize(bytes)), align: 'right', spare: 1 },
    { head: 'elements', cells: keys.map(({ elements }) => count(elements)), align: 'right' },
    { head: 'type', cells: keys.map(({ type }) => cut(printableText(type), 16)) },
    { head: 'encoding', cells: keys.map(({ encoding }) => cut(printableText(encoding), 16)), spare: 2 },
    { head: 'expires in', cells: keys.map(({ expireAtMs }) => expiryText(expireAtMs, report.nowMs)) },
  ];
}

function databaseColumn(rows: readonly { readonly db: number }[], { databases }: StatsReport): Column[] {
  if (databases.length < 2) return [];
  return [{ head: 'db', cells: rows.map(({ db }) => String(db)), align: 'right' }];
}

function expiryText(expireAtMs: number | null, nowMs: number): string {
  if (expireAtMs === null) return 'never';
  return expireAtMs < nowMs ? 'expired' : duration(expireAtMs - nowMs);
}

function encodingText(all: readonly EncodingStats[], type: string, keys: number): string {
  const mine = all.filter((each) => each.type === type && each.keys > 0).sort((a, b) => b.keys - a.keys);
  if (mine.length === 1) return printableText(mine[0].encoding);
  const texts = mine
    .slice(0, ENCODINGS_SHOWN)
    .map((each) => `${printableText(each.encoding)} ${percent(each.keys, keys)}`);
  return `${texts.join(', ')}${mine.length > ENCODINGS_SHOWN ? ', …' : ''}`;
}

function keyText({ db, key, type }: KeyStats, amount: string): string {
  return `${amount} in ${printableText(type)} ${cut(shownName(key), 48)} of db ${db}`;
}
