import type { DiffPageData } from './diff-page-data.js';
import type { PageData } from './page-data.js';

/** What one of the reports carries; its `kind` tells the script of the page which. */
export type ReportData = PageData | DiffPageData;
