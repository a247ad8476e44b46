// A comparison as one self-contained page.
import { sizeOfGroup } from '../../diff/group.js';
import type { Diff, GroupDifferences, PrefixDifferences, SideSummary } from '../../diff/report.js';
import { pickChanges } from './diff-changes.js';
import type { DiffPageData, DiffPrefixRow, GroupSums, PageSide } from './diff-page-data.js';
import { nameText, plainText } from './name-text.js';
import { pageFindings } from './page-findings.js';
import { htmlPage } from './page-shell.js';
import { flatRows } from './prefix-rows.js';

/** Prefixes that a page carries. */
const MOST_PREFIXES = 5000;

export interface DiffHtmlOptions {
  /** How the sides were compared: see DiffOptions. */
  readonly ignoreTtl: boolean;
  readonly ttlTolerance: number;
  /** So many changes at most of what the page would list. */
  readonly limit?: number;
}

/**
 * One HTML page that opens offline, with the same promises as that of statistics: nothing is requested, and no name is taken
 * for markup or script. It carries 7,000 changes and 5,000 prefixes at most: about 600 KB, and 2 MB more for all of them.
 */
export function diffHtml(diff: Diff, options: DiffHtmlOptions): string {
  const data = diffPageData(diff, options);
  const [left, right] = [titleOf(data.left), titleOf(data.right)];
  return htmlPage(`${left} → ${right} · rdbkit diff`, data, 'rdbkit diff --json');
}

/** All that a page about the comparison shows, as plain data for JSON. */
export function diffPageData(diff: Diff, { ignoreTtl, ttlTolerance, limit }: DiffHtmlOptions): DiffPageData {
  const { summary } = diff;
  const { prefixes } = summary;
  const { rows, distinct } = diffPrefixRows(prefixes.tree);
  return {
    kind: 'diff',
    left: pageSide(summary.left),
    right: pageSide(summary.right),
    ...{ ignoreTtl, ttlTolerance },
    complete: summary.complete,
    sample: summary.sample,
    filters: summary.filters.map(plainText),
    added: summary.added,
    removed: summary.removed,
    changed: summary.changed,
    unchanged: summary.unchanged,
    unsure: summary.unsure,
    kinds: summary.kinds,
    expiry: summary.expiry,
    bytes: summary.bytes,
    databases: summary.databases,
    types: summary.types.map((row) => ({ ...row, type: plainText(row.type) })),
    prefixes: {
      separators: prefixes.separators.map(plainText),
      guessed: prefixes.guessed,
      depth: prefixes.depth,
      without: prefixes.without,
      distinct,
      rows,
    },
    changes: pickChanges(diff, limit),
  };
}

function pageSide({ inputs, repeatedKeys, complete, keys, bytes, repeated }: SideSummary): PageSide {
  return {
    inputs: inputs.map(({ findings, producer, path, outcome: _outcome, ...input }) => ({
      ...input,
      path: plainText(path === '-' ? 'standard input' : path),
      producer: producer && {
        name: plainText(producer.name),
        version: producer.version === null ? null : plainText(producer.version),
      },
      ...pageFindings(findings),
    })),
    repeatedKeys: repeatedKeys.map(({ db, key }) => ({ db, key: nameText(key) })),
    ...{ complete, keys, bytes, repeated },
  };
}

/** The prefixes with most differences. A parent has no fewer than its children, and so is never missing. */
function diffPrefixRows(tree: readonly PrefixDifferences[]): { rows: DiffPrefixRow[]; distinct: number } {
  const all = flatRows<PrefixDifferences, { size: number; row: DiffPrefixRow }>(tree, (level, name, node) => ({
    size: sizeOfGroup(node),
    row: [level, name, groupSums(node)],
  }));
  const largest = [...all].sort((a, b) => b.size - a.size).slice(0, MOST_PREFIXES);
  const kept = new Set(largest);
  return { rows: all.filter((each) => kept.has(each)).map(({ row }) => row), distinct: all.length };
}

function groupSums({ added, removed, changed, expireOnly, bytes }: GroupDifferences): GroupSums {
  return [added, removed, changed, expireOnly, bytes];
}

function titleOf({ inputs }: PageSide): string {
  const [first] = inputs;
  const name = first ? first.path.split(/[/\\]/).at(-1) || first.path : 'nothing';
  return inputs.length > 1 ? `${name} and ${inputs.length - 1} more` : name;
}
