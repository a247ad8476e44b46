// What a tooltip says of a prefix.
import type { Totals } from '../../../stats/report.js';
import { tip } from './chart.js';
import { el } from './dom.js';
import { cutName, wholeName } from './names.js';
import { count, exactly, percent, written } from './numbers.js';
import type { PrefixNode } from './prefix-tree.js';
import { measure, measured, measureFacts } from './state.js';

/** Sums of a node, and its shares of `level`, the part that is looked at, and of the `whole`. */
export function nodeTip(node: PrefixNode<Totals>, level: PrefixNode<Totals>, whole: PrefixNode<Totals>): HTMLElement {
  const { totals } = node;
  const least = node.missing ? '≥ ' : '';
  const { noun } = measureFacts(measure.value);
  const shares: [string, string][] = [[`of all ${noun}`, percent(measured(totals), measured(whole.totals))]];
  if (level !== whole && level !== node) {
    shares.unshift([`of ${cutName(level.name, 30)}`, percent(measured(totals), measured(level.totals))]);
  }
  const size = (n: number) => `${least}${written(n, 'bytes')} (${exactly(n, 'bytes')})`;
  return tip(el('bdi', {}, cutName(wholeName(node.whole), 400)), [
    ['memory', size(totals.memory)],
    ['serialized', size(totals.bytes)],
    ['keys', least + count(totals.keys)],
    ['elements', least + count(totals.elements)],
    ...shares,
  ]);
}
