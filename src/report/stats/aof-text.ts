// The statistics of append-only files and sets for a terminal.
import { printableText } from '../../keyspace/bytes-text.js';
import type { AofStats, BusyKey, FileStats, RatePoint, Written } from '../../stats/aof/aof-report.js';
import { binarySize, count, moment, plural } from '../format.js';
import { bar, type Column, cut, table } from './columns.js';
import { baseLines } from './dump-brief.js';
import { inOrder, largestNodes, ownPart } from './tree.js';
import { atLeast, fact, heads, identity, percent, remark, type StatsTextOptions, shownName } from './words.js';

const BAR = 16;
const POINTS_SHOWN = 16;
const STOPS_SHOWN = 3;
const NAME_LEAST = 18;
const KEY_LEAST = 32;

/** The statistics of an append-only file or set for a terminal; laid out as those of dumps. */
export function aofText(stats: AofStats, options: StatsTextOptions): string {
  const sections = [
    [...notWhole(stats, options), ...headLines(stats, options)],
    stats.dump ? baseLines(stats.dump, options) : [],
    commandLines(stats, options),
    prefixLines(stats, options),
    keyLines(stats, options),
    rateLines(stats, options),
    notWhole(stats, options),
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function notWhole({ complete, path }: AofStats, { colors }: StatsTextOptions): string[] {
  if (complete) return [];
  const text = `NOT COMPLETE: ${nameOf(path)} could not be read to the end; what lies behind is not counted`;
  return [colors.red(text)];
}

function headLines(stats: AofStats, options: StatsTextOptions): string[] {
  const { colors } = options;
  const calls = stats.commands.reduce((sum, command) => sum + command.calls, 0);
  const bytes = stats.commands.reduce((sum, command) => sum + command.bytes, 0);
  const lines = [`${colors.bold(nameOf(stats.path))}: ${plural(calls, 'command')}, ${binarySize(bytes)}`];
  const { written, firstTimestamp: first, lastTimestamp: last } = stats;
  for (const file of stats.files) lines.push(fact(file.role, fileText(file), options));
  if (first !== null && last !== null) {
    lines.push(
      fact('time', `from ${moment(first * 1000)} to ${moment(last * 1000)}${paceText(calls, last - first)}`, options),
    );
  }
  if (written.writes > 0) {
    lines.push(
      fact('writes', `${plural(written.writes, 'write')} to keys, ${binarySize(Math.round(written.bytes))}`, options),
    );
  }
  for (const stop of stats.stops.slice(0, STOPS_SHOWN))
    lines.push(fact('stopped', colors.red(printableText(stop)), options));
  return lines;
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : printableText(path);
}

function fileText({ path, bytes, rdbBytes, rdbKeys, commands }: FileStats): string {
  const name = nameOf(path.slice(path.lastIndexOf('/') + 1));
  const rdb = rdbBytes === null ? '' : `, RDB of ${binarySize(rdbBytes)} with ${plural(rdbKeys ?? 0, 'key')}`;
  return `${name}: ${binarySize(bytes)}${rdb}, ${plural(commands, 'command')}`;
}

function paceText(calls: number, seconds: number): string {
  return seconds > 0 ? `, ${count(Math.round(calls / seconds))} commands a second on average` : '';
}

function commandLines({ commands }: AofStats, options: StatsTextOptions): string[] {
  if (commands.length === 0) return [];
  const calls = commands.reduce((sum, command) => sum + command.calls, 0);
  const bytes = commands.reduce((sum, command) => sum + command.bytes, 0);
  const shown = commands.slice(0, options.top);
  const columns: Column[] = [
    { head: 'Commands', cells: shown.map(({ name }) => cut(printableText(name), 24)) },
    { head: 'calls', cells: shown.map((command) => count(command.calls)), align: 'right' },
    { head: '', cells: shown.map((command) => percent(command.calls, calls)), align: 'right' },
    { head: '', cells: shown.map((command) => bar(command.calls, calls, BAR)), spare: 1 },
    { head: 'bytes', cells: shown.map((command) => binarySize(command.bytes)), align: 'right' },
    { head: '', cells: shown.map((command) => percent(command.bytes, bytes)), align: 'right' },
  ];
  const lines = table(columns, options.columns, heads(options));
  const left = commands.slice(shown.length);
  if (left.length > 0) {
    const rest = left.reduce((sum, command) => sum + command.calls, 0);
    lines.push(remark(`… and ${plural(left.length, 'more name')} with ${plural(rest, 'call')}`, options));
  }
  return lines;
}

function prefixLines({ prefixes, written }: AofStats, options: StatsTextOptions): string[] {
  const { tree, separators, guessed, exact, without, distinct } = prefixes;
  if (tree.length === 0) return [];
  const share = ({ writes, bytes }: Written) => Math.max(writes / (written.writes || 1), bytes / (written.bytes || 1));
  const chosen = largestNodes(tree, share, options.top);
  const rows: Row[] = [...inOrder(tree, chosen)].map(([{ prefix, depth, writes, bytes, missing }, parent]) => {
    return { name: '  '.repeat(depth - 1) + shownName(ownPart(prefix, parent)), writes, bytes, missing };
  });
  if (without.writes > 0) rows.push({ name: '(no prefix)', missing: undefined, ...without });
  const columns: Column[] = [
    { head: 'Prefixes', cells: rows.map(({ name }) => name), least: NAME_LEAST },
    ...writtenColumns(rows, written),
  ];
  const how = guessed ? ' (guessed from the names; set with --separator)' : '';
  const at = separators.map((separator) => JSON.stringify(separator)).join(' ');
  const many = `${exact ? '' : 'at least '}${plural(distinct, 'prefix', 'prefixes')}`;
  const lines = [
    ...table(columns, options.columns, heads(options)),
    remark(`${many}, names divided at ${at}${how}.`, options),
  ];
  if (!exact)
    lines.push(
      remark('There are more prefixes than are counted at a time: numbers with >= are lower bounds.', options),
    );
  return lines;
}

interface Row extends Written {
  readonly name: string;
  readonly missing: Written | undefined;
}

function keyLines(stats: AofStats, options: StatsTextOptions): string[] {
  const { byWrites, byBytes } = stats.busiest;
  const shown = byWrites.slice(0, options.top);
  if (shown.length === 0) return [];
  const lines = table(keyColumns('Keys written most often', shown, stats), options.columns, heads(options));
  const known = new Set(shown.map(identity));
  const others = byBytes.slice(0, options.top).filter((key) => !known.has(identity(key)));
  const few = others.slice(0, Math.ceil(options.top / 3));
  if (few.length > 0)
    lines.push('', ...table(keyColumns('Others with many bytes', few, stats), options.columns, heads(options)));
  const { writesMissedAtMost: missed } = stats;
  if (missed > 0) {
    const why = 'There are more keys than are counted at a time';
    const most = `a key that is not listed has at most ${plural(missed, 'write')} more than was counted`;
    lines.push(remark(`${why}: numbers with >= are lower bounds, and ${most}.`, options));
  }
  return lines;
}

function keyColumns(title: string, keys: readonly BusyKey[], { written }: AofStats): Column[] {
  const several = keys.some(({ db }) => db !== keys[0].db);
  return [
    { head: title, cells: keys.map(({ key }) => shownName(key)), least: KEY_LEAST },
    ...(several || keys[0].db !== 0 ? [{ head: 'db', cells: keys.map(({ db }) => String(db)) } as const] : []),
    ...writtenColumns(keys, written),
  ];
}

function writtenColumns(rows: readonly Omit<Row, 'name'>[], all: Written): Column[] {
  const size = (bytes: number) => binarySize(Math.round(bytes));
  return [
    { head: 'writes', cells: rows.map(({ writes, missing }) => atLeast(writes, missing?.writes)), align: 'right' },
    { head: '', cells: rows.map(({ writes }) => percent(writes, all.writes)), align: 'right' },
    { head: '', cells: rows.map(({ writes }) => bar(writes, all.writes, BAR)), spare: 1 },
    { head: 'bytes', cells: rows.map(({ bytes, missing }) => atLeast(bytes, missing?.bytes, size)), align: 'right' },
    { head: '', cells: rows.map(({ bytes }) => percent(bytes, all.bytes)), align: 'right' },
  ];
}

function rateLines({ rate: { step, points } }: AofStats, options: StatsTextOptions): string[] {
  if (points.length === 0) return [];
  const most = points.reduce((max, { commands }) => Math.max(max, commands), 1);
  const every = Math.ceil(points.length / POINTS_SHOWN);
  const shown: RatePoint[] = [];
  for (let i = 0; i < points.length; i += every) {
    shown.push(points.slice(i, i + every).reduce((a, b) => (b.commands > a.commands ? b : a)));
  }
  const columns: Column[] = [
    { head: 'Over time', cells: shown.map(({ at }) => moment(at * 1000)) },
    { head: 'commands', cells: shown.map(({ commands }) => count(commands)), align: 'right' },
    { head: 'bytes', cells: shown.map(({ bytes }) => binarySize(bytes)), align: 'right' },
    { head: '', cells: shown.map(({ commands }) => bar(commands, most, 2 * BAR)), spare: 1 },
  ];
  const span = step === 1 ? 'a second' : `${count(step)} seconds`;
  const choice = every > 1 ? `, the busiest of ${every}` : '';
  return [...table(columns, options.columns, heads(options)), remark(`A line is ${span}${choice}.`, options)];
}
