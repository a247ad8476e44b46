// The distributions.
import { duration } from '../../../keyspace/time-text.js';
import type { Distribution } from '../../../stats/report.js';
import type { PageData } from '../page-data.js';
import { el, section } from './dom.js';
import { barsOf, type ChartFigure, histogram } from './histogram.js';
import { binarySize, count, percent, short } from './numbers.js';

export function spreadSection(data: PageData): ChartFigure {
  const { valueBytes, elements, keyLength, idleSeconds, frequency } = data.distributions;
  const figures = [
    valueBytes && bytesFigure('Value size', 'Serialized bytes of each value', valueBytes),
    elements && countFigure('Elements', 'Of keys that are collections', elements),
    timeToLive(data),
    keyLength && bytesFigure('Key length', 'Bytes of each name', keyLength),
    idleSeconds && secondsFigure('Idle time', 'Since the last use (LRU)', idleSeconds),
    frequency && countFigure('Access frequency', 'LFU counter of each key, 0 to 255', frequency),
  ].filter((figure) => figure !== null);
  return {
    element: section(
      'spread',
      'Distributions',
      el(
        'p',
        { class: 'note' },
        'One bar for each power of two. Counts are exact; p50, p90 and p99 are at most 1/32 too high.',
      ),
      el('div', { class: 'panels charts' }, ...figures.map(({ element }) => element)),
    ),
    start() {
      for (const figure of figures) figure.start();
    },
  };
}

function bytesFigure(title: string, note: string, of: Distribution): ChartFigure {
  const bars = barsOf(of, (from) => binarySize(from), range('bytes'));
  return histogram({ title, note, noun: 'keys', bars, facts: factsOf(of, binarySize) });
}

function countFigure(title: string, note: string, of: Distribution): ChartFigure {
  const bars = barsOf(of, (from) => short(from, 'count'), range(''));
  return histogram({ title, note, noun: 'keys', bars, facts: factsOf(of, count) });
}

function secondsFigure(title: string, note: string, of: Distribution): ChartFigure {
  return histogram({ title, note, noun: 'keys', bars: secondBars(of), facts: factsOf(of, time) });
}

/** With the keys that are not on its scale: those that never expire, and those that already have. */
function timeToLive({ distributions: { ttlSeconds }, totals, expired }: PageData): ChartFigure {
  const none = totals.keys - totals.expires;
  const bars = [
    { label: 'none', about: 'Keys that do not expire', count: none, apart: true },
    { label: 'expired', about: 'Keys that have expired', count: expired, apart: true },
    ...(ttlSeconds ? secondBars(ttlSeconds) : []),
  ];
  return histogram({
    title: 'Time to live',
    note: 'Until each key expires',
    noun: 'keys',
    bars: totals.keys > 0 ? bars : [],
    facts: [
      ['no expiry', percent(none, totals.keys)],
      ['expired', percent(expired, totals.keys)],
      ...(ttlSeconds ? factsOf(ttlSeconds, time) : []),
    ],
  });
}

function secondBars(of: Distribution) {
  return barsOf(of, roundTime, (from, to) => `${count(from)} to ${count(to)} s (${time(from)} to ${time(to)})`);
}

function range(unit: string): (from: number, to: number) => string {
  return (from, to) => (from === to ? `${count(from)} ${unit}` : `${count(from)} to ${count(to)} ${unit}`);
}

function factsOf({ count: n, p50, p90, p99, max }: Distribution, write: (n: number) => string): [string, string][] {
  if (n === 0) return [];
  return [
    ['p50', write(p50)],
    ['p90', write(p90)],
    ['p99', write(p99)],
    ['max', write(max)],
  ];
}

function time(seconds: number): string {
  return duration(seconds * 1000);
}

/** Short enough to stand under a bar. */
function roundTime(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return seconds < 365 * 86_400 ? `${Math.round(seconds / 86_400)} d` : `${Math.round(seconds / (365 * 86_400))} y`;
}
