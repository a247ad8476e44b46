import type { FindingCode } from '../errors.js';
import { printableText } from '../keyspace/bytes-text.js';
import type { FileReport, Finding, PartReport } from '../verify/report.js';
import { binarySize, count, moment, plural } from './format.js';

const PARTS_SHOWN = 12;
/** What to say of a file that was not opened. */
const NOT_THERE: Partial<Record<FindingCode, string>> = {
  AOF_PART_MISSING: 'MISSING',
  AOF_PART_NOT_A_FILE: 'NO FILE',
  AOF_PART_UNREADABLE: 'NOT READABLE',
};

/** What an append-only file or set holds: label and text of each line. */
export function aofLines(file: FileReport): [label: string, text: string][] {
  const { parts } = file;
  if (!parts) return [['holds', contentText(file)], ...timeLines(file)];
  const lines = parts.slice(0, PARTS_SHOWN).map((part): [string, string] => [part.role, partText(part, file)]);
  if (parts.length > PARTS_SHOWN) lines.push(['', `and ${plural(parts.length - PARTS_SHOWN, 'more file')}`]);
  return [...lines, ...timeLines(file)];
}

/** The findings of a set together with those of its files, each with the name of its file in front. */
export function withPartFindings(file: FileReport): Pick<FileReport, 'findings' | 'findingCounts'> {
  if (!file.parts) return file;
  const findings: Finding[] = [...file.findings];
  const findingCounts = { ...file.findingCounts };
  for (const part of file.parts) {
    const name = nameOf(part);
    findings.push(...part.findings.map((finding) => ({ ...finding, message: `${name}: ${finding.message}` })));
    for (const [code, n] of Object.entries(part.findingCounts)) {
      const key = code as keyof typeof findingCounts;
      findingCounts[key] = (findingCounts[key] ?? 0) + (n ?? 0);
    }
  }
  return { findings, findingCounts };
}

function partText(part: PartReport, set: FileReport): string {
  const name = nameOf(part);
  const isThere = part.outcome === 'failed' || part.bytes > 0 || part.commands !== undefined;
  if (isThere) return `${printableText(name)}, ${part.outcome === 'failed' ? 'not read' : contentText(part)}`;
  const about = set.findings.find(({ code, message }) => NOT_THERE[code] && message.includes(JSON.stringify(name)));
  return `${printableText(name)}, ${(about && NOT_THERE[about.code]) ?? 'not there'}`;
}

function nameOf({ path }: FileReport): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function contentText(file: FileReport): string {
  const { bytes, rdbVersion, producer, keys, commands, okUpToOffset } = file;
  const texts = [binarySize(bytes)];
  if (rdbVersion !== null) {
    const writer = producer?.version ? ` of ${producer.name} ${printableText(producer.version)}` : '';
    texts.push(`RDB ${rdbVersion}${writer}`);
    if (keys !== null) texts.push(plural(keys, 'key'));
  }
  if (commands !== undefined) texts.push(plural(commands, 'command'));
  if (okUpToOffset !== undefined && okUpToOffset !== bytes) texts.push(`good up to byte ${count(okUpToOffset)}`);
  return texts.join(', ');
}

function timeLines({ firstTimestamp, lastTimestamp }: FileReport): [string, string][] {
  if (firstTimestamp === undefined || firstTimestamp === null) return [];
  return [['from', `${moment(firstTimestamp * 1000)} to ${moment((lastTimestamp ?? firstTimestamp) * 1000)}`]];
}
