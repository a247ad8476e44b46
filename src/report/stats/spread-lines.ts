// How sizes, counts and times are spread: a line each.
import { duration } from '../../keyspace/time-text.js';
import type { Distribution, StatsReport } from '../../stats/report.js';
import { binarySize, count } from '../format.js';
import { type Column, sparkline, table } from './columns.js';
import { heads, percent, remark, type StatsTextOptions } from './words.js';

interface Spread {
  readonly name: string;
  readonly of: Distribution | undefined;
  readonly words: (value: number) => string;
}

/** Percentiles, and how many keys have which time to live. Distributions of nothing are left out. */
export function spreadLines(report: StatsReport, options: StatsTextOptions): string[] {
  const { valueBytes, elements, keyLength, ttlSeconds, idleSeconds, frequency } = report.distributions;
  const seconds = (value: number) => duration(value * 1000);
  const all: Spread[] = [
    { name: 'value', of: valueBytes, words: binarySize },
    { name: 'elements of collections', of: elements, words: count },
    { name: 'name', of: keyLength, words: binarySize },
    { name: 'time to live', of: ttlSeconds, words: seconds },
    { name: 'time since last use', of: idleSeconds, words: seconds },
    { name: 'LFU counter', of: frequency, words: count },
  ];
  const shown = all.flatMap(({ of, ...rest }) => (of !== undefined && of.count > 0 ? [{ of, ...rest }] : []));
  if (shown.length === 0) return [];
  const at = (head: 'p50' | 'p90' | 'p99' | 'max'): Column => ({
    head,
    cells: shown.map(({ of, words }) => words(of[head])),
    align: 'right',
  });
  const columns: Column[] = [
    { head: 'Distributions', cells: shown.map(({ name }) => name) },
    ...[at('p50'), at('p90'), at('p99'), at('max')],
    { head: 'by powers of two', cells: shown.map(({ of }) => spark(of)), spare: 1 },
  ];
  return [...table(columns, options.columns, heads(options)), ...expiryLines(report, options)];
}

function expiryLines({ totals, expired, distributions }: StatsReport, options: StatsTextOptions): string[] {
  if (totals.expires === 0) return [];
  const parts = [`no expiry: ${percent(totals.keys - totals.expires, totals.keys)} of keys`];
  if (expired > 0) parts.push(`expired: ${percent(expired, totals.keys)}`);
  const { count: live, p50 } = distributions.ttlSeconds;
  if (live > 0) parts.push(`half of the others expire within ${duration(p50 * 1000)}`);
  return [remark(`${parts.join('; ')}.`, options)];
}

/** A bar for each power of two between the smallest and the largest, also for those without any. */
function spark({ buckets }: Distribution): string {
  const exponent = (from: number) => (from === 0 ? -1 : Math.floor(Math.log2(from)));
  const counts: number[] = [];
  for (const { from, count: n } of buckets) {
    const place = exponent(from) - exponent(buckets[0].from);
    while (counts.length < place) counts.push(0);
    counts[place] = n;
  }
  return sparkline(counts);
}
