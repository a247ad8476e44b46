// A comparison as a page.
import type { DiffPageData } from '../../diff-page-data.js';
import { fill, type Part } from '../report.js';
import { changesSection } from './changes-section.js';
import { groupTree } from './groups.js';
import { inputsSection } from './inputs-section.js';
import { differing } from './kinds.js';
import { prefixTable } from './prefix-table.js';
import { top } from './verdict.js';
import { whatSection } from './what-section.js';
import { whereSection } from './where-section.js';

export function showDiff(data: DiffPageData, report: HTMLElement): void {
  const parts = differing(data) > 0 ? partsOfDifferences(data) : [];
  fill(report, top(data), [...parts, { name: 'Files', element: inputsSection(data) }]);
}

/** What there is to say when there are differences. */
function partsOfDifferences(data: DiffPageData): Part[] {
  const tree = groupTree(data);
  const where = whereSection(data, tree);
  const prefixes = prefixTable(data, tree, (node) => {
    where.open(node);
    where.element.scrollIntoView({ block: 'start' });
  });
  return [
    { name: 'Where', ...where },
    { name: 'What', element: whatSection(data) },
    { name: 'Keys', element: changesSection(data) },
    { name: 'Prefixes', element: prefixes },
  ];
}
