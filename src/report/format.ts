// Numbers, sizes and times for people.
export { moment } from '../keyspace/time-text.js';

const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes with a binary unit: `1.2 GiB`. */
export function binarySize(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < SIZE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value < 10 ? value.toFixed(1) : Math.round(value)} ${SIZE_UNITS[unit]}`;
}

/** With thousands separators. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 key`, `2 keys`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const STEPS: readonly (readonly [limitMs: number, unitMs: number, name: string])[] = [
  [120_000, 1000, 's'],
  [7_200_000, 60_000, 'min'],
  [172_800_000, 3_600_000, 'h'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'days'],
];

/** How long ago, or ahead. */
export function age(ms: number): string {
  const distance = Math.abs(ms);
  const step = STEPS.find(([limit]) => distance < limit);
  const text = step ? `${Math.floor(distance / step[1])} ${step[2]}` : '';
  return ms < 0 ? `${text} in the future` : `${text} ago`;
}

/** Breaks text into lines of at most `width` columns, indented. */
export function wrap(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((l) => ' '.repeat(indent) + l).join('\n');
}

/** Columns for running text: those of the terminal, at most 100; 80 where there is none. */
export function textWidth(stream: { readonly columns?: number }): number {
  return Math.max(40, Math.min(100, stream.columns ?? 80));
}

/** An offset as people and hex editors want it: `0x1f2 (498)`. */
export function offset(bytes: number): string {
  return `0x${bytes.toString(16)} (${bytes})`;
}

/** A line of facts: the name in a column of its own. */
export function label(name: string, text: string): string {
  return `  ${name.padEnd(11)}${text}`;
}
