// What runs inside an HTML report: reads the data that stand in the page, and draws the report that they are of.
import type { ReportData } from '../report-data.js';
import { showDiff } from './diff/diff-page.js';
import { el } from './dom.js';
import { watchTheme } from './state.js';
import { showStats } from './stats-page.js';

function show(data: ReportData, report: HTMLElement): void {
  watchTheme();
  if (data.kind === 'diff') showDiff(data, report);
  else showStats(data, report);
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
