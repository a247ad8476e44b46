import { type FindingCode, isAboutTarget, isExpectation } from '../errors.js';
import { printableText } from '../keyspace/bytes-text.js';
import type { FileReport, LoadReport, VerifyReport } from '../verify/report.js';
import { aofLines, withPartFindings } from './aof-lines.js';
import { findingsLines, type VerifyTextOptions } from './finding-text.js';
import { age, binarySize, count, label, moment, plural } from './format.js';
import type { Palette } from './palette.js';
import { shardsText } from './shards-text.js';

export type { VerifyTextOptions } from './finding-text.js';

/** The report for people: a few lines for a sound file; for others what, where, what it means and what to try. */
export function verifyText(report: VerifyReport, options: VerifyTextOptions): string {
  const shown = options.quiet ? report.files.filter((file) => !file.ok) : report.files;
  const parts = shown.map((file) => fileText(file, options));
  if (report.shards) parts.push(...shardsText(report, report.shards, options));
  if (report.files.length > 1 && !(options.quiet && report.ok)) parts.push(summary(report, options));
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

function fileText(file: FileReport, options: VerifyTextOptions): string {
  const { colors } = options;
  const lines = [
    `${colors.bold(printableText(file.path === '-' ? 'standard input' : file.path))}: ${headline(file, colors)}`,
  ];
  if (!options.quiet) lines.push(...facts(file, options));
  lines.push(...findingsText(file, options));
  if (!options.quiet || file.findings.length > 0) lines.push(label('verdict', verdict(file)));
  return lines.join('\n');
}

function headline(file: FileReport, colors: Palette): string {
  switch (file.outcome) {
    case 'sound':
      return soundHeadline(file, colors);
    case 'damaged':
      return colors.red(isNoBackup(file) ? 'NOT A BACKUP' : 'DAMAGED');
    case 'unknown':
      return colors.yellow('CANNOT TELL');
    default:
      return colors.red('NOT READ');
  }
}

function soundHeadline(file: FileReport, colors: Palette): string {
  const words = { header: 'HEADER READ', checksum: 'CHECKSUM COMPARED', structure: 'OK' };
  const warnings = plural(file.warnings, 'warning');
  if (unmet(file) > 0) return colors.red('NOT AS EXPECTED');
  if (aboutTargets(file) > 0) return colors.red('WOULD NOT LOAD');
  if (!file.ok && file.warnings > 0) return colors.yellow(warnings.toUpperCase());
  if (!file.ok) return colors.yellow(drops(file) ? 'WOULD LOAD IN PART' : 'NOT CERTAIN TO LOAD');
  return colors.green(words[file.level]) + (file.warnings > 0 ? colors.yellow(`, ${warnings}`) : '');
}

/** How many expectations the file does not meet. */
function unmet(file: FileReport): number {
  return file.findings.filter(({ code, severity }) => severity === 'error' && isExpectation(code)).length;
}

/** How many findings are about the servers that are to load the file: they do not make it damaged. */
function aboutTargets(file: FileReport): number {
  return file.findings.filter(({ code, severity }) => severity === 'error' && isAboutTarget(code)).length;
}

function isNoBackup(file: FileReport): boolean {
  return file.findings.some(({ code }) => code === 'INPUT_NOT_A_BACKUP' || code === 'INPUT_EMPTY');
}

function facts(file: FileReport, options: VerifyTextOptions): string[] {
  if (file.kind === 'aof' || file.kind === 'aof-set') return aofFacts(file, options);
  if (file.rdbVersion === null) return [];
  const lines: string[] = [];
  const { name, version } = file.producer ?? { name: 'unknown', version: null };
  const writer = version === null ? 'unknown server' : `${titled(name)} ${printableText(version)}`;
  lines.push(
    label('written by', `${writer}, RDB ${file.rdbVersion}, ${binarySize(file.bytes)}${file.gzip ? ' unpacked' : ''}`),
  );
  if (file.createdAtMs !== null) {
    lines.push(label('made', `${moment(file.createdAtMs)} (${age(options.nowMs - file.createdAtMs)})`));
  }
  if (file.keys !== null)
    lines.push(label('keys', (file.complete ? '' : 'whole ones until the stop: ') + keysText(file)));
  if (file.functions !== null && file.functions > 0)
    lines.push(label('functions', plural(file.functions, 'library', 'libraries')));
  lines.push(label('checksum', checksumText(file)), ...loadLines(file));
  return lines;
}

function aofFacts(file: FileReport, options: VerifyTextOptions): string[] {
  const lines = aofLines(file).map(([name, text]) => label(name, text));
  if (file.createdAtMs !== null) {
    const from = file.createdAtSource === 'annotation' ? 'the last time in it' : 'last written to';
    lines.push(label('made', `${moment(file.createdAtMs)} (${age(options.nowMs - file.createdAtMs)}; ${from})`));
  }
  return [...lines, ...loadLines(file)];
}

/** What both settings of aof-load-truncated come to is told once. */
function loadLines({ loads }: FileReport): string[] {
  const texts = loads.map(loadText);
  const lines = loads.flatMap(({ target, with: setting }, i) => {
    if (!setting) return [`${target}: ${texts[i]}`];
    const same = loads.every((load, k) => load.target !== target || texts[k] === texts[i]);
    if (same) return setting.aofLoadTruncated === 'yes' ? [`${target}: ${texts[i]}`] : [];
    return [`${target} with aof-load-truncated ${setting.aofLoadTruncated}: ${texts[i]}`];
  });
  return lines.map((text, i) => label(i === 0 ? 'loads' : '', text));
}

function keysText(file: FileReport): string {
  const { databases, keys } = file;
  if (databases.length === 0) return '0';
  if (databases.length === 1) {
    const [{ db, expires }] = databases;
    return `${count(keys ?? 0)} in db ${db}, ${count(expires)} with expiry`;
  }
  const most = 8;
  const list = databases
    .slice(0, most)
    .map(({ db, keys: n, expires }) => `db ${db}: ${count(n)}, ${count(expires)} with expiry`);
  const more = databases.length > most ? `; and ${databases.length - most} more` : '';
  return `${count(keys ?? 0)} in ${databases.length} databases (${list.join('; ')}${more})`;
}

/** With these a server starts, and loads no file of the set. */
const STARTS_WITHOUT: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'AOF_MANIFEST_MISSING',
  'AOF_MANIFEST_LISTS_NOTHING',
  'AOF_ALL_PARTS_EMPTY',
]);

function loadText({ verdict, basis, drops, reasons }: LoadReport): string {
  const expected = basis === 'expected' && verdict !== 'unknown' ? ' (expected: that release was not tried)' : '';
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  if (verdict === 'no') return `no${why}${expected}`;
  if (verdict === 'unknown') return `cannot be told${why}`;
  if (verdict === 'yes') return `yes${expected}`;
  const dropped = [
    [drops.expiredKeys, plural(drops.expiredKeys, 'expired key')],
    [drops.emptyKeys, plural(drops.emptyKeys, 'empty key')],
    [drops.expiredFields, plural(drops.expiredFields, 'expired hash field')],
  ];
  const list = dropped.filter(([n]) => n !== 0).map(([, text]) => text);
  const nothing = reasons.some((code) => STARTS_WITHOUT.has(code));
  if (list.length === 0) return `${nothing ? 'without the keys of the set' : 'in part'}${why}${expected}`;
  return `all but ${list.join(', ')}${why}${expected}`;
}

function checksumText(file: FileReport): string {
  const { status, stored, computed } = file.checksum;
  switch (status) {
    case 'ok':
      return `ok (${stored})`;
    case 'mismatch':
      return `MISMATCH: stored ${stored}, computed ${computed}`;
    case 'disabled':
      return 'none (saved with rdbchecksum no)';
    case 'absent':
      return `none (RDB ${file.rdbVersion} has none)`;
    case 'unread':
      return 'not found: the file ends before it';
    default:
      return 'not looked at';
  }
}

function findingsText(file: FileReport, options: VerifyTextOptions): string[] {
  const { findings, findingCounts } = withPartFindings(file);
  const lines = findingsLines(findings, findingCounts, options);
  if (file.outcome === 'damaged' && !file.complete && file.errors - unmet(file) > 1) {
    lines.push('  What stands behind the first damage may be its consequence.');
  }
  return lines;
}

function verdict(file: FileReport): string {
  switch (file.outcome) {
    case 'failed':
      return 'not verified';
    case 'unknown':
      return `cannot tell: ${whyUnknown(file)}`;
    case 'damaged': {
      if (isNoBackup(file)) return 'not a backup, or nothing is left of it';
      const where = file.complete ? 'it was read to its end' : 'it could not be read to its end';
      return `damaged: ${plural(file.errors - unmet(file) - aboutTargets(file), 'error')}; ${where}. Do not rely on it`;
    }
    default: {
      const depth = {
        header: 'not judged: only the header was read',
        checksum: 'not judged: only the checksum was compared',
        structure: 'sound: every value was checked',
      }[file.level];
      if (unmet(file) > 0) return `${depth}; but it is not the file that was expected`;
      if (aboutTargets(file) > 0) return `${depth}; but ${refusing(file)} would not start from it`;
      if (!file.ok && file.warnings === 0) return `${depth}; ${whyNotOk(file)}`;
      if (!file.ok) return `${depth}; warnings count as failures (--fail-on warning)`;
      return file.warnings > 0 ? `${depth}; mind the ${file.warnings === 1 ? 'warning' : 'warnings'} above` : depth;
    }
  }
}

function drops(file: FileReport): boolean {
  return file.loads.some(({ verdict }) => verdict === 'partly');
}

function whyNotOk(file: FileReport): string {
  return drops(file)
    ? 'what a server would drop counts as a failure (--fail-on partly)'
    : 'that it is not certain to load counts as a failure (--fail-on unknown)';
}

function refusing(file: FileReport): string {
  const targets = file.loads.filter(({ verdict }) => verdict === 'no').map(({ target }) => target);
  return targets.join(', ');
}

function whyUnknown(file: FileReport): string {
  const met = (code: FindingCode) => file.findingCounts[code] !== undefined;
  if (met('AOF_NOT_CHECKED')) return 'where the RDB in an append-only file ends is known at the level structure only';
  if (met('ZSTD_NOT_READ')) return 'zstd is not read yet; decompress it first (zstd -d)';
  if (met('VCS_NOT_READ')) return "Valkey's compressed envelope is not read yet";
  if (met('RDB_VERSION_NEWER')) return `RDB ${file.rdbVersion} is newer than this release knows`;
  return 'it holds something that this release does not know';
}

function summary(report: VerifyReport, { colors }: VerifyTextOptions): string {
  const bad = report.files.filter((file) => !file.ok).length;
  const total = plural(report.files.length, 'file');
  if (bad === 0 && !report.ok) return colors.red(`${total}: all sound, but not as one backup`);
  return bad === 0 ? colors.green(`${total}: all sound`) : colors.red(`${total}: ${bad} not ok`);
}

function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
