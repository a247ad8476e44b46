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
