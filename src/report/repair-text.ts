import { basename } from 'node:path';
import type { Explanation } from '../errors/explanation.js';
import type { FindingCode } from '../errors.js';
import { printableText } from '../keyspace/bytes-text.js';
import type { Cut, RepairFinding, RepairPlan } from '../repair/plan.js';
import { binarySize, count, label, moment, offset, plural, wrap } from './format.js';
import type { Palette } from './palette.js';
import type { RepairOutcome } from './repair-json.js';

export interface RepairTextOptions {
  readonly quiet: boolean;
  readonly colors: Palette;
  /** Columns to stay within. */
  readonly width: number;
  readonly explain: (code: FindingCode) => Explanation;
}

/** Of each code, this many places are shown. */
const PLACES = 3;

/** What was done, for people: what the copy holds, what it lacks, and why; or why there is none. */
export function repairText(outcome: RepairOutcome, options: RepairTextOptions): string {
  const { plan, written, output } = outcome;
  const { colors, quiet } = options;
  if (quiet && written && !plan.cut) return '';
  const name = colors.bold(printableText(plan.input));
  const lines = [`${name}: ${written ? writtenLine(plan, printableText(output), colors) : colors.red('NOT REPAIRED')}`];
  if (written) lines.push(label('kept', keptText(plan)));
  if (plan.cut) lines.push(...cutLines(plan.cut, plan, written));
  const refused = plan.refusals.map((refusal) => key(refusal));
  const rest = plan.findings.filter((finding) => !refused.includes(key(finding)));
  lines.push(...findingLines(plan.refusals, options));
  lines.push(...findingLines(quiet ? rest.filter(({ severity }) => severity !== 'info') : rest, options));
  lines.push(
    ...wrap(verdict(outcome), 13, options.width)
      .split('\n')
      .map((line, i) => (i === 0 ? label('verdict', line.trim()) : line)),
  );
  return `${lines.join('\n')}\n`;
}

function key({ code, path, offset: at }: RepairFinding): string {
  return `${code} ${at} ${path}`;
}

function writtenLine({ cut }: RepairPlan, output: string, colors: Palette): string {
  if (!cut) return `${colors.green('COPIED')} to ${output}, nothing to repair`;
  return `${cut.reason === 'damage' ? colors.yellow('CUT AT DAMAGE') : colors.green('REPAIRED')}, written to ${output}`;
}

function keptText({ kept, parts, kind, gzip }: RepairPlan): string {
  const files = parts.filter(({ dropped }) => !dropped).length;
  const rdb = parts.reduce((bytes, { dropped, rdbBytes }) => bytes + (dropped ? 0 : rdbBytes), 0);
  const what = [plural(kept.commands, 'command')];
  if (rdb > 0) what.unshift(`an RDB of ${binarySize(rdb)}`);
  const where = kind === 'aof' ? '' : ` in ${plural(files, 'file')}`;
  const until = kept.lastTimestampMs === null ? '' : `, up to ${moment(kept.lastTimestampMs)}`;
  return `${binarySize(kept.bytes)}${gzip ? ' unpacked' : ''}${where}: ${what.join(' and ')}${until}`;
}

function cutLines(cut: Cut, { parts }: RepairPlan, written: boolean): string[] {
  const name = printableText(basename(cut.path));
  const lines = [
    label(written ? 'cut' : 'would cut', `${name} at ${offset(cut.offset)}, ${why(cut)}`),
    label(
      written ? 'left out' : 'and lose',
      `${plural(cut.bytes, 'byte')}, ${plural(cut.commands, 'whole command')}${when(cut)}`,
    ),
  ];
  if (cut.reason === 'damage' && cut.unreadBytes > 0) {
    lines.push(label('', `${plural(cut.unreadBytes, 'byte')} of them could not be read: there may be more commands`));
  }
  if (cut.droppedParts > 0) {
    const dropped = parts.filter((part) => part.dropped).map(({ path }) => printableText(basename(path)));
    const shown = dropped.slice(0, 3).join(', ');
    lines.push(label('', `${plural(cut.droppedParts, 'file')} as a whole: ${shown}${dropped.length > 3 ? ', …' : ''}`));
  }
  return lines;
}

function why({ reason, code }: Cut): string {
  if (reason === 'until') return 'before the first timestamp that is later';
  if (reason === 'damage') return `where damage begins (${code})`;
  return `behind its last whole ${code === 'AOF_OPEN_MULTI' ? 'command or transaction' : 'command'}`;
}

function when({ fromMs, toMs }: Cut): string {
  if (fromMs === null && toMs === null) return '';
  if (fromMs === toMs || toMs === null) return `, from ${moment(fromMs ?? 0)} on`;
  return fromMs === null ? `, up to ${moment(toMs)}` : `, from ${moment(fromMs)} to ${moment(toMs)}`;
}

function findingLines(findings: readonly RepairFinding[], options: RepairTextOptions): string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.flatMap((code) =>
    codeLines(
      code,
      findings.filter((finding) => finding.code === code),
      options,
    ),
  );
}

function codeLines(
  code: FindingCode,
  places: readonly RepairFinding[],
  { colors, explain, width }: RepairTextOptions,
): string[] {
  const [{ severity }] = places;
  const paint = severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.dim;
  const times = places.length > 1 ? ` (${count(places.length)} times)` : '';
  const lines = [`  ${paint(severity)} ${colors.bold(code)}${times}`];
  for (const { path, offset: at, message } of places.slice(0, PLACES)) {
    const where = at === null ? '' : ` at ${offset(at)}`;
    lines.push(`    ${printableText(basename(path))}${where}: ${printableText(message)}`);
  }
  if (places.length > PLACES) lines.push(`    … and ${plural(places.length - PLACES, 'more place')}`);
  if (severity !== 'info') lines.push(colors.dim(wrap(`Meaning: ${explain(code).meaning}`, 4, width)));
  return lines;
}

function verdict({ plan, written }: RepairOutcome): string {
  const { cut, refusals, kept } = plan;
  if (written) {
    if (!cut) return 'a full copy: there was nothing to cut';
    const until = kept.lastTimestampMs === null ? '' : ` (${moment(kept.lastTimestampMs)})`;
    if (cut.reason === 'until') return `the copy holds everything up to the last timestamp before that time${until}`;
    if (cut.reason === 'tail') {
      const all = 'the copy holds every whole command of the input';
      return cut.commands === 0 ? all : `${all} but those of a transaction that has no end, which servers drop, too`;
    }
    return 'the copy holds everything before the damage; what follows it is not in there';
  }
  if (refusals.some(({ unknown }) => unknown))
    return 'cannot tell: it may be newer than this release knows. Nothing was written';
  if (refusals.some(({ remedy }) => remedy === 'truncate-at-damage')) {
    return 'nothing was written, since more than a missing tail would be lost. Copy the file again from its source if you can; to cut there all the same, add --truncate-at-damage';
  }
  const isRdb = refusals.some(({ code }) => code.startsWith('RDB_'));
  const salvage = isRdb ? '; --salvage writes every key of an RDB that can still be read' : '';
  return `nothing was written: this cannot be mended by cutting${salvage}`;
}
