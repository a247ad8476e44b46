import type { Explanation } from '../errors/explanation.js';
import type { FindingCode } from '../errors.js';
import { bytesToLine, printableText } from '../keyspace/bytes-text.js';
import type { Salvaged, SalvageSurvey, SkippedRange, SuspectKey, SuspectReason } from '../repair/salvage/salvage.js';
import { binarySize, count, label, offset, plural, wrap } from './format.js';
import type { Palette } from './palette.js';
import { salvageAdvice } from './salvage-advice.js';

export interface SalvageTextOptions {
  readonly quiet: boolean;
  readonly colors: Palette;
  /** Columns to stay within. */
  readonly width: number;
  readonly explain: (code: FindingCode) => Explanation;
}

/** Ranges and keys that are shown; the JSON names more. */
const SHOWN = 5;
const KEY_COLUMNS = 60;

const WHY: Readonly<Record<SuspectReason, string>> = {
  container: 'the value does not pass its checks',
  'before-damage': 'so close in front of damage that it may be a part of it',
  'behind-damage': 'the first behind damage, it may lack its expiry or be chance',
  database: 'its database is not known',
  repeated: 'another key has the same name',
};

/** What was salvaged, for people: what the output holds, what was skipped, what is in doubt, and what to do next. */
export function salvageText(salvaged: Salvaged, { quiet, colors, width, explain }: SalvageTextOptions): string {
  const { survey, outcome } = salvaged;
  if (quiet && outcome === 'whole') return '';
  const output = printableText(salvaged.output);
  const head = outcome === 'whole' ? colors.green('COPIED') : colors.yellow('SALVAGED');
  const nothing = outcome === 'whole' ? ', nothing was lost' : '';
  const lines = [`${colors.bold(printableText(survey.input))}: ${head}, written to ${output}${nothing}`];
  lines.push(label('kept', keptText(salvaged)), ...missingLines(survey));
  if (survey.headerGuessed) lines.push(label('header', `lost; RDB ${survey.version} is a guess from what follows`));
  lines.push(...skippedLines(survey), ...suspectLines(salvaged), label('checksum', checksumText(salvaged)));
  for (const code of new Set(survey.skipped.map((range) => range.code))) {
    lines.push(colors.dim(wrap(`${code}: ${explain(code).meaning}`, 4, width)));
  }
  const steps = salvageAdvice(salvaged);
  for (const [i, step] of steps.entries()) {
    const [first = '', ...rest] = wrap(step, 13, width).split('\n');
    lines.push(label(i === 0 ? 'next' : '', first.trim()), ...rest);
  }
  return `${lines.join('\n')}\n`;
}

function keptText({ keys, suspectKeys, survey }: Salvaged): string {
  const doubtful = suspectKeys > 0 ? `, ${count(suspectKeys)} of them in doubt` : '';
  return `${plural(keys, 'key')}${doubtful}, of ${binarySize(survey.bytes)}${survey.gzip ? ' unpacked' : ''}`;
}

/** Where the file says how many keys there were. */
function missingLines({ databases }: SalvageSurvey): string[] {
  const short = databases.filter(({ keys, announced }) => announced !== null && announced !== keys);
  const lines = short
    .slice(0, SHOWN)
    .map(({ db, keys, announced }) =>
      label('', `database ${db}: ${plural(keys, 'key')} could be read; the file announces ${count(announced ?? 0)}`),
    );
  if (short.length > SHOWN) lines.push(label('', `… and ${plural(short.length - SHOWN, 'more database')}`));
  return lines;
}

function skippedLines({ skipped, skippedRanges, skippedBytes }: SalvageSurvey): string[] {
  if (skippedRanges === 0) return [];
  const lines = [label('skipped', `${plural(skippedRanges, 'range')}, ${plural(skippedBytes, 'byte')}`)];
  lines.push(...skipped.slice(0, SHOWN).map((range) => label('', rangeText(range))));
  if (skippedRanges > SHOWN) lines.push(label('', `… and ${plural(skippedRanges - SHOWN, 'more range')}`));
  return lines;
}

function rangeText({ start, end, code, offset: at, key, isRest }: SkippedRange): string {
  const where = at === start ? '' : `, seen at ${offset(at)}`;
  const whose = key === null ? '' : `, in the key "${shortened(key)}"`;
  const rest = isRest ? ', the rest of the file' : '';
  return `${offset(start)}, ${plural(end - start, 'byte')}${rest}: ${code}${where}${whose}`;
}

function suspectLines({ survey: { suspect, suspects }, includeSuspect }: Salvaged): string[] {
  const reasons = Object.entries(suspect).filter(([, keys]) => keys > 0) as [SuspectReason, number][];
  if (reasons.length === 0) return [];
  const sum = reasons.reduce((all, [, keys]) => all + keys, 0);
  const what = includeSuspect ? 'written all the same, but for names that come twice' : 'left out';
  const lines = [label('in doubt', `${plural(sum, 'key')}, ${what}`)];
  for (const [reason, keys] of reasons) lines.push(label('', `${count(keys)}: ${WHY[reason]} (${reason})`));
  lines.push(...suspects.slice(0, SHOWN).map((key) => label('', suspectText(key))));
  if (sum > SHOWN) lines.push(label('', `… and ${count(sum - SHOWN)} more`));
  return lines;
}

function suspectText({ db, key, type, start, reason, code }: SuspectKey): string {
  return `${type} "${shortened(key)}" in database ${db} at ${offset(start)}: ${code ?? reason}`;
}

function checksumText({ survey: { checksum }, unproven }: Salvaged): string {
  const every = unproven === 1 ? 'the key is unproven' : `all ${count(unproven)} keys are unproven`;
  switch (checksum.status) {
    case 'ok':
      return 'it holds: every key is what was written';
    case 'mismatch':
      return `it does not hold: ${every}, bytes inside of values may be wrong where no check shows it`;
    case 'disabled':
      return `the file was written without one: ${every}`;
    case 'absent':
      return `files of this version have none: ${every}`;
    default:
      return `lost with the end of the file: ${every}`;
  }
}

function shortened(key: Uint8Array): string {
  const text = bytesToLine(key);
  return text.length > KEY_COLUMNS ? `${text.slice(0, KEY_COLUMNS)}…` : text;
}
