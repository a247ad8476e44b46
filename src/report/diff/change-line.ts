// One difference on a line of a terminal.
import type { Change, KeySide } from '../../diff/change.js';
import { duration, moment } from '../../keyspace/time-text.js';
import { binarySize, count } from '../format.js';
import type { Palette } from '../palette.js';
import { shortened } from '../shown-string.js';

const NAME_BYTES = 160;
const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** `+ user:1  hash, 3 elements, 40 B`. Names are cut to 160 bytes. `unsure`: as in the JSON. */
export function changeLine(change: Change, colors: Palette, unsure: boolean): string {
  const { change: kind, db, key, left, right } = change;
  const paint = kind === 'added' ? colors.green : kind === 'removed' ? colors.red : colors.yellow;
  const name = shortened(key, NAME_BYTES);
  const shown = name === '' ? '(empty name)' : name;
  const where = db === 0 ? '' : colors.dim(` (db ${db})`);
  const facts = left && right ? changedText(change, left, right) : sideText(left ?? right);
  const doubt = unsure ? colors.red(' (perhaps: the other side ended early)') : '';
  return `${paint(`${SIGN[kind]} ${shown}`)}${where}  ${facts}${doubt}`;
}

function sideText(side: KeySide | null): string {
  if (!side) return '';
  const expiry = side.expireAtMs === null ? '' : `, expires ${moment(side.expireAtMs)}`;
  return `${side.type}${elements(side)}, ${binarySize(side.bytes)}${expiry}`;
}

function elements({ type, elements }: KeySide): string {
  return type === 'string' || elements === 0 ? '' : ` of ${count(elements)}`;
}

function changedText({ what }: Change, left: KeySide, right: KeySide): string {
  const parts: string[] = [];
  if (what.includes('type'))
    parts.push(`${sideText({ ...left, expireAtMs: null })} -> ${sideText({ ...right, expireAtMs: null })}`);
  else if (what.includes('value')) parts.push(valueText(left, right));
  else parts.push(left.type);
  if (what.includes('expire')) parts.push(expiryText(left.expireAtMs, right.expireAtMs));
  if (what.includes('fieldExpire')) parts.push('expiries of fields');
  return parts.join(', ');
}

function valueText(left: KeySide, right: KeySide): string {
  const { type } = right;
  const size =
    left.bytes === right.bytes ? `${binarySize(right.bytes)}` : `${binarySize(left.bytes)} -> ${sized(left, right)}`;
  if (type === 'string' || (left.elements === 0 && right.elements === 0)) return `${type} value, ${size}`;
  const many =
    left.elements === right.elements ? count(right.elements) : `${count(left.elements)} -> ${count(right.elements)}`;
  return `${type} of ${many}, ${size}`;
}

/** Sizes that differ look different. */
function sized(left: KeySide, right: KeySide): string {
  const text = binarySize(right.bytes);
  if (text !== binarySize(left.bytes)) return text;
  const more = right.bytes - left.bytes;
  return `${text} (${more > 0 ? '+' : '-'}${binarySize(Math.abs(more))})`;
}

function expiryText(left: number | null, right: number | null): string {
  if (right === null) return `no longer expires (${left === null ? '' : `was ${moment(left)}`})`;
  if (left === null) return `expires now: ${moment(right)}`;
  return `expires ${duration(Math.abs(right - left))} ${right > left ? 'later' : 'sooner'} (${moment(right)})`;
}
