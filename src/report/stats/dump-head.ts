// What stands above the tables: the files, and what is in them in all.
import { printableText } from '../../keyspace/bytes-text.js';
import type { Finding } from '../../keyspace/finding.js';
import type { ChecksumStatus } from '../../rdb/checksum-report.js';
import type { FunctionStats, ModuleStats, StatsFile, StatsReport } from '../../stats/report.js';
import { binarySize, count, moment, offset, plural } from '../format.js';
import { andMore, fact, percent, type StatsTextOptions } from './words.js';

const FILES_SHOWN = 8;
const FINDINGS_SHOWN = 3;
const NAMES_SHOWN = 5;

const CHECKSUM: Readonly<Record<ChecksumStatus, string>> = {
  ok: 'checksum ok',
  mismatch: 'CHECKSUM MISMATCH',
  disabled: 'no checksum (saved with rdbchecksum no)',
  absent: 'no checksum (RDB below 5 has none)',
  unread: 'checksum not found: the file ends before it',
  skipped: 'checksum not compared',
};

/** Says that the numbers are not about all there is; nothing when they are. */
export function notWhole(report: StatsReport, { colors }: StatsTextOptions): string[] {
  if (report.complete) return [];
  const stopped = report.files.filter(({ complete }) => !complete).map(({ path }) => shownPath(path));
  const names = `${stopped.slice(0, FILES_SHOWN).join(', ')}${andMore(FILES_SHOWN, stopped.length)}`;
  const which = names === '' ? 'the input' : names;
  return [colors.red(`NOT COMPLETE: ${which} could not be read to the end; what lies behind is not counted`)];
}

/** The files and their sums. */
export function dumpHead(report: StatsReport, options: StatsTextOptions): string[] {
  const { colors } = options;
  const { files, totals, filters, limited, expired } = report;
  const name = files.length === 1 ? shownPath(files[0].path) : `${plural(files.length, 'file')} together`;
  const keys = totals.keys === 0 ? 'no keys' : plural(totals.keys, 'key');
  const sizes =
    totals.keys === 0 ? '' : `, ${binarySize(totals.memory)} of memory, ${binarySize(totals.bytes)} in the file`;
  const lines = [`${colors.bold(name)}: ${keys}${filters.length > 0 ? ' that pass the filters' : ''}${sizes}`];
  if (files.length === 1) lines.push(...fileFacts(files[0], options));
  else lines.push(...fileList(files, options));
  if (filters.length > 0) lines.push(fact('filters', filters.map(printableText).join(' '), options));
  if (limited) lines.push(fact('limited', colors.yellow('a limit ended the count: there may be more keys'), options));
  if (totals.keys > 0) {
    const expiring = totals.expires === 0 ? 'none expires' : `${percent(totals.expires, totals.keys)} expire`;
    const gone = expired === 0 ? '' : `, ${count(expired)} had expired ${NOW[report.nowSource](report.nowMs)}`;
    lines.push(fact('keys', `${expiring}${gone}; ${plural(totals.elements, 'element')} in all`, options));
    lines.push(fact('memory', memoryText(report), options));
  }
  if (report.functions.length > 0) lines.push(fact('functions', functionsText(report.functions), options));
  if (report.modules.length > 0) lines.push(fact('modules', modulesText(report.modules), options));
  return lines;
}

const NOW: Readonly<Record<StatsReport['nowSource'], (ms: number) => string>> = {
  file: () => 'when the file was made',
  option: (ms) => `by ${moment(ms)} (--now)`,
  clock: (ms) => `by now (${moment(ms)})`,
};

function fileFacts(file: StatsFile, options: StatsTextOptions): string[] {
  const { createdAtMs } = file;
  const writer = writerText(file);
  const lines = [fact('file', `${writer}${binarySize(file.bytes)}, ${checksumText(file, options)}`, options)];
  if (createdAtMs !== null) lines.push(fact('made', moment(createdAtMs), options));
  return [...lines, ...findingLines(file.findings, options)];
}

function fileList(files: readonly StatsFile[], options: StatsTextOptions): string[] {
  const lines = files.slice(0, FILES_SHOWN).flatMap((file) => {
    const made = file.createdAtMs === null ? '' : `, made ${moment(file.createdAtMs)}`;
    const facts = `${plural(file.keys, 'key')}, ${writerText(file)}${binarySize(file.bytes)}${made}`;
    const line = `  ${shownPath(file.path)}: ${facts}, ${checksumText(file, options)}`;
    return [line, ...findingLines(file.findings, options)];
  });
  if (files.length > FILES_SHOWN) lines.push(`  … and ${plural(files.length - FILES_SHOWN, 'more file')}`);
  return lines;
}

function writerText({ producer, rdbVersion }: StatsFile): string {
  const words: string[] = [];
  if (producer) {
    const { name, version } = producer;
    words.push(`${name.charAt(0).toUpperCase()}${name.slice(1)}${version === null ? '' : ` ${version}`}`);
  }
  if (rdbVersion !== null) words.push(`RDB ${rdbVersion}`);
  return words.map((word) => `${printableText(word)}, `).join('');
}

function checksumText({ checksum }: StatsFile, { colors }: StatsTextOptions): string {
  const text = CHECKSUM[checksum];
  if (checksum === 'mismatch') return colors.red(text);
  return checksum === 'disabled' || checksum === 'unread' ? colors.yellow(text) : text;
}

function findingLines(findings: readonly Finding[], options: StatsTextOptions): string[] {
  const { colors } = options;
  const wrong = findings.filter(({ severity }) => severity !== 'info');
  const lines = wrong.slice(0, FINDINGS_SHOWN).map(({ severity, code, message, offset: at }) => {
    const paint = severity === 'error' ? colors.red : colors.yellow;
    const where = at === null ? '' : ` at ${offset(at)}`;
    return fact(severity, paint(`${code}${where}: ${printableText(message)}`), options);
  });
  if (wrong.length > FINDINGS_SHOWN) {
    lines.push(
      fact('', `and ${plural(wrong.length - FINDINGS_SHOWN, 'more finding')}: rdbkit verify lists them`, options),
    );
  }
  return lines;
}

function memoryText({ totals, memoryModel, memoryUnknown, files }: StatsReport): string {
  const { server, allocator } = memoryModel;
  const model = `estimated: what MEMORY USAGE would say on ${printableText(server)} (${allocator} allocator)`;
  const used = files.map(({ aux }) => Number(aux['used-mem']));
  const all = used.reduce((sum, bytes) => sum + bytes, 0);
  const server2 = used.length > 0 && all > 0 ? `; the server itself used ${binarySize(all)} in all` : '';
  const unknown = memoryUnknown === 0 ? '' : `; of ${plural(memoryUnknown, 'key')} of modules the bytes in the file`;
  return `${binarySize(totals.memory)}, ${model}${unknown}${server2}`;
}

function functionsText(functions: readonly FunctionStats[]): string {
  const bytes = functions.reduce((sum, each) => sum + each.bytes, 0);
  const names = functions.slice(0, NAMES_SHOWN).map(({ name, engine }) => `${name} (${engine})`);
  const list = printableText(names.join(', ')) + andMore(NAMES_SHOWN, functions.length);
  return `${plural(functions.length, 'library', 'libraries')} of ${binarySize(bytes)}: ${list}`;
}

function modulesText(modules: readonly ModuleStats[]): string {
  const names = modules
    .slice(0, NAMES_SHOWN)
    .map(({ name, keys, bytes }) => `${printableText(name)} (${plural(keys, 'key')}, ${binarySize(bytes)})`);
  return names.join(', ') + andMore(NAMES_SHOWN, modules.length);
}

function shownPath(path: string): string {
  return path === '-' ? 'standard input' : printableText(path);
}
