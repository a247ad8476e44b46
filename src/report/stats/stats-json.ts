// The JSON document of `stats`, which docs/stats-json.md describes.
import type { AofStats } from '../../stats/aof/aof-report.js';
import type { PrefixReport, PrefixStats, SlotReport, StatsReport, Totals } from '../../stats/report.js';
import { asciiJson } from '../ascii-json.js';
import { type BytesForm, jsonForm } from './json-form.js';

/** What was counted of the inputs of one run. */
export interface StatsResults {
  /** All dumps, added up; null when there is none. */
  readonly dumps: StatsReport | null;
  /** Each dump by itself, where that was asked for. */
  readonly perFile?: readonly StatsReport[];
  /** Append-only files and sets. */
  readonly logs: readonly AofStats[];
  /** How many inputs could not be read at all. */
  readonly lost?: number;
}

export interface StatsJsonOptions {
  readonly bytes: BytesForm;
  /** How many entries lists have at most: of prefixes at each place of the tree. */
  readonly top: number;
}

const ZERO: Totals = { keys: 0, expires: 0, bytes: 0, memory: 0, elements: 0 };

/** The statistics as one JSON document, schema 1. */
export function statsJson({ dumps, perFile, logs, lost = 0 }: StatsResults, options: StatsJsonOptions): string {
  const { bytes, top } = options;
  const { files: _, complete: __, limited: ___, ...rest } = dumps ? dumpJson(dumps, top) : ({} as Partial<StatsReport>);
  const reports = perFile ?? (dumps ? [dumps] : []);
  const document = {
    schema: 1,
    complete: lost === 0 && [...reports, ...logs].every(({ complete }) => complete),
    limited: reports.some(({ limited }) => limited),
    ...(bytes === 'base64' ? { bytes } : {}),
    files: [...reports.flatMap(({ files }) => files), ...logs.map((log) => logJson(log, top))],
    ...rest,
    ...(perFile ? { perFile: perFile.map((report) => dumpJson(report, top)) } : {}),
  };
  return asciiJson(jsonForm(document, bytes));
}

function dumpJson(report: StatsReport, top: number) {
  const { biggest, prefixes, slots, ...rest } = report;
  return {
    ...rest,
    prefixes: prefixesJson(prefixes, report.totals, top),
    biggest: {
      byBytes: biggest.byBytes.slice(0, top),
      byMemory: biggest.byMemory.slice(0, top),
      byElements: biggest.byElements.slice(0, top),
      elements: biggest.elements.slice(0, top),
    },
    slots: slotsJson(slots, top),
  };
}

function logJson({ dump, dataset, busiest, prefixes, ...stats }: AofStats, top: number) {
  return {
    ...stats,
    busiest: { byWrites: busiest.byWrites.slice(0, top), byBytes: busiest.byBytes.slice(0, top) },
    prefixes,
    dump: dump && dumpJson(dump, top),
    dataset: dataset ? dumpJson(dataset, top) : null,
  };
}

function prefixesJson({ tree, ...rest }: PrefixReport, totals: Totals, top: number) {
  return { ...rest, ...levelJson(tree, less(totals, rest.without), top, 'tree') };
}

function nodeJson({ children, missing, ...rest }: PrefixStats, top: number): object {
  return { ...rest, ...(missing ? { missing } : {}), ...levelJson(children, rest, top, 'children') };
}

/** The largest nodes of one level, and what is left of `all` without them. */
function levelJson(nodes: readonly PrefixStats[], all: Totals, top: number, name: 'tree' | 'children') {
  const shown = nodes.slice(0, top);
  return {
    [name]: shown.map((node) => nodeJson(node, top)),
    others: { prefixes: nodes.length - shown.length, ...shown.reduce(less, { ...ZERO, ...pick(all) }) },
  };
}

/** Lower bounds may add up to more than their parent's: less than nothing is nothing. */
function less(all: Totals, part: Totals): Totals {
  return {
    keys: Math.max(0, all.keys - part.keys),
    expires: Math.max(0, all.expires - part.expires),
    bytes: Math.max(0, all.bytes - part.bytes),
    memory: Math.max(0, all.memory - part.memory),
    elements: Math.max(0, all.elements - part.elements),
  };
}

function pick({ keys, expires, bytes, memory, elements }: Totals): Totals {
  return { keys, expires, bytes, memory, elements };
}

function slotsJson({ relevant, used, biggest, tags }: SlotReport, top: number) {
  return { relevant, used, biggest: biggest.slice(0, top), tags: tags.slice(0, top) };
}
