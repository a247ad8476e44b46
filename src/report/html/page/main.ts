// What runs inside an HTML report: reads the data that stand in the page, and draws it.
import type { PageData } from '../page-data.js';
import { el } from './dom.js';
import { codeSection, filesSection } from './files-section.js';
import { header } from './header.js';
import { keysSection } from './keys-section.js';
import { kindsSection } from './kinds-section.js';
import { mapSection } from './map-section.js';
import { prefixSection } from './prefix-section.js';
import { buildTree } from './prefix-tree.js';
import { slotsSection } from './slots-section.js';
import { spreadSection } from './spread-section.js';
import { watchTheme } from './state.js';

interface Part {
  /** In the list of sections. */
  readonly name: string;
  readonly element: HTMLElement | null | undefined;
  /** Draws its charts, once it is in the page. */
  start?(): void;
}

function show(data: PageData, report: HTMLElement): void {
  watchTheme();
  const parts = [
    ...(data.totals.keys > 0 ? partsOfKeys(data) : []),
    { name: 'Functions and modules', element: codeSection(data) },
    { name: 'Files', element: filesSection(data) },
  ].filter(({ element }) => element);
  report.append(
    header(data),
    el(
      'nav',
      { class: 'sections', 'aria-label': 'Sections' },
      ...parts.map(({ name, element }) => el('a', { href: `#${element?.id}` }, name)),
    ),
    el('main', {}, ...parts.map(({ element }) => element)),
  );
  for (const part of parts) part.start?.();
}

/** What there is to say when there are keys. */
function partsOfKeys(data: PageData): Part[] {
  const tree = buildTree(data);
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

const [report, json] = [document.getElementById('report'), document.getElementById('data')];
if (report && json) {
  try {
    show(JSON.parse(json.textContent ?? ''), report);
  } catch (error) {
    report.append(
      el('p', { class: 'banner bad' }, 'This browser could not draw the report. A newer one may be able to.'),
    );
    throw error;
  }
}
