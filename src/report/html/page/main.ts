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

function show(data: PageData, report: HTMLElement): void {
  watchTheme();
  const tree = buildTree(data);
  const map = mapSection(data, tree);
  const spread = spreadSection(data);
  const slots = data.slots && slotsSection(data.slots, data);
  const code = codeSection(data);
  const prefixes = prefixSection(data, tree, (node) => {
    map.open(node);
    map.element.scrollIntoView({ block: 'start' });
  });
  const links: [string, string][] = [
    ['map', 'Space'],
    ['kinds', 'Types'],
    ['keys', 'Biggest keys'],
    ['prefixes', 'Prefixes'],
    ['spread', 'Distributions'],
    ...(slots ? [['slots', 'Slots'] satisfies [string, string]] : []),
    ...(code ? [['code', 'Functions and modules'] satisfies [string, string]] : []),
    ['files', 'Files'],
  ];
  report.append(
    header(data),
    el(
      'nav',
      { class: 'sections', 'aria-label': 'Sections' },
      ...links.map(([id, text]) => el('a', { href: `#${id}` }, text)),
    ),
    el(
      'main',
      {},
      map.element,
      kindsSection(data),
      keysSection(data),
      prefixes,
      spread.element,
      slots?.element ?? '',
      code ?? '',
      filesSection(data),
    ),
  );
  map.start();
  spread.start();
  slots?.start();
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
