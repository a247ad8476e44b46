// The values of filter options.
import { InvalidArgumentError } from 'commander';
import type { NowOption } from '../keyspace/moment-of-file.js';
import { SLOTS } from '../keyspace/slot.js';
import type { TtlFilter } from '../keyspace/ttl-range.js';
import { nearest } from './nearest.js';
import { parseDuration, parseMoment, parseNames, parseNumber } from './parse.js';

const CORE_TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'array', 'cron', 'module'];
/** Common names of modules for the names that their types have. */
const MODULE_TYPES: Readonly<Record<string, string>> = {
  json: 'ReJSON-RL',
  rejson: 'ReJSON-RL',
  redisjson: 'ReJSON-RL',
  timeseries: 'TSDB-TYPE',
  bloom: 'MBbloom--',
  vset: 'vectorset',
};
/** The format gives the name of a module's type nine characters. */
const MODULE_TYPE = /^[\w-]{9}$/;

/** Numbers of databases: several times, or with commas. */
export function parseDbs(text: string, before: readonly number[] | undefined): readonly number[] {
  return [...(before ?? []), ...parseNames(text, undefined).map(parseNumber)];
}

/** Types as TYPE answers, those of modules by the name of their type. */
export function parseTypes(text: string, before: readonly string[] | undefined): readonly string[] {
  const types = parseNames(text, undefined).map((name) => {
    const core = name.toLowerCase();
    if (CORE_TYPES.includes(core)) return core;
    if (MODULE_TYPE.test(name)) return name;
    const meant = MODULE_TYPES[core] ?? nearest(core, CORE_TYPES);
    const hint = meant ? `did you mean ${meant}?` : `there are ${CORE_TYPES.join(', ')}, and those of modules.`;
    throw new InvalidArgumentError(`${JSON.stringify(name)} is no type; ${hint}`);
  });
  return [...(before ?? []), ...types];
}

/** Slots and ranges of them: `5`, `0-5460`. */
export function parseSlots(text: string, before: readonly number[] | undefined): readonly number[] {
  const slots = parseNames(text, undefined).flatMap((part) => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    const first = match ? Number(match[1]) : SLOTS;
    const last = match?.[2] === undefined ? first : Number(match[2]);
    if (first > last || last >= SLOTS) {
      throw new InvalidArgumentError(`a slot is a number from 0 to ${SLOTS - 1}, or a range such as 0-5460`);
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...(before ?? []), ...slots];
}

/** Patterns: several times; a comma belongs to the pattern. */
export function parsePattern(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** The same for regular expressions, which have to be some. */
export function parseRegex(text: string, before: readonly string[] | undefined): readonly string[] {
  try {
    new RegExp(text, 'u');
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
  return parsePattern(text, before);
}

/** `none`, `any`, `expired`, or remaining times: `1h..7d`, `..1h`, `7d..`. Several of them want any one. */
export function parseTtl(text: string, before: readonly TtlFilter[] | undefined): readonly TtlFilter[] {
  return [...(before ?? []), ...parseNames(text, undefined).map(ttlOf)];
}

function ttlOf(text: string): TtlFilter {
  if (text === 'none' || text === 'any' || text === 'expired') return { kind: text };
  const [from, to, ...rest] = text.split('..');
  if (to === undefined || rest.length > 0 || (from === '' && to === '')) {
    throw new InvalidArgumentError('none, any, expired or a range of remaining times (1h..7d, ..1h, 7d..) is expected');
  }
  const minMs = from === '' ? 0 : parseDuration(from);
  const maxMs = to === '' ? Number.POSITIVE_INFINITY : parseDuration(to);
  if (minMs > maxMs) throw new InvalidArgumentError('a range begins with its shorter time, such as 1h..7d');
  return { kind: 'range', minMs, maxMs };
}

/** `real` for the clock, or a moment. */
export function parseNow(text: string): NowOption {
  if (text === 'real' || text === 'file') return text;
  try {
    return parseMoment(text);
  } catch {
    throw new InvalidArgumentError(
      'a moment (ISO 8601, or s or ms since the epoch), or "real" for the clock, is expected',
    );
  }
}
