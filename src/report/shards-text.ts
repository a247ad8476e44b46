import type { FindingCode } from '../errors.js';
import { SLOTS } from '../keyspace/slot.js';
import { duration } from '../keyspace/time-text.js';
import type { ShardsReport, VerifyReport } from '../verify/report.js';
import { findingsLines, type VerifyTextOptions } from './finding-text.js';
import { label } from './format.js';

/** What the files are together; nothing when all is well and only what is wrong is wanted. */
export function shardsText(report: VerifyReport, shards: ShardsReport, options: VerifyTextOptions): string[] {
  const { colors, quiet } = options;
  const { findings } = report;
  const counts: Partial<Record<FindingCode, number>> = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (quiet && errors + warnings === 0) return [];
  const headline =
    errors > 0 ? colors.red('DO NOT FIT TOGETHER') : warnings > 0 ? colors.yellow('WARNINGS') : colors.green('OK');
  const facts = quiet ? [] : factsOf(shards);
  const lines = [`${colors.bold('as one backup')}: ${headline}`, ...facts, ...findingsLines(findings, counts, options)];
  return [lines.join('\n')];
}

function factsOf({ files, skewMs, slots }: ShardsReport): string[] {
  const lines = [label('shards', String(files))];
  if (skewMs !== null) lines.push(label('made', skewMs === 0 ? 'in the same second' : `within ${duration(skewMs)}`));
  if (slots !== null) {
    const held = slots.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    lines.push(label('slots', `${held} of ${SLOTS} hold keys`));
  }
  return lines;
}
