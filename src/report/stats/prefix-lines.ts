// The tree of prefixes: the largest nodes of all levels, each below its parent.
import type { PrefixReport, PrefixStats, StatsReport } from '../../stats/report.js';
import { binarySize, count, plural } from '../format.js';
import { bar, type Column, table } from './columns.js';
import { inOrder, largestNodes, ownPart } from './tree.js';
import { atLeast, between, heads, percent, remark, type StatsTextOptions, shownName } from './words.js';

const BAR = 16;
const NAME_LEAST = 18;

interface Row {
  readonly name: string;
  readonly memory: string;
  readonly share: number;
  readonly keys: string;
  readonly bytes: string;
}

/** The tree, with what it leaves out, and how it was made. */
export function prefixLines(report: StatsReport, options: StatsTextOptions): string[] {
  const { prefixes, totals } = report;
  if (totals.keys === 0) return [];
  if (prefixes.tree.length === 0) return [options.colors.bold('Prefixes'), remark(noneText(prefixes), options)];
  const chosen = largestNodes(prefixes.tree, ({ memory }) => memory / (totals.memory || 1), options.top);
  const rows = [...inOrder(prefixes.tree, chosen)].map(([node, parent]) => rowOf(node, parent));
  const columns: Column[] = [
    { head: 'Prefixes', cells: [], least: NAME_LEAST },
    { head: 'memory', cells: [], align: 'right' },
    { head: '', cells: [], align: 'right' },
    { head: '', cells: [], spare: 2 },
    { head: 'keys', cells: [], align: 'right' },
    { head: 'in the file', cells: [], align: 'right', spare: 1 },
  ];
  const all = [...rows, ...restRows(report, chosen)];
  const cells = [
    all.map(({ name }) => name),
    all.map(({ memory }) => memory),
    all.map(({ share }) => percent(share, totals.memory)),
    all.map(({ share }) => bar(share, totals.memory, BAR)),
    all.map(({ keys }) => keys),
    all.map(({ bytes }) => bytes),
  ];
  const filled = columns.map((column, i) => ({ ...column, cells: cells[i] }));
  return [...table(filled, options.columns, heads(options)), ...remarks(prefixes, options)];
}

function rowOf(node: PrefixStats, parent: PrefixStats | undefined): Row {
  const { prefix, depth, memory, keys, bytes, missing } = node;
  return {
    name: '  '.repeat(Math.max(0, depth - 1)) + shownName(ownPart(prefix, parent)),
    memory: between(memory, missing?.memory),
    share: memory,
    keys: atLeast(keys, missing?.keys),
    bytes: atLeast(bytes, missing?.bytes, binarySize),
  };
}

/** What the rows of the first level leave out, so that they add up with it. */
function restRows({ prefixes, totals }: StatsReport, chosen: Set<PrefixStats>): Row[] {
  const { without, tree, exact } = prefixes;
  const shown = tree.filter((node) => chosen.has(node));
  const left = (what: 'keys' | 'bytes' | 'memory') =>
    totals[what] - without[what] - shown.reduce((sum, node) => sum + node[what], 0);
  const rows: Row[] = [];
  if (left('keys') > 0) {
    const most = exact ? '' : '<= ';
    rows.push({
      name: '(other prefixes)',
      memory: most + binarySize(left('memory')),
      share: left('memory'),
      keys: most + count(left('keys')),
      bytes: most + binarySize(left('bytes')),
    });
  }
  if (without.keys > 0) {
    const { keys, bytes, memory } = without;
    rows.push({
      name: '(no prefix)',
      memory: binarySize(memory),
      share: memory,
      keys: count(keys),
      bytes: binarySize(bytes),
    });
  }
  return rows;
}

function remarks({ separators, guessed, exact, distinct, depth }: PrefixReport, options: StatsTextOptions): string[] {
  const all = `${exact ? '' : 'at least '}${plural(distinct, 'prefix', 'prefixes')}`;
  const levels = depth === 1 ? '' : ` on ${depth} levels`;
  const how = guessed ? ' (guessed from the names; set with --separator)' : '';
  const lines = [remark(`${all}${levels}, names divided at ${quoted(separators)}${how}.`, options)];
  if (!exact) {
    const why = 'There are more prefixes than are counted at a time';
    lines.push(
      remark(`${why}: numbers with >= are lower bounds. --exact makes them exact, with a second pass.`, options),
    );
  }
  return lines;
}

function noneText({ separators, guessed }: PrefixReport): string {
  if (separators.length === 0) return 'Nothing seems to divide the names of the keys (--separator says what does).';
  const how = guessed ? ' (guessed from some names; set with --separator)' : '';
  return `No name is divided at ${quoted(separators)}${how}.`;
}

function quoted(separators: readonly string[]): string {
  return separators.map((separator) => JSON.stringify(separator)).join(' ');
}
