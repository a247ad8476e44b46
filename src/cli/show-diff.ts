// Prints a comparison.
import type { Change } from '../diff/change.js';
import type { Diff } from '../diff/report.js';
import { changeJson, isEqual, SCHEMA, summaryJson } from '../report/diff/diff-json.js';
import { groupTitle, isUnsure, keyGroups, keyLine, keysTitle, summaryText } from '../report/diff/diff-text.js';
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { ChunkedOutput } from './chunked-output.js';
import type { DiffFlags } from './diff.js';

/** How long lists are where nobody says. */
const TEXT_KEYS = 20;
const TEXT_TOP = 10;
const JSON_TOP = 100;
/** Up to so many keys stand below their prefixes. */
const GROUPED = 1000;

/** Writes to standard output what the flags ask for. */
export async function showDiff(diff: Diff, flags: DiffFlags): Promise<void> {
  if (flags.quiet) return;
  const output = new ChunkedOutput(process.stdout);
  if (flags.json) await showJson(diff, flags, output);
  else if (flags.jsonl) await showLines(diff, flags, output);
  else await showText(diff, flags, output);
  await output.flush();
}

function all({ summary: { added, removed, changed } }: Diff): number {
  return added + removed + changed;
}

function* first(diff: Diff, limit: number): Generator<Change> {
  let left = limit;
  if (left <= 0) return;
  for (const change of diff.changes()) {
    yield change;
    if (--left <= 0) return;
  }
}

async function showLines(diff: Diff, flags: DiffFlags, output: ChunkedOutput): Promise<void> {
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  for (const change of first(diff, limit)) {
    await output.write(`${changeJson(change, flags.bytes, isUnsure(change, diff.summary))}}\n`);
  }
  await output.write(`{"summary":${summaryOf(diff, flags)}}\n`);
}

async function showJson(diff: Diff, flags: DiffFlags, output: ChunkedOutput): Promise<void> {
  const { summary } = diff;
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  const head = { schema: SCHEMA, equal: isEqual(summary), complete: summary.complete, limited: all(diff) > limit };
  await output.write(`${JSON.stringify(head).slice(0, -1)},"summary":${summaryOf(diff, flags)},"changes":[`);
  let separator = '';
  for (const change of first(diff, limit)) {
    await output.write(`${separator}${changeJson(change, flags.bytes, isUnsure(change, summary))}}`);
    separator = ',\n';
  }
  await output.write(']}\n');
}

function summaryOf(diff: Diff, { bytes, top = JSON_TOP, limit = Number.POSITIVE_INFINITY }: DiffFlags): string {
  return summaryJson(diff.summary, { bytes, top, limited: all(diff) > limit });
}

async function showText(diff: Diff, flags: DiffFlags, output: ChunkedOutput): Promise<void> {
  const { summary } = diff;
  const colors = palette(process.stdout, flags.color);
  const options = { colors, top: flags.top ?? TEXT_TOP, columns: textWidth(process.stdout) };
  await output.write(`${summaryText(summary, options).join('\n')}\n`);
  if (all(diff) === 0) return;
  const shown = Math.min(all(diff), flags.all ? Number.POSITIVE_INFINITY : (flags.limit ?? TEXT_KEYS));
  if (shown > GROUPED) {
    await output.write(keysTitle(shown, all(diff), options));
    for (const change of first(diff, shown)) await output.write(keyLine(change, summary, options));
    return;
  }
  const groups = keyGroups(diff.changes(), summary, shown);
  const listed = groups.reduce((sum, { changes }) => sum + changes.length, 0);
  await output.write(keysTitle(listed, all(diff), options));
  for (const group of groups) {
    if (groups.length > 1) await output.write(groupTitle(group, options));
    for (const change of group.changes) {
      await output.write(`${groups.length > 1 ? '  ' : ''}${keyLine(change, summary, options)}`);
    }
  }
}
