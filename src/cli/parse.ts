import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 2 ** 10,
  kib: 2 ** 10,
  m: 1e6,
  mb: 2 ** 20,
  mib: 2 ** 20,
  g: 1e9,
  gb: 2 ** 30,
  gib: 2 ** 30,
  t: 1e12,
  tb: 2 ** 40,
  tib: 2 ** 40,
};

/** A size as in redis.conf: `1k` is 1000, `1kb` and `1KiB` are 1024 bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match && UNITS[match[2].toLowerCase()];
  if (!match || unit === undefined || unit === null) {
    throw new InvalidArgumentError('a size is a number with an optional unit, such as 512mb or 1GiB');
  }
  return Math.round(Number(match[1]) * unit);
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on is expected');
  return Number(text);
}

/** A whole number from 0 on, as far as numbers are exact. */
export function parseNumber(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number from 0 on is expected');
  return value;
}

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A duration in milliseconds: `90s`, `24h`, `1d12h`. The unit is a must: nobody should get milliseconds who meant hours.
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|min|[smhdw])/gy)];
  const read = parts.reduce((length, [part]) => length + part.length, 0);
  if (read === 0 || read !== text.length) {
    throw new InvalidArgumentError('a duration is a number with a unit (ms, s, m, h, d, w), such as 90s, 24h or 7d');
  }
  return Math.round(parts.reduce((sum, [, n, unit]) => sum + Number(n) * DURATION_MS[unit], 0));
}

/** Numbers from here on are milliseconds: as seconds they would lie beyond the year 5138. */
const FIRST_MS = 1e11;

/**
 * A moment as ms since the epoch: ISO 8601, where a time without a zone is in UTC as all that is printed, or a number of
 * seconds or milliseconds since the epoch.
 */
export function parseMoment(text: string): number {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) {
    const number = Number(text);
    return Math.floor(number < FIRST_MS ? number * 1000 : number);
  }
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  const zone = iso && (iso[1] !== undefined || text.length === 10) ? '' : 'Z';
  const ms = iso ? Date.parse(text.replace(' ', 'T').toUpperCase() + zone) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('a time is ISO 8601 (2026-11-20T14:00:00Z), or seconds or ms since the epoch');
  }
  return ms;
}

/** Collects the values of an option that is given several times, or with commas. An empty text is no value. */
export function parseList(text: string, before: readonly string[] | undefined): readonly string[] {
  const values = text.split(',').map((value) => value.trim());
  return [...(before ?? []), ...values.filter((value) => value !== '')];
}

/** The same for options that need a value. */
export function parseNames(text: string, before: readonly string[] | undefined): readonly string[] {
  const values = parseList(text, undefined);
  if (values.length === 0) throw new InvalidArgumentError('a name is expected');
  return [...(before ?? []), ...values];
}

/** The same for options whose values are known. */
export function parseChoices(choices: readonly string[]) {
  return (text: string, before: readonly string[] | undefined): readonly string[] => {
    const values = parseNames(text, before);
    const wrong = values.find((value) => !choices.includes(value));
    if (wrong !== undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return values;
  };
}
