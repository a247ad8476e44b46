// The data that a log begins with, in a few lines.
import { printableText } from '../../keyspace/bytes-text.js';
import type { PrefixStats, StatsReport, TypeStats } from '../../stats/report.js';
import { binarySize, count, plural } from '../format.js';
import { cut } from './columns.js';
import { fact, percent, type StatsTextOptions, shownName } from './words.js';

const SHOWN = 4;

/** What the RDB in front of the commands holds: sums, types, prefixes and the biggest key. */
export function baseLines(report: StatsReport, options: StatsTextOptions): string[] {
  const { totals, types, prefixes, biggest, memoryModel } = report;
  const lines = [options.colors.bold('Data before the commands')];
  if (totals.keys === 0) return [...lines, fact('keys', 'none', options)];
  const model = `estimated for ${printableText(memoryModel.server)}, ${memoryModel.allocator} allocator`;
  const expiring = `${percent(totals.expires, totals.keys)} expire`;
  lines.push(
    fact('keys', `${count(totals.keys)}, ${expiring}; ${binarySize(totals.memory)} of memory (${model})`, options),
  );
  const share = ({ memory }: TypeStats | PrefixStats) => percent(memory, totals.memory);
  const list = types.slice(0, SHOWN).map((type) => `${cut(printableText(type.type), 24)} ${share(type)}`);
  lines.push(fact('types', `${list.join(', ')} of memory`, options));
  if (prefixes.tree.length > 0) {
    const names = prefixes.tree.slice(0, SHOWN).map((node) => `${cut(shownName(node.prefix), 24)} ${share(node)}`);
    lines.push(fact('prefixes', `${names.join(', ')} of memory`, options));
  }
  const [key] = biggest.byMemory;
  if (key) {
    const amount = `${binarySize(key.memory)}, ${plural(key.elements, 'element')}`;
    lines.push(fact('biggest', `${cut(shownName(key.key), 48)} (${printableText(key.type)}): ${amount}`, options));
  }
  return lines;
}
