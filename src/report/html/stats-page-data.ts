// Statistics -> what a page carries.
import type { Distribution, KeyStats, SlotReport, StatsFile, StatsReport } from '../../stats/report.js';
import { nameText, plainText } from './name-text.js';
import type { PageData, PageFile, PageKey, PageSlots } from './page-data.js';
import { pageFindings } from './page-findings.js';
import { prefixRows } from './prefix-rows.js';

/** Bars of the chart of slots. */
const SLOT_RANGES = 256;

/** All that a page about the report shows, as plain data for JSON. */
export function statsPageData(report: StatsReport): PageData {
  const { prefixes, biggest, distributions } = report;
  return {
    kind: 'stats',
    files: report.files.map(pageFile),
    complete: report.complete,
    limited: report.limited,
    filters: report.filters.map(plainText),
    nowMs: report.nowMs,
    nowSource: report.nowSource,
    memoryModel: { ...report.memoryModel, server: plainText(report.memoryModel.server) },
    totals: report.totals,
    expired: report.expired,
    memoryUnknown: report.memoryUnknown,
    databases: report.databases,
    types: report.types.map((row) => ({ ...row, type: plainText(row.type) })),
    encodings: report.encodings.map((row) => ({
      ...row,
      type: plainText(row.type),
      encoding: plainText(row.encoding),
    })),
    prefixes: {
      separators: prefixes.separators.map(plainText),
      guessed: prefixes.guessed,
      depth: prefixes.depth,
      exact: prefixes.exact,
      without: prefixes.without,
      distinct: prefixes.distinct,
      rows: prefixRows(prefixes.tree),
    },
    biggest: {
      byBytes: biggest.byBytes.map(pageKey),
      byMemory: biggest.byMemory.map(pageKey),
      byElements: biggest.byElements.map(pageKey),
      elements: biggest.elements.map((row) => ({
        db: row.db,
        key: nameText(row.key),
        type: plainText(row.type),
        element: row.element && nameText(row.element),
        bytes: row.bytes,
      })),
    },
    distributions: {
      valueBytes: distributions.valueBytes,
      elements: distributions.elements,
      keyLength: distributions.keyLength,
      ttlSeconds: distributions.ttlSeconds,
      idleSeconds: someOf(distributions.idleSeconds),
      frequency: someOf(distributions.frequency),
    },
    slots: report.slots.relevant ? pageSlots(report.slots) : null,
    functions: report.functions.map((row) => ({
      name: plainText(row.name),
      engine: plainText(row.engine),
      bytes: row.bytes,
    })),
    modules: report.modules.map((row) => ({ ...row, name: plainText(row.name) })),
  };
}

function someOf(distribution: Distribution | undefined): Distribution | null {
  return distribution ?? null;
}

function pageFile(file: StatsFile): PageFile {
  return {
    path: plainText(file.path),
    kind: file.kind,
    bytes: file.bytes,
    end: file.end,
    complete: file.complete,
    outcome: file.outcome,
    producer: file.producer && {
      name: plainText(file.producer.name),
      version: file.producer.version === null ? null : plainText(file.producer.version),
    },
    rdbVersion: file.rdbVersion,
    createdAtMs: file.createdAtMs,
    checksum: file.checksum,
    keys: file.keys,
    aux: Object.entries(file.aux).map(([name, value]) => [plainText(name), plainText(value)]),
    ...pageFindings(file.findings),
  };
}

function pageKey(row: KeyStats): PageKey {
  return {
    db: row.db,
    key: nameText(row.key),
    type: plainText(row.type),
    encoding: plainText(row.encoding),
    bytes: row.bytes,
    memory: row.memory,
    elements: row.elements,
    expireAtMs: row.expireAtMs,
  };
}

function pageSlots(slots: SlotReport): PageSlots {
  const rangeSize = Math.max(1, Math.ceil(slots.keys.length / SLOT_RANGES));
  return {
    used: slots.used,
    rangeSize,
    keys: addRanges(slots.keys, rangeSize),
    bytes: addRanges(slots.bytes, rangeSize),
    memory: addRanges(slots.memory, rangeSize),
    biggest: slots.biggest,
    tags: slots.tags.map((row) => ({ ...row, tag: nameText(row.tag), missing: row.missing ?? null })),
  };
}

function addRanges(numbers: readonly number[], size: number): number[] {
  const sums = new Array<number>(Math.ceil(numbers.length / size)).fill(0);
  for (const [i, n] of numbers.entries()) sums[Math.floor(i / size)] += n;
  return sums;
}
