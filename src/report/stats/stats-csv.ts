// Tables of the statistics as comma-separated values: every row that was kept, not just those that a terminal shows.
import type { AofStats, WrittenPrefix } from '../../stats/aof/aof-report.js';
import type { PrefixStats, StatsReport } from '../../stats/report.js';
import { type CsvValue, csvText } from './csv.js';
import type { BytesForm } from './json-form.js';
import type { StatsResults } from './stats-json.js';
import type { StatsTable } from './tables.js';
import { identity } from './words.js';

type Row = readonly CsvValue[];

interface Table {
  readonly header: readonly string[];
  /** The rows that a report of dumps gives, or an append-only log. */
  readonly dump?: (report: StatsReport) => Iterable<Row>;
  readonly log?: (stats: AofStats) => Iterable<Row>;
}

const TOTALS = ['keys', 'expires', 'bytes', 'memory', 'elements'] as const;
const KEY_HEADER = ['db', 'key', 'type', 'encoding', 'bytes', 'memory', 'elements', 'expireAtMs'];

const TABLES = {
  prefixes: {
    header: ['prefix', 'depth', ...TOTALS, ...TOTALS.map((name) => `${name}Missing`)],
    dump: ({ prefixes }) => [...nodes(prefixes.tree)].map(prefixRow),
  },
  keys: { header: KEY_HEADER, dump: keyRows },
  elements: {
    header: ['db', 'key', 'type', 'element', 'bytes'],
    dump: ({ biggest }) => biggest.elements.map(({ db, key, type, element, bytes }) => [db, key, type, element, bytes]),
  },
  databases: { header: ['db', ...TOTALS], dump: ({ databases }) => databases.map((row) => [row.db, ...sums(row)]) },
  types: { header: ['type', ...TOTALS], dump: ({ types }) => types.map((row) => [row.type, ...sums(row)]) },
  encodings: {
    header: ['type', 'encoding', ...TOTALS],
    dump: ({ encodings }) => encodings.map((row) => [row.type, row.encoding, ...sums(row)]),
  },
  distributions: {
    header: ['distribution', 'from', 'to', 'count'],
    dump: ({ distributions }) =>
      Object.entries(distributions).flatMap(
        ([name, spread]: [string, StatsReport['distributions']['elements'] | undefined]) =>
          (spread?.buckets ?? []).map(({ from, to, count }) => [name, from, to, count]),
      ),
  },
  slots: {
    header: ['slot', 'keys', 'bytes', 'memory'],
    dump: ({ slots }) =>
      slots.keys.flatMap((keys, slot) => (keys > 0 ? [[slot, keys, slots.bytes[slot], slots.memory[slot]]] : [])),
  },
  tags: {
    header: ['tag', 'slot', ...TOTALS, ...TOTALS.map((name) => `${name}Missing`)],
    dump: ({ slots }) => slots.tags.map((row) => [row.tag, row.slot, ...sums(row), ...gaps(row.missing)]),
  },
  functions: {
    header: ['name', 'engine', 'bytes'],
    dump: ({ functions }) => functions.map(({ name, engine, bytes }) => [name, engine, bytes]),
  },
  modules: {
    header: ['name', 'keys', 'bytes'],
    dump: ({ modules }) => modules.map(({ name, keys, bytes }) => [name, keys, bytes]),
  },
  commands: {
    header: ['path', 'command', 'calls', 'bytes'],
    log: ({ path, commands }) => commands.map(({ name, calls, bytes }) => [path, name, calls, bytes]),
  },
  'written-keys': {
    header: ['path', 'db', 'key', 'writes', 'bytes', 'writesMissing', 'bytesMissing'],
    log: ({ path, busiest }) =>
      once([...busiest.byWrites, ...busiest.byBytes]).map(({ db, key, writes, bytes, missing }) => {
        return [path, db, key, writes, bytes, missing?.writes ?? 0, missing?.bytes ?? 0];
      }),
  },
  'written-prefixes': {
    header: ['path', 'prefix', 'depth', 'writes', 'bytes', 'writesMissing', 'bytesMissing'],
    log: ({ path, prefixes }) =>
      [...nodes<WrittenPrefix>(prefixes.tree)].map(({ prefix, depth, writes, bytes, missing }) => {
        return [path, prefix, depth, writes, bytes, missing?.writes ?? 0, missing?.bytes ?? 0];
      }),
  },
  rate: {
    header: ['path', 'at', 'seconds', 'commands', 'bytes'],
    log: ({ path, rate }) => rate.points.map(({ at, commands, bytes }) => [path, at, rate.step, commands, bytes]),
  },
} satisfies Readonly<Record<StatsTable, Table>>;

/**
 * One table with a header line. Those about dumps have the rows of `dumps`, or of the dumps in front of append-only logs
 * where no other dump was counted; those about logs (`commands`, `written-…`, `rate`) say in each row which one it is about.
 */
export function statsCsv({ dumps, logs }: StatsResults, table: StatsTable, form: BytesForm = 'text'): string {
  const { header, dump, log }: Table = TABLES[table];
  const reports = dumps ? [dumps] : logs.flatMap((stats) => stats.dump ?? []);
  const rows = [
    ...(dump ? reports.flatMap((report) => [...dump(report)]) : []),
    ...(log ? logs.flatMap((stats) => [...log(stats)]) : []),
  ];
  return csvText(header, rows, form);
}

function* nodes<T extends { readonly children: readonly T[] }>(tree: readonly T[]): Generator<T> {
  for (const node of tree) {
    yield node;
    yield* nodes(node.children);
  }
}

function prefixRow(node: PrefixStats): Row {
  return [node.prefix, node.depth, ...sums(node), ...gaps(node.missing)];
}

/** The biggest keys by bytes, memory and elements, most memory first. */
function keyRows({ biggest: { byMemory, byBytes, byElements } }: StatsReport): Row[] {
  return once([...byMemory, ...byBytes, ...byElements])
    .sort((a, b) => b.memory - a.memory)
    .map(({ db, key, type, encoding, bytes, memory, elements, expireAtMs }) => {
      return [db, key, type, encoding, bytes, memory, elements, expireAtMs];
    });
}

/** Each key once, where it stands first. */
function once<T extends { readonly db: number; readonly key: Uint8Array }>(keys: readonly T[]): T[] {
  const known = new Map<string, T>();
  for (const key of keys) if (!known.has(identity(key))) known.set(identity(key), key);
  return [...known.values()];
}

function sums(row: StatsReport['totals']): number[] {
  return TOTALS.map((name) => row[name]);
}

function gaps(missing: StatsReport['totals'] | undefined): number[] {
  return TOTALS.map((name) => missing?.[name] ?? 0);
}
