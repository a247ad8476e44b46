// A rehearsal on a terminal: what came out first, then the facts, on one screen.
import { bytesToLine, printableText } from '../../keyspace/bytes-text.js';
import { duration } from '../../keyspace/time-text.js';
import type { KeyDifference, RehearsalReport } from '../../rehearse/report.js';
import { binarySize, count, offset, plural } from '../format.js';
import type { Palette } from '../palette.js';
import { type Column, table } from '../stats/columns.js';
import { fact, heads, type StatsTextOptions } from '../stats/words.js';
import type { RehearsalExtras } from './rehearse-json.js';

export interface RehearseTextOptions {
  readonly colors: Palette;
  /** Columns to stay within. */
  readonly columns: number;
  /** Only what is wrong. */
  readonly quiet: boolean;
}

/** Lines of each list. */
const SHOWN = 8;
const NAME_BYTES = 80;
const LONGEST_LINE = 300;
const DATABASES = 16;

const WHAT = {
  type: 'another type',
  value: 'another value',
  expire: 'another expiry',
  fieldExpire: 'other field expiries',
};
const SIGN = { missing: '-', different: '~', extra: '+', unsure: '?' } as const;

/** The report with a line end; nothing for a drill that went well when only what is wrong is wanted. */
export function rehearseText(report: RehearsalReport, extras: RehearsalExtras, options: RehearseTextOptions): string {
  if (options.quiet && report.verdict === 'restored' && report.warnings.length === 0) return '';
  const style: StatsTextOptions = { colors: options.colors, columns: options.columns, top: SHOWN };
  const lines = [
    headline(report, options.colors),
    ...refusalLines(report, style),
    ...failureLines(report, extras, style),
    ...factLines(report, style),
    ...databaseLines(report, style),
    ...differenceLines(report, style),
    ...report.warnings.map((text) => fact('warning', options.colors.yellow(printableText(text)), style)),
    ...keptLines(extras, style),
  ];
  return `${lines.join('\n')}\n`;
}

function headline(
  { verdict, compared, databases, path, failure, server, reaching }: RehearsalReport,
  colors: Palette,
): string {
  const name = printableText(path === '-' ? 'standard input' : path);
  const found = databases.reduce((sum, database) => sum + database.found, 0);
  const held = databases.reduce((sum, database) => sum + database.compared, 0);
  const by = server ? `${server.name} ${server.version}` : 'a server';
  switch (verdict) {
    case 'restored':
      return colors.green(
        colors.bold(
          compared === 'keys'
            ? `RESTORED: ${by} loaded ${name}, and all ${plural(found, 'key')} are equal`
            : compared === 'unwritten'
              ? `RESTORED: ${by} executed all of ${name}: ${plural(found, 'key')}, and ${count(held)} that no command wrote to are equal`
              : `RESTORED: ${by} executed all of ${name}: ${plural(found, 'key')}`,
        ),
      );
    case 'different':
      return colors.red(
        colors.bold(
          compared === 'keys' || (compared === 'unwritten' && databases.some(isDifferent))
            ? `NOT EQUAL: ${by} loaded ${name}, and does not hold what is in it`
            : `NOT WHOLE: ${by} loaded ${name}, and did not take all of it`,
        ),
      );
    case 'failed':
      return colors.red(
        colors.bold(
          failure?.kind === 'timeout'
            ? `TOO SLOW: ${by} had not loaded ${name} in time`
            : `FAILED: ${by} does not load ${name}`,
        ),
      );
    case 'refused':
      return colors.red(
        colors.bold(`NOT STARTED: ${name} holds ${plural(reaching.length, 'command')} that reach beyond the data`),
      );
    default:
      return colors.yellow(colors.bold(`CANNOT TELL: ${by} loaded ${name}, and not all of it can be compared`));
  }
}

function refusalLines({ reaching }: RehearsalReport, style: StatsTextOptions): string[] {
  if (reaching.length === 0) return [];
  const lines = reaching.slice(0, SHOWN).map(({ command, reach, path, offset: at, count: times }) => {
    const more = times > 1 ? `, ${count(times)} times` : '';
    return `  ${printableText(command)} (${reach}) at ${offset(at)} of ${printableText(path)}${more}`;
  });
  const rest = reaching.length - SHOWN;
  if (rest > 0) lines.push(`  and ${plural(rest, 'more command')} (--json lists them)`);
  return [...lines, fact('try', 'a server that loads the log executes them; --trust starts one nevertheless', style)];
}

function failureLines({ failure }: RehearsalReport, { verified }: RehearsalExtras, style: StatsTextOptions): string[] {
  if (!failure) return [];
  const { colors } = style;
  const { lines, signal, exitCode, salvage } = failure;
  const ended =
    signal !== null
      ? `it was ended by ${signal}${signal === 'SIGKILL' ? ': memory may have run out' : ''}`
      : exitCode === null
        ? undefined
        : `it ended with status ${exitCode}`;
  const told = lines.slice(0, 4).map((line, i) => fact(i === 0 ? 'server' : '', colors.bold(shown(line)), style));
  return [
    ...told,
    ...(ended === undefined ? [] : [fact(told.length > 0 ? '' : 'server', ended, style)]),
    ...verifiedLines(verified, style),
    ...(salvage
      ? [
          fact(
            'restart',
            salvage.starts
              ? `with aof-load-truncated yes (the default) a server cuts the end off and starts with ${plural(salvage.keys, 'key')}; rdbkit repair does the same`
              : `with aof-load-truncated yes it does not start, either: ${shown(salvage.lines[0] ?? '')}`,
            style,
          ),
        ]
      : []),
  ];
}

function verifiedLines(verified: RehearsalExtras['verified'], style: StatsTextOptions): string[] {
  if (!verified) return [];
  const errors = verified.findings.filter(({ severity }) => severity === 'error');
  const parts = (verified.parts ?? []).flatMap((part) => part.findings.filter(({ severity }) => severity === 'error'));
  const [first] = [...errors, ...parts];
  if (!first) return [fact('rdbkit', `rdbkit verify finds no error (${verified.outcome})`, style)];
  const where = first.offset === null ? '' : ` at ${offset(first.offset)}`;
  const rest = errors.length + parts.length - 1;
  const more = rest > 0 ? ` (and ${count(rest)} more: rdbkit verify)` : '';
  return [fact('rdbkit', `${first.code}${where}: ${shown(first.message)}${more}`, style)];
}

function factLines(report: RehearsalReport, style: StatsTextOptions): string[] {
  const { server, readyMs, via, functions, kind, bytes, rdbVersion, producer, commands, durationMs } = report;
  const { failedCommands } = report;
  const wrote = producer ? `, of ${producer.name} ${printableText(producer.version ?? '')}`.trimEnd() : '';
  const holds = [
    ...(rdbVersion === null ? [] : [`RDB ${rdbVersion}${wrote}`]),
    ...(kind === 'rdb' ? [] : [plural(commands, 'command')]),
  ];
  const lines = [fact('backup', `${kind}, ${binarySize(bytes)}, ${holds.join(', ')}`, style)];
  if (server) lines.push(fact('server', `${server.name} ${server.version}, ${printableText(server.path)}`, style));
  if (readyMs !== null) {
    lines.push(
      fact(
        'ready in',
        `${time(readyMs)}: about what a real ${via === 'boot' ? 'restart' : 'load'} takes (the drill took ${time(durationMs)})`,
        style,
      ),
    );
  }
  lines.push(...memoryLines(report, style), ...comparedLines(report, style));
  const [line] = failedCommands.lines;
  if (line !== undefined) lines.push(fact('failed', style.colors.red(shown(line)), style));
  if (functions && functions.libraries + functions.extra > 0) {
    const { libraries, found, missing, extra } = functions;
    const wrong =
      missing + extra > 0 ? style.colors.red(`, ${missing} missing or different, ${extra} not in the backup`) : '';
    lines.push(fact('functions', `${found} of ${plural(libraries, 'library', 'libraries')}${wrong}`, style));
  }
  return lines;
}

function memoryLines({ memory }: RehearsalReport, style: StatsTextOptions): string[] {
  if (!memory) return [];
  const { used, keys, estimated, ratio, unknownKeys, atSave } = memory;
  const before = atSave === null ? '' : `; ${binarySize(atSave)} when the backup was made`;
  const lines = [fact('memory', `${binarySize(used)}${before}`, style)];
  // Of little data buffers are the larger part: to compare would only puzzle.
  if (keys === null || estimated === null || ratio === null) return lines;
  const modules = unknownKeys === 0 ? '' : `; ${plural(unknownKeys, 'key')} of modules by their bytes in the file`;
  const text = `${binarySize(keys)} for keys and their tables; estimated ${binarySize(estimated)}, ${ratio.toFixed(3)} of that${modules}`;
  return [...lines, fact('', text, style)];
}

function comparedLines(
  { compared, databases, failedCommands, wroteAll }: RehearsalReport,
  style: StatsTextOptions,
): string[] {
  if (compared === 'nothing') return [];
  if (compared === 'keys') return [fact('compared', 'every key: type, value, expiry, fields, groups', style)];
  const failed = failedCommands.count > 0 ? `${plural(failedCommands.count, 'command')} FAILED` : 'none failed';
  if (compared === 'unwritten') {
    const sum = (of: (database: (typeof databases)[number]) => number) =>
      count(databases.reduce((n, d) => n + of(d), 0));
    const base = sum((database) => database.base ?? 0);
    return [
      fact('compared', `${sum((database) => database.compared)} of ${base} keys in front of the commands`, style),
      fact('', `the others may have been written to by commands, of which ${failed}`, style),
    ];
  }
  const why = wroteAll === null ? '' : ` (${printableText(wroteAll.toUpperCase())} may have written to all)`;
  return [fact('compared', `no keys${why}: what commands make, only a server can tell. Of them ${failed}`, style)];
}

function isDifferent({ missing, different, extra }: RehearsalReport['databases'][number]): boolean {
  return missing + different + extra > 0;
}

function databaseLines({ databases, compared, via }: RehearsalReport, style: StatsTextOptions): string[] {
  if (databases.length === 0 || compared === 'nothing') return [];
  const rows = databases.slice(0, DATABASES);
  const cells = (value: (database: (typeof rows)[number]) => number | null) =>
    rows.map((row) => {
      const n = value(row);
      return n === null ? '' : count(n);
    });
  const isHeld = compared === 'keys' || compared === 'unwritten';
  const column = (head: string, value: (database: (typeof rows)[number]) => number | null): Column => ({
    head,
    cells: cells(value),
    align: 'right',
  });
  const columns: Column[] = [
    { head: 'Keys', cells: rows.map(({ db }) => `db ${db}`) },
    ...(compared === 'keys' ? [column('in the backup', ({ keys }) => keys)] : []),
    ...(compared === 'unwritten'
      ? [column('in the base', ({ base }) => base), column('compared', (database) => database.compared)]
      : []),
    column('found', ({ found }) => found),
    ...(isHeld ? [column('missing', ({ missing }) => missing), column('different', ({ different }) => different)] : []),
    ...(isHeld && rows.some(({ unsure }) => unsure > 0) ? [column('unsure', ({ unsure }) => unsure)] : []),
    ...(isHeld ? [column('extra', ({ extra }) => extra)] : []),
    column('expired', ({ expired }) => expired),
  ];
  const lines = table(columns, Math.max(60, style.columns), heads(style));
  const rest = databases.length - rows.length;
  if (rest > 0) lines.push(`  and ${plural(rest, 'more database')} (--json lists them)`);
  if (databases.some(({ expired }) => expired > 0)) {
    const what = via === 'boot' ? 'among the keys found; a real restart drops them' : 'not loaded, as they had expired';
    lines.push(style.colors.dim(`  expired: ${what}`));
  }
  return lines;
}

function differenceLines({ differences, databases, limited }: RehearsalReport, { colors }: StatsTextOptions): string[] {
  if (differences.length === 0) return [];
  const all = databases.reduce((sum, each) => sum + each.missing + each.different + each.unsure + each.extra, 0);
  const lines = differences.map((difference) => colors.red(`  ${differenceText(difference)}`));
  return limited ? [...lines, `  and ${count(all - differences.length)} more (--limit)`] : lines;
}

function differenceText({ change, db, key, what, type }: KeyDifference): string {
  const name =
    key.length === 0 ? '(empty name)' : bytesToLine(key.subarray(0, NAME_BYTES)) + (key.length > NAME_BYTES ? '…' : '');
  const how =
    change === 'different'
      ? what.map((each) => WHAT[each]).join(', ')
      : change === 'unsure'
        ? 'other bytes, perhaps the same value'
        : change;
  return `${SIGN[change]} ${name}${db === 0 ? '' : ` (db ${db})`}  ${printableText(type)}: ${how}`;
}

function keptLines({ kept }: RehearsalExtras, style: StatsTextOptions): string[] {
  if (!kept) return [];
  const { pid, socket, dir } = kept;
  return [
    fact('kept', `the server runs on: process ${pid}`, style),
    `    look at it   redis-cli -s ${printableText(socket)}`,
    `    stop it      redis-cli -s ${printableText(socket)} SHUTDOWN NOSAVE; rm -rf ${printableText(dir)}`,
  ];
}

function shown(line: string): string {
  const text = printableText(line);
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
}

function time(ms: number): string {
  return ms < 120_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s` : duration(ms);
}
