import { basename } from 'node:path';
import { printableText } from '../../keyspace/bytes-text.js';
import type { MaterializeReport } from '../../materialize/report.js';
import { binarySize, count, label, moment, offset, plural, wrap } from '../format.js';
import type { Palette } from '../palette.js';

export interface MaterializeTextOptions {
  readonly quiet: boolean;
  readonly colors: Palette;
  /** Columns to stay within. */
  readonly width: number;
}

/** Of what there may be many, so many are shown. */
const SHOWN = 5;
const DATABASES = 16;
const INDENT = 13;

/** What became of a log, for people: what is in the RDB, what is not, and why; or why there is none. */
export function materializeText(report: MaterializeReport, output: string, options: MaterializeTextOptions): string {
  const { verdict } = report;
  if (options.quiet && verdict === 'made') return '';
  const { colors } = options;
  const name = colors.bold(printableText(report.path));
  const head = {
    made: `${colors.green('MATERIALIZED')}, written to ${printableText(output)}`,
    incomplete: `${colors.yellow('NOT COMPLETE')}, written to ${printableText(output)}`,
    refused: colors.red('NOT MATERIALIZED'),
    failed: colors.red('NOT MATERIALIZED'),
  }[verdict];
  const isWritten = verdict === 'made' || verdict === 'incomplete';
  const lines = [`${name}: ${head}`];
  if (isWritten && !options.quiet) lines.push(...madeLines(report));
  lines.push(...cutLines(report), ...failedCommandLines(report, options));
  if (verdict === 'refused') lines.push(...refusalLines(report, options));
  if (verdict === 'failed') lines.push(...failureLines(report, options));
  return `${lines.join('\n')}\n`;
}

function madeLines({ server, commands, keys, functions, databases, bytes, rdbVersion, ...rest }: MaterializeReport) {
  const { lastTimestampMs, durationMs } = rest;
  const until = lastTimestampMs === null ? '' : `, up to ${moment(lastTimestampMs)}`;
  const lines = [
    label('server', `${server?.name} ${printableText(server?.version ?? '')} (${printableText(server?.path ?? '')})`),
    label('executed', `${plural(commands, 'command')}${until}`),
    label('RDB', `version ${rdbVersion}, ${binarySize(bytes)}: ${plural(keys, 'key')}${withFunctions(functions)}`),
  ];
  for (const { db, keys: inIt, expires } of databases.slice(0, DATABASES)) {
    lines.push(label('', `db ${db}: ${plural(inIt, 'key')}, ${count(expires)} with expiry`));
  }
  if (databases.length > DATABASES)
    lines.push(label('', `and ${plural(databases.length - DATABASES, 'more database')}`));
  lines.push(label('took', `${(durationMs / 1000).toFixed(1)} s`));
  return lines;
}

function withFunctions(functions: number): string {
  return functions === 0 ? '' : `, ${plural(functions, 'function library', 'function libraries')}`;
}

function cutLines({ cut, verdict }: MaterializeReport): string[] {
  if (!cut || verdict === 'refused' || verdict === 'failed') return [];
  const why = cut.reason === 'until' ? 'before the first timestamp that is later' : 'behind its last whole command';
  const word = cut.reason === 'until' ? 'ends' : 'missing';
  return [
    label(word, `${printableText(basename(cut.path))} at ${offset(cut.offset)}, ${why}`),
    label('', `${plural(cut.bytes, 'byte')} behind it, ${plural(cut.commands, 'whole command')}, are not in it`),
  ];
}

function failedCommandLines({ failedCommands }: MaterializeReport, options: MaterializeTextOptions): string[] {
  const { count: times, lines } = failedCommands;
  if (times === 0) return [];
  const said = lines.slice(0, SHOWN).flatMap((line) => wrapped(printableText(line), options));
  return [label('failed', `the server refused ${plural(times, 'command')} of the log, and went on:`), ...said];
}

function refusalLines({ refusals, reaching }: MaterializeReport, options: MaterializeTextOptions): string[] {
  const lines = refusals.slice(0, SHOWN).flatMap(({ code, path, offset: at, message, remedy }) => {
    const where = at === null ? '' : ` at ${offset(at)}`;
    const told = [label('why', `${code}${where} of ${printableText(basename(path))}`)];
    told.push(...wrapped(printableText(message), options));
    if (remedy) told.push(...wrapped('rdbkit repair --truncate-at-damage writes a copy that ends there.', options));
    return told;
  });
  if (reaching.length === 0) return lines;
  lines.push(label('why', 'executing the log would reach beyond the data:'));
  for (const { command, count: times, path, offset: at } of reaching.slice(0, SHOWN)) {
    const name = printableText(command.toUpperCase());
    lines.push(
      label(
        '',
        `${name}, ${times === 1 ? 'once' : `${count(times)} times`}: ${printableText(basename(path))} at ${offset(at)}`,
      ),
    );
  }
  if (reaching.length > SHOWN) lines.push(label('', `and ${plural(reaching.length - SHOWN, 'other command')}`));
  lines.push(...wrapped('If you know where the log comes from, --trust executes it nevertheless.', options));
  return lines;
}

function failureLines({ failure, server }: MaterializeReport, options: MaterializeTextOptions): string[] {
  if (!failure) return [];
  const how = failure.signal === null ? `ended with status ${failure.exitCode}` : `was ended by ${failure.signal}`;
  return [
    label('why', `${server?.name} ${printableText(server?.version ?? '')} ${how} while it loaded the copy:`),
    ...failure.lines.slice(0, SHOWN).flatMap((line) => wrapped(printableText(line), options)),
    ...wrapped('rdbkit verify says what is wrong with the log.', options),
  ];
}

function wrapped(text: string, { width }: MaterializeTextOptions): string[] {
  return wrap(text, INDENT, width).split('\n');
}
