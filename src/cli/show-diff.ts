// Prints a comparison.
import type { Dataset } from '../backup/dataset.js';
import { TimeSlices } from '../bytes/time-slices.js';
import type { Change } from '../diff/change.js';
import { type ElementChange, elementChanges } from '../diff/elements.js';
import type { Diff } from '../diff/report.js';
import { changeJson, elementJson, isEqual, SCHEMA, summaryJson } from '../report/diff/diff-json.js';
import { summaryText } from '../report/diff/diff-text.js';
import { elementLine } from '../report/diff/element-line.js';
import { groupTitle, isUnsure, keyGroups, keyLine, keysTitle } from '../report/diff/key-groups.js';
import { count, textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import type { StatsTextOptions } from '../report/stats/words.js';
import { ChunkedOutput } from './chunked-output.js';
import type { DiffFlags } from './diff.js';
import { ExitCode } from './exit-code.js';
import { writeReport } from './write-report.js';

/** How long lists are where nobody says. */
const TEXT_KEYS = 20;
const TEXT_TOP = 10;
const JSON_TOP = 100;
/** Up to so many keys stand below their prefixes. */
const GROUPED = 1000;

/** Elements of a key that people see. */
const TEXT_ELEMENTS = 10;
/** Of long names and values of elements, so many bytes are shown. */
const CUT = 120;
const FULL = 16 * 1024 * 1024;
/** So many keys are looked into at a time. */
const BATCH = 10_000;

type Sides = readonly (readonly Dataset[])[];

/** How changes are written, and the elements below them. */
interface Lines {
  head(change: Change): string;
  /** `at`: how many of this key were written before. */
  element(element: ElementChange, at: number): string;
  tail(elements: number): string;
}

/** Writes to standard output and to files what the flags ask for; `sides` are looked into for elements. Returns an exit status. */
export async function showDiff(diff: Diff, flags: DiffFlags, sides: Sides): Promise<number> {
  const written = flags.html === undefined ? ExitCode.OK : await writePage(flags.html, diff, flags);
  // A page is instead of text, and beside what a program reads.
  if ((flags.quiet || flags.html !== undefined) && !flags.json && !flags.jsonl) return written;
  const output = new ChunkedOutput(process.stdout);
  if (flags.json) await showJson(diff, flags, output, sides);
  else if (flags.jsonl) await showLines(diff, flags, output, sides);
  else await showText(diff, flags, output, sides);
  await output.flush();
  return written;
}

async function writePage(path: string, diff: Diff, { ignoreTtl = false, ttlTolerance = 0, limit, quiet }: DiffFlags) {
  const { diffHtml } = await import('../report/html/diff-html.js');
  const options = { ignoreTtl, ttlTolerance, ...(limit === undefined ? {} : { limit }) };
  return writeReport(path, diffHtml(diff, options), quiet);
}

async function write(
  changes: Iterable<Change>,
  lines: Lines,
  flags: DiffFlags,
  sides: Sides,
  output: ChunkedOutput,
): Promise<void> {
  if (!flags.elements) {
    const slices = new TimeSlices();
    for (const change of changes) {
      await output.write(lines.head(change) + lines.tail(0));
      if (slices.isOver) await slices.next();
    }
    return;
  }
  let batch: Change[] = [];
  const flush = async () => {
    const { maxMemory, tmpDir } = flags;
    const most = flags.full ? FULL : CUT;
    const found = elementChanges(batch, sides, { maxMemory, most, ...(tmpDir === undefined ? {} : { tmpDir }) });
    let next = await found.next();
    for (const [rank, change] of batch.entries()) {
      await output.write(lines.head(change));
      let at = 0;
      while (!next.done && next.value[0] === rank) {
        await output.write(lines.element(next.value[1], at++));
        next = await found.next();
      }
      await output.write(lines.tail(at));
    }
    batch = [];
  };
  for (const change of changes) {
    batch.push({ ...change, key: change.key.slice() });
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
}

/** `between`: what stands in front of all changes but the first; `end`: behind each. */
function jsonLines({ summary }: Diff, { bytes, elements }: DiffFlags, between: string, end: string): Lines {
  let separator = '';
  return {
    head: (change) => {
      const text = `${separator}${changeJson(change, bytes, isUnsure(change, summary))}${elements ? ',"elements":[' : ''}`;
      separator = between;
      return text;
    },
    element: (element, at) => `${at > 0 ? ',' : ''}${elementJson(element, bytes)}`,
    tail: () => `${elements ? ']' : ''}}${end}`,
  };
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

async function showLines(diff: Diff, flags: DiffFlags, output: ChunkedOutput, sides: Sides): Promise<void> {
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  await write(first(diff, limit), jsonLines(diff, flags, '', '\n'), flags, sides, output);
  await output.write(`{"summary":${summaryOf(diff, flags)}}\n`);
}

async function showJson(diff: Diff, flags: DiffFlags, output: ChunkedOutput, sides: Sides): Promise<void> {
  const { summary } = diff;
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  const { complete } = summary;
  const head = { schema: SCHEMA, equal: isEqual(summary), complete, limited: isLimited(diff, limit) };
  await output.write(`${JSON.stringify(head).slice(0, -1)},"summary":${summaryOf(diff, flags)},"changes":[`);
  await write(first(diff, limit), jsonLines(diff, flags, ',\n', ''), flags, sides, output);
  await output.write(']}\n');
}

function summaryOf(diff: Diff, { bytes, top = JSON_TOP, limit = Number.POSITIVE_INFINITY }: DiffFlags): string {
  return summaryJson(diff.summary, { bytes, top, limited: isLimited(diff, limit) });
}

/** The user asked for less than all: fewer lines, or a sample of the keys. */
function isLimited(diff: Diff, limit: number): boolean {
  return all(diff) > limit || diff.summary.sample !== null;
}

async function showText(diff: Diff, flags: DiffFlags, output: ChunkedOutput, sides: Sides): Promise<void> {
  const { summary } = diff;
  const colors = palette(process.stdout, flags.color);
  const options = { colors, top: flags.top ?? TEXT_TOP, columns: textWidth(process.stdout) };
  await output.write(`${summaryText(summary, options).join('\n')}\n`);
  if (all(diff) === 0) return;
  const shown = Math.min(all(diff), flags.all ? Number.POSITIVE_INFINITY : (flags.limit ?? TEXT_KEYS));
  if (shown > GROUPED) {
    await output.write(keysTitle(shown, all(diff), options));
    await write(first(diff, shown), textLines(diff, options, ''), flags, sides, output);
    return;
  }
  const groups = await keyGroups(diff.changes(), summary, shown);
  const listed = groups.reduce((sum, { changes }) => sum + changes.length, 0);
  await output.write(keysTitle(listed, all(diff), options));
  for (const group of groups) {
    if (groups.length > 1) await output.write(groupTitle(group, options));
    const lines = textLines(diff, options, groups.length > 1 ? '  ' : '');
    await write(group.changes, lines, flags, sides, output);
  }
}

function textLines({ summary }: Diff, options: StatsTextOptions, indent: string): Lines {
  return {
    head: (change) => `${indent}${keyLine(change, summary, options)}`,
    element: (element, at) => {
      if (at >= TEXT_ELEMENTS) return '';
      return `${indent}      ${elementLine(element, options.colors)}\n`;
    },
    tail: (elements) => {
      const more = elements - TEXT_ELEMENTS;
      return more > 0 ? `${indent}      and ${count(more)} more\n` : '';
    },
  };
}
