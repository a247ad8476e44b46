import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import type { AofStats, FileStats } from '../stats/aof-stats.js';
import type { BusyKey } from '../stats/busiest-keys.js';
import type { RatePoint } from '../stats/rate.js';
import { binarySize, count, moment, plural } from './format.js';
import type { Palette } from './palette.js';

const COMMANDS_SHOWN = 15;
const POINTS_SHOWN = 20;
const BAR = 24;
const KEY_COLUMNS = 48;

export interface StatsTextOptions {
  readonly colors: Palette;
  /** How many keys to show. */
  readonly top: number;
}

/** The statistics of an append-only file or set for a terminal. */
export function statsText(stats: AofStats, { colors, top }: StatsTextOptions): string {
  const { commands } = stats;
  const calls = commands.reduce((sum, command) => sum + command.calls, 0);
  const bytes = commands.reduce((sum, command) => sum + command.bytes, 0);
  const lines = [`${colors.bold(printableText(stats.path))}: ${plural(calls, 'command')}, ${binarySize(bytes)}`];
  lines.push(...stats.files.map(fileLine));
  if (stats.firstTimestamp !== null) {
    lines.push(`  from ${moment(stats.firstTimestamp * 1000)} to ${moment((stats.lastTimestamp ?? 0) * 1000)}`);
  }
  for (const stop of stats.stops) lines.push(colors.red(`  not whole: ${printableText(stop)}`));
  lines.push('', colors.bold('Commands'), ...commandLines(stats, calls, bytes));
  lines.push('', colors.bold('Keys written most often'), ...keyLines(stats.busiest.byWrites.slice(0, top), stats));
  lines.push(
    '',
    colors.bold('Keys to which most was written'),
    ...keyLines(stats.busiest.byBytes.slice(0, top), stats),
  );
  if (stats.rate.points.length > 0) lines.push('', colors.bold('Over time'), ...rateLines(stats));
  return `${lines.join('\n')}\n`;
}

function fileLine({ path, role, bytes, rdbBytes, rdbKeys, commands }: FileStats): string {
  const name = printableText(path.slice(path.lastIndexOf('/') + 1));
  const rdb = rdbBytes === null ? '' : `, RDB of ${binarySize(rdbBytes)} with ${plural(rdbKeys ?? 0, 'key')}`;
  return `  ${role.padEnd(5)} ${name}: ${binarySize(bytes)}${rdb}, ${plural(commands, 'command')}`;
}

function commandLines({ commands }: AofStats, calls: number, bytes: number): string[] {
  const most = commands[0]?.calls ?? 1;
  const lines = commands.slice(0, COMMANDS_SHOWN).map((command) => {
    const share = `${percent(command.calls, calls)} of calls, ${percent(command.bytes, bytes)} of bytes`;
    const name = printableText(command.name).slice(0, 18).padEnd(18);
    return `  ${name} ${count(command.calls).padStart(12)}  ${binarySize(command.bytes).padStart(9)}  ${bar(command.calls, most)} ${share}`;
  });
  if (commands.length > COMMANDS_SHOWN) lines.push(`  … and ${plural(commands.length - COMMANDS_SHOWN, 'more name')}`);
  return lines.length > 0 ? lines : ['  none'];
}

function keyLines(keys: readonly BusyKey[], { writesMissedAtMost }: AofStats): string[] {
  const lines = keys.map(({ db, key, writes, bytes }) => {
    const times = `${writesMissedAtMost > 0 ? '>=' : ''}${count(writes)}`;
    return `  ${times.padStart(12)} writes  ${binarySize(Math.round(bytes)).padStart(9)}  db ${db}  ${shortKey(key)}`;
  });
  if (writesMissedAtMost > 0 && lines.length > 0) {
    lines.push(
      `  There are too many keys to count all: up to ${count(writesMissedAtMost)} writes of each may be missing.`,
    );
  }
  return lines.length > 0 ? lines : ['  none'];
}

function rateLines({ rate: { step, points } }: AofStats): string[] {
  const most = points.reduce((max, { commands }) => Math.max(max, commands), 1);
  const every = Math.ceil(points.length / POINTS_SHOWN);
  const shown: RatePoint[] = [];
  for (let i = 0; i < points.length; i += every) {
    const group = points.slice(i, i + every);
    shown.push(group.reduce((a, b) => (b.commands > a.commands ? b : a)));
  }
  const lines = shown.map(({ at, commands, bytes }) => {
    return `  ${moment(at * 1000)} ${count(commands).padStart(10)}  ${binarySize(bytes).padStart(9)}  ${bar(commands, most)}`;
  });
  const span = step === 1 ? 'a second' : `${step} seconds`;
  lines.push(`  A line is ${span}${every > 1 ? `, the busiest of ${every}` : ''}.`);
  return lines;
}

function shortKey(key: Uint8Array): string {
  const text = printableText(bytesToText(key));
  return text.length > KEY_COLUMNS ? `${text.slice(0, KEY_COLUMNS - 1)}…` : text;
}

function bar(value: number, most: number): string {
  return '#'.repeat(Math.max(value > 0 ? 1 : 0, Math.round((value / most) * BAR))).padEnd(BAR);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0%' : `${((100 * part) / whole).toFixed(1)}%`;
}
