// Statistics as a page.
import type { PageData } from '../page-data.js';
import { codeSection, filesSection } from './files-section.js';
import { header } from './header.js';
import { keysSection } from './keys-section.js';
import { kindsSection } from './kinds-section.js';
import { mapSection } from './map-section.js';
import { prefixSection } from './prefix-section.js';
import { fill, type Part } from './report.js';
import { slotsSection } from './slots-section.js';
import { spreadSection } from './spread-section.js';
import { totalsTree } from './totals.js';

export function showStats(data: PageData, report: HTMLElement): void {
  fill(report, header(data), [
    ...(data.totals.keys > 0 ? partsOfKeys(data) : []),
    { name: 'Functions and modules', element: codeSection(data) },
    { name: 'Files', element: filesSection(data) },
  ]);
}

/** What there is to say when there are keys. */
function partsOfKeys(data: PageData): Part[] {
  const tree = totalsTree(data);
  const map = mapSection(data, tree);
  const prefixes = prefixSection(data, tree, (node) => {
    map.open(node);
    map.element.scrollIntoView({ block: 'start' });
  });
  const slots = data.slots && slotsSection(data.slots, data);
  return [
    { name: 'Space', ...map },
    { name: 'Types', element: kindsSection(data) },
    { name: 'Biggest keys', element: keysSection(data) },
    { name: 'Prefixes', element: prefixes },
    { name: 'Distributions', ...spreadSection(data) },
    { name: 'Slots', element: slots?.element, start: () => slots?.start() },
  ];
}
