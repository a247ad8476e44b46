// Statistics as one self-contained page.
import type { StatsReport } from '../../stats/report.js';
import { plainText } from './name-text.js';
import { htmlPage } from './page-shell.js';
import { statsPageData } from './stats-page-data.js';

/**
 * One HTML page with charts and tables that opens offline: nothing is requested from anywhere, and nothing that comes from a
 * backup is ever taken for markup or script. About 600 KB, and 60 bytes more for each prefix.
 */
export function statsHtml(report: StatsReport): string {
  const names = report.files.map(({ path }) => plainText(path.split(/[/\\]/).at(-1) || path));
  const title = names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(' and ');
  return htmlPage(`${title} · rdbkit stats`, statsPageData(report), 'rdbkit stats --json');
}
