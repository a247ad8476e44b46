// Words that several parts of the statistics share.
import { bytesToText, printableText } from '../../keyspace/bytes-text.js';
import { binarySize, count, wrap } from '../format.js';
import type { Palette } from '../palette.js';

/** How statistics are laid out on a terminal. */
export interface StatsTextOptions {
  readonly colors: Palette;
  /** Rows of each list. */
  readonly top: number;
  /** Columns to stay within; lines hold at least what 60 columns do. */
  readonly columns: number;
}

const LABEL = 13;
/** More than any terminal has columns for. */
const NAME_BYTES = 1024;

/** A line of facts, its name in front; broken into more of them where it is too long. */
export function fact(name: string, text: string, { columns }: StatsTextOptions): string {
  return `  ${name.padEnd(LABEL - 2)}${wrap(text, LABEL, Math.max(60, columns)).slice(LABEL)}`;
}

/** A remark below a table. */
export function remark(text: string, { colors, columns }: StatsTextOptions): string {
  return colors.dim(wrap(text, 2, Math.max(60, columns)));
}

/** The first line of a table: its title stands out, what stands above the other columns does not. */
export function heads({ colors }: StatsTextOptions): (title: string, rest: string) => string {
  return (title, rest) => colors.bold(title) + colors.dim(rest);
}

/** A name as a terminal may show it; of a long one the beginning. */
export function shownName(name: Uint8Array): string {
  if (name.length <= NAME_BYTES) return printableText(bytesToText(name));
  return `${printableText(bytesToText(name.subarray(0, NAME_BYTES)))}…`;
}

/** A part of a whole; never 0 or 100 % for what is not. */
export function percent(part: number, whole: number): string {
  if (!(whole > 0)) return '0%';
  const text = `${((100 * part) / whole).toFixed(1)}%`;
  if (text === '0.0%') return part > 0 ? '<0.1%' : '0%';
  if (text === '100.0%') return part < whole ? '>99.9%' : '100%';
  return text;
}

/** A number that may be up to `missing` too low. */
export function atLeast(value: number, missing: number | undefined, words: (value: number) => string = count): string {
  return missing ? `>= ${words(value)}` : words(value);
}

/** The same with its upper bound. */
export function between(value: number, missing: number | undefined, words = binarySize): string {
  if (!missing) return words(value);
  const [low, high] = [words(value), words(value + missing)];
  return low === high ? `~${low}` : `>= ${low} (up to ${high})`;
}

/** An item of a list, with as many as there are left out. */
export function andMore(shown: number, all: number): string {
  return all > shown ? ` and ${count(all - shown)} more` : '';
}

/** Tells a key from others. */
export function identity({ db, key }: { readonly db: number; readonly key: Uint8Array }): string {
  return `${db} ${Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')}`;
}
