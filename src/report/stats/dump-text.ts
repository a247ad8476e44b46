// The statistics of dumps for a terminal: what fills them, on about one screen.
import type { StatsReport } from '../../stats/report.js';
import { dumpHead, notWhole } from './dump-head.js';
import { databaseLines, elementLines, keyLines, typeLines } from './dump-tables.js';
import { prefixLines } from './prefix-lines.js';
import { slotLines } from './slot-lines.js';
import { spreadLines } from './spread-lines.js';
import type { StatsTextOptions } from './words.js';

/**
 * The statistics of dumps for a terminal. Lists have `top` rows, and lines stay within `columns` but for what cannot be
 * cut. What is empty is left out; that something could not be read stands at the top and at the end.
 */
export function dumpText(report: StatsReport, options: StatsTextOptions): string {
  const sections = [
    [...notWhole(report, options), ...dumpHead(report, options)],
    databaseLines(report, options),
    typeLines(report, options),
    prefixLines(report, options),
    keyLines(report, options),
    elementLines(report, options),
    spreadLines(report, options),
    slotLines(report, options),
    notWhole(report, options),
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
