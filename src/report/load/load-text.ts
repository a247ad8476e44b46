// What a load says at its end: for somebody who wants to know whether the data are back.
import { bytesToLine, printableText } from '../../keyspace/bytes-text.js';
import { moment } from '../../keyspace/time-text.js';
import { isAllThere, type KeyGroup, type LoadReport, type ToldKey } from '../../load/report.js';
import { count, plural, wrap } from '../format.js';
import type { Palette } from '../palette.js';
import { andMore, fact, remark } from '../stats/words.js';

export interface LoadTextOptions {
  readonly colors: Palette;
  readonly columns: number;
}

/** Keys of a group that are named. */
const NAMED = 5;
const NAME_COLUMNS = 80;
const LEAST_SECONDS = 0.001;

/** The whole text. `onlyTrouble`: nothing when all went well. */
export function loadText(report: LoadReport, { colors, columns }: LoadTextOptions, onlyTrouble = false): string {
  const options = { colors, columns, top: NAMED };
  const good = isAllThere(report);
  if (onlyTrouble && good && report.warnings.length === 0) return '';
  const lines = [headline(report, good, colors), ...warnings(report, colors)];
  if (!onlyTrouble || !good) {
    lines.push(fact('input', inputText(report), options), fact('target', targetText(report), options));
    lines.push(...sums(report, options));
  }
  lines.push(...trouble(report, options), ...notBegun(report, options));
  if (!onlyTrouble) lines.push(...report.notes.map((note) => remark(`not carried over: ${note}`, options)));
  return `${lines.join('\n')}\n`;
}

function headline(report: LoadReport, good: boolean, colors: Palette): string {
  const { keys, loaded, loadedBefore, dryRun, interrupted, stopped, failed, conflicted } = report;
  const seconds = report.seconds - (report.verified?.seconds ?? 0);
  const rate = Math.round(loaded / Math.max(seconds, LEAST_SECONDS));
  if (dryRun) {
    const text = `dry run, nothing was written: ${count(loaded)} of ${plural(keys, 'key')} would be loaded`;
    return colors.bold(good ? colors.green(text) : text);
  }
  const before = loadedBefore > 0 ? `, and ${count(loadedBefore)} by a run before,` : '';
  const commands = report.log ? `, ${plural(report.log.done, 'command')} replayed,` : '';
  const done = `${count(loaded)} of ${plural(keys, 'key')} loaded${before}${commands} in ${duration(seconds)} (${count(rate)} keys/s)`;
  if (good) return colors.green(colors.bold(done));
  if (interrupted) return colors.red(colors.bold(`INTERRUPTED: ${done}`));
  if (stopped !== null) return colors.red(colors.bold(`STOPPED: ${done}: ${printableText(stopped)}`));
  const missing = failed + conflicted;
  if (missing > 0) return colors.red(colors.bold(`${plural(missing, 'key')} NOT LOADED: ${done}`));
  const parts = report.partly.keys > 0 ? `${plural(report.partly.keys, 'key')} LOADED ONLY IN PART: ` : '';
  return colors.red(colors.bold(`${parts}${done}`));
}

function warnings({ warnings, discrepancy, restarts }: LoadReport, colors: Palette): string[] {
  return [
    ...(discrepancy === null ? [] : [colors.red(`THE SUMS DO NOT MATCH, do not trust this load: ${discrepancy}`)]),
    ...warnings.map(({ code, message }) => colors.yellow(wrap(`warning: ${code}: ${printableText(message)}`, 0, 100))),
    ...restarts.map(({ node, kind, atMs }) =>
      colors.yellow(
        `  ${printableText(node)} ${kind === 'restart' ? 'was restarted' : 'failed over'} at ${moment(atMs)}`,
      ),
    ),
  ];
}

function inputText({ input, keys }: LoadReport): string {
  const { path, producer, createdAtMs } = input;
  const by = producer ? `, by ${producer.name}${producer.version === null ? '' : ` ${producer.version}`}` : '';
  const made = createdAtMs === null ? '' : `, made ${moment(createdAtMs)}`;
  const all = input.keys === keys ? '' : ` of ${count(input.keys)}`;
  return printableText(`${path === '-' ? 'standard input' : path}${by}${made}; ${count(keys)}${all} keys wanted`);
}

function targetText({ target }: LoadReport): string {
  const { url, lineage, version, cluster } = target;
  return printableText(`${url}, ${lineage} ${version}${cluster ? ', a cluster' : ''}`);
}

type Options = LoadTextOptions & { readonly top: number };

function sums(report: LoadReport, options: Options): string[] {
  const { loaded, skipped, loadedBefore, expired, conflicted, failed, reloaded, partly, withoutPrefix } = report;
  const line = (name: string, keys: number, text: string) =>
    keys > 0 ? [fact(name, `${count(keys)}${text === '' ? '' : `  ${text}`}`, options)] : [];
  const others = skipped - loadedBefore;
  return [
    fact(
      'loaded',
      `${count(loaded)}${reloaded > 0 ? `  (${count(reloaded)} of them twice, as a server forgot them)` : ''}`,
      options,
    ),
    ...line('skipped', others, 'exist at the target, and stay as they are'),
    ...line('skipped', loadedBefore, 'loaded by a run before (journal)'),
    ...line('expired', expired, 'their time has passed (--expired load sends them anyway)'),
    ...line('conflicted', conflicted, 'exist at the target; --on-conflict skip leaves them, replace overwrites them'),
    ...line('failed', failed, ''),
    ...line('partly', partly.keys, 'loaded without something that commands cannot carry over'),
    ...line('no prefix', withoutPrefix, 'do not begin with the prefix to take off, and keep their names'),
    ...planLines(report, options),
    ...functionLines(report, options),
    ...logLines(report, options),
    ...journalLines(report, options),
    ...verifiedLines(report, options),
  ];
}

function planLines({ types }: LoadReport, options: Options): string[] {
  return (types ?? []).map(({ type, restore, commands, existing }) => {
    const ways = [
      ...(restore > 0 ? [`${count(restore)} by RESTORE`] : []),
      ...(commands > 0 ? [`${count(commands)} by commands`] : []),
      ...(existing > 0 ? [`${count(existing)} exist`] : []),
    ];
    return fact(printableText(type), ways.join(', '), options);
  });
}

function functionLines({ functions }: LoadReport, options: Options): string[] {
  if (functions === null) return [];
  const { libraries, loaded, skipped, failed } = functions;
  const rest = skipped > 0 ? `, ${count(skipped)} there already` : '';
  return [
    fact('functions', `${count(loaded)} of ${plural(libraries, 'library', 'libraries')} loaded${rest}`, options),
    ...failed.map(({ name, detail }) => options.colors.red(`    ${printableText(name)}: ${printableText(detail)}`)),
  ];
}

function logLines({ log }: LoadReport, options: Options): string[] {
  if (log === null) return [];
  const { commands, done, failed, lost, unsent, failures, stopped, torn, reaching, reachingCommands, until } = log;
  const { red, yellow } = options.colors;
  const text = `${count(done)} of ${plural(commands, 'command')} done`;
  const troubles = [
    ...(failed > 0 ? [`${count(failed)} FAILED`] : []),
    ...(lost > 0 ? [`${count(lost)} without an answer`] : []),
    ...(unsent > 0 ? [`${count(unsent)} not sent any more`] : []),
  ];
  const at = ({ path, offset }: { path: string; offset: number }) => printableText(`${path} at ${offset}`);
  return [
    fact('log', troubles.length > 0 ? red([text, ...troubles].join(', ')) : text, options),
    ...(stopped ? [red(`    STOPPED before ${at(stopped)}: ${printableText(stopped.reason)}`)] : []),
    ...failures.slice(0, NAMED).map(({ command, key, error, ...place }) => {
      return `    ${at(place)}: ${printableText(command)} "${shortened(bytesToLine(key))}": ${printableText(error)}`;
    }),
    ...(torn ? [yellow(`    torn: ${at(torn)}: ${printableText(torn.message)}; nothing behind it takes effect`)] : []),
    ...(until ? [`    --until was reached before ${at(until)}`] : []),
    ...(reaching > 0
      ? [
          yellow(
            `    not sent, as they reach outside of the data: ${reachingCommands.map(({ command, count: n }) => `${command} (${n})`).join(', ')}`,
          ),
        ]
      : []),
  ];
}

function notBegun({ input, log, dryRun, keys, failed, conflicted }: LoadReport, { colors }: Options): string[] {
  const isLog = input.hasLog && log === null && !dryRun;
  if (!isLog) return [];
  const why =
    failed + conflicted > 0
      ? `as ${count(failed + conflicted)} of ${plural(keys, 'key')} are missing`
      : 'as the load ended before';
  return [colors.red(`THE COMMANDS behind the keys were not sent, ${why}`)];
}

function journalLines({ journal }: LoadReport, options: Options): string[] {
  if (journal === null) return [];
  const { path, resumed, restarted } = journal;
  const how = !resumed
    ? 'begun'
    : restarted
      ? 'a server was restarted since: everything was offered again'
      : 'went on from it';
  return [fact('journal', printableText(`${path}: ${how}`), options)];
}

function verifiedLines({ verified }: LoadReport, options: Options): string[] {
  if (verified === null) return [];
  const { seconds, compared, equal, missing, different, unsure, expired, first } = verified;
  const gone = expired > 0 ? `, ${count(expired)} expired meanwhile` : '';
  const aside = [...verifiedFunctions(verified, options), ...verifiedUnsure(unsure, options)];
  if (missing + different === 0) {
    return [
      ...aside,
      fact(
        'verified',
        options.colors.green(
          `${count(equal)} of ${plural(compared, 'key')} equal${gone}, after ${duration(seconds)} more`,
        ),
        options,
      ),
    ];
  }
  const { red } = options.colors;
  return [
    ...aside,
    fact(
      'verified',
      red(`${count(missing)} MISSING, ${count(different)} DIFFERENT, ${count(equal)} equal${gone}`),
      options,
    ),
    ...first
      .slice(0, NAMED)
      .map(({ db, key, what }) => `    db ${db} "${shortened(bytesToLine(key))}": ${what.join(', ')}`),
  ];
}

function verifiedUnsure(unsure: number, options: Options): string[] {
  if (unsure === 0) return [];
  const keys = plural(unsure, 'value of modules', 'values of modules');
  const text = `${keys} not sure: the target saves other bytes, which may mean the same`;
  return [fact('verified', options.colors.yellow(text), options)];
}

function verifiedFunctions({ functions }: NonNullable<LoadReport['verified']>, options: Options): string[] {
  if (functions === null) return [];
  const { compared, missing } = functions;
  const libraries = plural(compared, 'function library', 'function libraries');
  if (missing.length === 0) return [fact('verified', options.colors.green(`${libraries} equal`), options)];
  const names = missing.slice(0, NAMED).map(printableText).join(', ');
  return [fact('verified', options.colors.red(`${count(missing.length)} of ${libraries} MISSING: ${names}`), options)];
}

function trouble({ failures, conflicts, partly }: LoadReport, options: Options): string[] {
  return [
    ...failures.flatMap((group) => groupLines('failed', group, options)),
    ...conflicts.flatMap((group) => groupLines('conflicted', group, options)),
    ...(partly.keys > 0 ? ['partly:', ...partly.first.slice(0, NAMED).map(keyLine)] : []),
  ];
}

function groupLines(what: string, { reason, keys, first }: KeyGroup, { colors }: Options): string[] {
  const title = colors.red(`${what}: ${printableText(reason)}, ${plural(keys, 'key')}`);
  const named = first.slice(0, NAMED);
  return [
    reason === 'NOT_TRIED' ? `${title}, as the load ended before them` : title,
    ...named.map(keyLine),
    ...(named.length > 0 && keys > named.length ? [colors.dim(`   ${andMore(named.length, keys)}`)] : []),
  ];
}

function keyLine({ db, key, type, detail }: ToldKey): string {
  return `    db ${db} "${shortened(bytesToLine(key))}" (${printableText(type)}): ${printableText(detail)}`;
}

function shortened(text: string): string {
  return text.length > NAME_COLUMNS ? `${text.slice(0, NAME_COLUMNS)}…` : text;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
