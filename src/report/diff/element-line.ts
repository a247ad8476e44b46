// One element that differs on a line of a terminal.
import type { Shown } from '../../diff/element-rows.js';
import type { ElementChange } from '../../diff/elements.js';
import { bytesToLine } from '../../keyspace/bytes-text.js';
import { lengthBeforeCut } from '../../keyspace/utf8.js';
import { binarySize } from '../format.js';
import type { Palette } from '../palette.js';

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** `~ field name: old -> new`. */
export function elementLine(element: ElementChange, colors: Palette): string {
  const { change, kind, name, left, right, count } = element;
  const paint = change === 'added' ? colors.green : change === 'removed' ? colors.red : colors.yellow;
  const own = kind === 'value' || kind === 'lastId' || kind === 'item' ? '' : ` ${text(name)}`;
  const head = `${paint(`${SIGN[change]} ${kind === 'lastId' ? 'last id' : kind}${own}`)}`;
  const values = [left, right].flatMap((value) => (value && value.length > 0 ? [text(value)] : []));
  const times = count > 1 ? `, ${count} times` : '';
  return `${head}${values.length > 0 ? `: ${values.join(' -> ')}` : ''}${expiryText(element)}${times}`;
}

function expiryText({ change, leftExpireAtMs: left, rightExpireAtMs: right }: ElementChange): string {
  if (change !== 'changed' || left === right) return '';
  const shown = (ms: number | null) => (ms === null ? 'never' : new Date(ms).toISOString());
  return ` (expires ${shown(left)} -> ${shown(right)})`;
}

function text({ start, length }: Shown): string {
  if (length === start.length) return bytesToLine(start);
  const shown = start.subarray(0, lengthBeforeCut(start));
  return `${bytesToLine(shown)}… ${binarySize(length - shown.length)} more`;
}
