// Lists of keys, one key a line.

import type { KeyRow } from '../keys/list-keys.js';
import { bytesToLine, bytesToText } from '../keyspace/bytes-text.js';
import { duration } from '../keyspace/time-text.js';
import { integerJson } from '../values/json-number.js';
import type { BytesForm } from '../values/json-out.js';
import { jsonString } from './ascii-json.js';
import { binarySize, count } from './format.js';

/** How a list is written. */
export interface KeyLines {
  /** In front of the list; empty for none. */
  readonly head: string;
  /** A key with its line end. `nowMs`: what remaining times are counted from. */
  line(row: KeyRow, nowMs: number): string;
  /** Behind the list. `complete`: the input did not end it; `limited`: a limit did that was asked for. */
  tail(complete: boolean, limited: boolean): string;
}

/** For lists that have no place to say how they ended. */
const nothing = () => '';

/** One JSON document. */
export function keyJson(form: BytesForm): KeyLines {
  const lines = keyJsonl(form);
  const bytes = form === 'base64' ? '"bytes":"base64",' : '';
  let divider = '\n';
  return {
    head: `{"schema":1,${bytes}"keys":[`,
    line: (row, nowMs) => {
      const line = divider + lines.line(row, nowMs).trimEnd();
      divider = ',\n';
      return line;
    },
    tail: (complete, limited) => `\n],"complete":${complete},"limited":${limited}}\n`,
  };
}

/** A JSON object a line; one that says so behind a list that is not whole. */
export function keyJsonl(form: BytesForm): KeyLines {
  const name = (key: Uint8Array) => jsonString(form === 'base64' ? base64(key) : bytesToText(key));
  return {
    head: '',
    line: ({ db, key, type, encoding, bytes, memory, elements, expireAtMs }) =>
      `{"db":${db},"key":${name(key)},"type":${jsonString(type)},"encoding":"${encoding}","bytes":${bytes},` +
      `"memory":${memory},"elements":${integerJson(elements)},` +
      `"expireAtMs":${expireAtMs === null ? 'null' : integerJson(expireAtMs)}}\n`,
    tail: (complete) => (complete ? '' : '{"complete":false}\n'),
  };
}

/**
 * Comma-separated values by RFC 4180, with a header line. Names stand in the reversible text form, control characters escaped;
 * nothing is put in front of what a spreadsheet would take for a formula, because the names would not be the same.
 */
export function keyCsv(form: BytesForm): KeyLines {
  const name = form === 'base64' ? base64 : bytesToLine;
  return {
    head: 'db,key,type,encoding,bytes,memory,elements,expireAtMs\r\n',
    line: ({ db, key, type, encoding, bytes, memory, elements, expireAtMs }) =>
      `${db},${csvField(name(key))},${csvField(type)},${encoding},${bytes},${memory ?? ''},${whole(elements)},` +
      `${expireAtMs === null ? '' : whole(expireAtMs)}\r\n`,
    tail: nothing,
  };
}

/**
 * The columns that the memory report of redis-rdb-tools has, and the spreadsheets that were made for it: its words for types,
 * its form of moments (UTC), names as in `keyCsv`. Needs `longestElements`.
 */
export function rdbToolsCsv(form: BytesForm): KeyLines {
  const name = form === 'base64' ? base64 : bytesToLine;
  return {
    head: 'database,type,key,size_in_bytes,encoding,num_elements,len_largest_element,expiry\r\n',
    line: ({ db, key, type, encoding, memory, elements, longestElement, expireAtMs }) =>
      `${db},${csvField(type === 'zset' ? 'sortedset' : type)},${csvField(name(key))},${memory ?? ''},${encoding},` +
      `${whole(elements)},${longestElement ?? ''},${expireAtMs === null ? '' : moment(expireAtMs)}\r\n`,
    tail: nothing,
  };
}

/** Years that moments are written with. */
const LAST_MOMENT = Date.UTC(10_000, 0, 1) - 1;

/** UTC without a zone, microseconds only where there are some. */
function moment(ms: number): string {
  if (ms < 0 || ms > LAST_MOMENT) return whole(ms);
  const text = new Date(ms).toISOString();
  return ms % 1000 === 0 ? text.slice(0, 19) : `${text.slice(0, 23)}000`;
}

/** Columns for people; names in the reversible text form come last, as they may be long. `header`: with a line of titles. */
export function keyText(form: BytesForm, header: boolean): KeyLines {
  const name = form === 'base64' ? base64 : bytesToLine;
  return {
    head: header ? `${columns('DB', 'TYPE', 'ENCODING', 'BYTES', 'MEMORY', 'ELEMENTS', 'TTL')}KEY\n` : '',
    line: ({ db, key, type, encoding, bytes, memory, elements, expireAtMs }, nowMs) => {
      const size = memory === null ? '-' : binarySize(memory);
      const left = expireAtMs === null ? '-' : expireAtMs < nowMs ? 'expired' : timeLeft(expireAtMs - nowMs);
      return `${columns(String(db), type, encoding, binarySize(bytes), size, count(elements), left)}${name(key)}\n`;
    },
    tail: nothing,
  };
}

const DAY = 86_400_000;

/** Hours do not matter in years. */
function timeLeft(ms: number): string {
  return ms < 1000 * DAY ? duration(ms) : `${Math.floor(ms / DAY)} d`;
}

function columns(
  db: string,
  type: string,
  encoding: string,
  bytes: string,
  memory: string,
  elements: string,
  ttl: string,
): string {
  const texts = `${db.padStart(3)}  ${type.padEnd(9)}  ${encoding.padEnd(10)}`;
  return `${texts}  ${bytes.padStart(8)}  ${memory.padStart(8)}  ${elements.padStart(11)}  ${ttl.padStart(11)}  `;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Quoted where it has to be. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All digits, without an exponent. */
function whole(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
}
