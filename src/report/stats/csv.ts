// Comma-separated values by RFC 4180.
import { type BytesForm, bytesIn } from './json-form.js';

export type CsvValue = string | number | null | undefined | Uint8Array;

/** With these a spreadsheet takes a cell for a formula. */
const FORMULA = /^[=+\-@]/;
const BREAKS = /[\0-\x1f\x7f]/g;

/**
 * A header and rows, each ended by CR LF. Nothing is an empty field. Text from a dump is hostile: control characters, and a
 * first character that a spreadsheet would take for the start of a formula, are written as `\xHH`, as other bytes that are
 * no text; that form can be read back (see `textToBytes`).
 */
export function csvText(header: readonly string[], rows: Iterable<readonly CsvValue[]>, form: BytesForm): string {
  const lines = [header.join(',')];
  for (const row of rows) lines.push(row.map((value) => field(value, form)).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

function field(value: CsvValue, form: BytesForm): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : String(value);
  const text = typeof value === 'string' ? value : bytesIn(form, value);
  const safe = text.replace(BREAKS, escaped).replace(FORMULA, escaped);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
