import { SLOTS } from '../keyspace/slot.js';
import { durations, moment } from '../keyspace/time-text.js';
import { Findings } from './findings.js';
import type { FileReport, Finding, ShardsReport, SlotRange } from './report.js';
import { explainGaps } from './slot-gaps.js';

/** So many names, ranges, and pairs of files are listed. */
const NAMES = 4;
const RANGES = 6;
const PAIRS = 20;

/**
 * Holds the files against each other as the shards of one backup: one producer, saved at about the same time, each slot in
 * one of them and, as far as it can be told, none missing.
 */
export function compareShards(
  files: readonly FileReport[],
  maxSkewMs: number,
): { readonly findings: Finding[]; readonly shards: ShardsReport } {
  const findings = new Findings();
  const shards = files.filter((file) => file.kind === 'rdb' && file.rdbVersion !== null);
  let skewMs: number | null = null;
  let slots: SlotRange[] | null = null;
  if (shards.length < 2) {
    const given = files.length === 1 ? 'there is 1 file' : `of ${files.length} files ${shards.length} can be compared`;
    findings.add('SHARDS_TOO_FEW', null, `shards are dumps (RDB) that are held against each other, and ${given}`);
  } else {
    compareFiles(shards, findings);
    compareProducers(shards, findings);
    skewMs = compareTimes(shards, maxSkewMs, findings);
    compareReplicationIds(shards, findings);
    slots = compareSlots(shards, files, findings);
  }
  return { findings: findings.kept, shards: { files: shards.length, skewMs, slots } };
}

function compareFiles(files: readonly FileReport[], findings: Findings): void {
  // Two nodes without keys may well have saved the same bytes.
  const summed = files.filter(({ checksum, keys }) => checksum.status === 'ok' && keys !== 0);
  for (const same of groups(summed, ({ bytes, checksum }) => `${bytes} ${checksum.stored}`)) {
    if (same.length > 1) {
      findings.add('SHARDS_FILE_TWICE', null, `${names(same)} are the same, by size and checksum`);
    }
  }
}

function compareProducers(files: readonly FileReport[], findings: Findings): void {
  const writers = groups(files, ({ producer }) => `${producer?.name} ${producer?.version ?? 'of unknown version'}`);
  if (writers.length < 2) return;
  const parts = writers.map(([first, ...more]) => {
    const { producer } = first;
    return `${producer?.name} ${producer?.version ?? 'of unknown version'} (${names([first, ...more])})`;
  });
  findings.add('SHARDS_PRODUCER_DIFFERS', null, `written by ${listed(parts, NAMES, 'others')}`);
}

/** The ms between the first and the last save, of the files that say when they were made. */
function compareTimes(files: readonly FileReport[], maxSkewMs: number, findings: Findings): number | null {
  const silent = files.filter(({ createdAtMs }) => createdAtMs === null);
  if (silent.length > 0) {
    const message = `${names(silent)} ${silent.length === 1 ? 'does' : 'do'} not say when it was made`;
    findings.add('SHARDS_CTIME_UNKNOWN', null, message);
  }
  const times = files.filter(({ createdAtMs }) => createdAtMs !== null).sort((a, b) => made(a) - made(b));
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  const skewMs = made(last) - made(first);
  if (skewMs > maxSkewMs) {
    const [apart, most] = durations(skewMs, maxSkewMs);
    const when = `${name(first)} was made ${moment(made(first))}, ${name(last)} ${moment(made(last))}`;
    findings.add('SHARDS_CTIME_SKEW', null, `${when}: ${apart} apart; at most ${most} is allowed`);
  }
  return skewMs;
}

function compareReplicationIds(files: readonly FileReport[], findings: Findings): void {
  const known = files.filter(({ aux }) => /^[0-9a-f]{40}$/.test(aux['repl-id'] ?? ''));
  for (const same of groups(known, ({ aux }) => aux['repl-id'])) {
    if (same.length < 2) continue;
    const offsets = same.slice(0, NAMES).map(({ aux }) => aux['repl-offset'] ?? 'unknown');
    const message = `${names(same)} have the replication id ${same[0].aux['repl-id']}, at the offsets ${offsets.join(', ')}`;
    findings.add('SHARDS_REPL_ID_REPEATED', null, message);
  }
}

/** The slots that hold keys in any file; null when no file says which those are. */
function compareSlots(
  shards: readonly FileReport[],
  files: readonly FileReport[],
  findings: Findings,
): SlotRange[] | null {
  const owners = new Map<number, FileReport>();
  const twice = new Map<FileReport, Map<FileReport, number[]>>();
  for (const file of shards) {
    for (const [first, last] of file.slots ?? []) {
      for (let slot = first; slot <= last; slot++) {
        const owner = owners.get(slot);
        if (owner === undefined) owners.set(slot, file);
        else push(twice, owner, file, slot);
      }
    }
  }
  reportTwice(twice, findings);
  const union = rangesOf([...owners.keys()].sort((a, b) => a - b));
  const told = reportUntold(files, findings);
  if (union.length === 0) return null;
  const keys = files.reduce((sum, file) => sum + (file.keys ?? 0), 0);
  if (told) reportMissing(union, keys, findings);
  return union;
}

function reportTwice(twice: ReadonlyMap<FileReport, ReadonlyMap<FileReport, number[]>>, findings: Findings): void {
  const pairs = [...twice].flatMap(([owner, others]) =>
    [...others].map(([other, slots]) => {
      const ranges = rangesText(rangesOf(slots));
      const what = slots.length === 1 ? `slot ${ranges}` : `${slots.length} slots (${ranges})`;
      return `${name(owner)} and ${name(other)} both hold keys of ${what}`;
    }),
  );
  for (const message of pairs.slice(0, PAIRS)) findings.add('SHARDS_SLOT_TWICE', null, message);
  if (pairs.length > PAIRS) findings.add('SHARDS_SLOT_TWICE', null, `and so do ${pairs.length - PAIRS} more pairs`);
}

/** Says which files leave open where their keys belong. Whether there are none. */
function reportUntold(files: readonly FileReport[], findings: Findings): boolean {
  const open = files.filter(({ slots, keys, complete }) => !complete || (slots === null && keys !== 0));
  if (open.length === 0) return true;
  const silent = open.filter(({ complete }) => complete);
  const shallow = silent.some(({ level }) => level !== 'structure');
  const why = [
    silent.length === 0
      ? ''
      : shallow
        ? 'slots are looked at at the level structure only'
        : `${names(silent)} ${silent.length === 1 ? 'does' : 'do'} not say in which slots the keys are`,
    silent.length === open.length
      ? ''
      : `${names(open.filter(({ complete }) => !complete))} could not be read to the end`,
  ];
  const message = `${why.filter(Boolean).join(', and ')}; whether slots are missing cannot be told`;
  findings.add('SHARDS_NO_SLOTS', null, message);
  return false;
}

function reportMissing(union: readonly SlotRange[], keys: number, findings: Findings): void {
  const gaps = gapsBetween(union);
  if (gaps.length === 0) return;
  const { verdict, missing, longest } = explainGaps(gaps, keys);
  const which = `no file holds keys of ${missing} of ${SLOTS} slots (${rangesText(gaps)})`;
  const spread = `${keys} keys in the other ${SLOTS - missing}`;
  switch (verdict) {
    case 'gap': {
      const message = `${which}: with ${spread} chance leaves no gap of ${longest}; a shard or a part of one is missing`;
      findings.add('SHARDS_SLOTS_MISSING', null, message);
      break;
    }
    case 'few': {
      const why = 'keys spread evenly would leave none empty; hash tags, which crowd keys into few slots, may';
      findings.add('SHARDS_SLOTS_MISSING', null, `${which}: with ${spread}, ${why}`, undefined, 'warning');
      break;
    }
    default: {
      const message = `${which}: with ${spread} that may be chance`;
      findings.add('SHARDS_SLOTS_MISSING', null, message, undefined, 'info');
    }
  }
}

function gapsBetween(union: readonly SlotRange[]): SlotRange[] {
  const gaps: SlotRange[] = [];
  let next = 0;
  for (const [first, last] of [...union, [SLOTS, SLOTS] as const]) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  return gaps;
}

function rangesOf(slots: readonly number[]): SlotRange[] {
  const ranges: [number, number][] = [];
  for (const slot of slots) {
    const last = ranges.at(-1);
    if (last?.[1] === slot - 1) last[1] = slot;
    else ranges.push([slot, slot]);
  }
  return ranges;
}

/** The longest ranges, in their order: `0-99, 5461-10922 and 3 more`. */
function rangesText(ranges: readonly SlotRange[]): string {
  const longest = [...ranges].sort((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, RANGES);
  const shown = longest
    .sort((a, b) => a[0] - b[0])
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const more = ranges.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function push(
  twice: Map<FileReport, Map<FileReport, number[]>>,
  owner: FileReport,
  file: FileReport,
  slot: number,
): void {
  const others = twice.get(owner) ?? new Map<FileReport, number[]>();
  twice.set(owner, others);
  const slots = others.get(file) ?? [];
  others.set(file, slots);
  slots.push(slot);
}

function groups(files: readonly FileReport[], by: (file: FileReport) => string): FileReport[][] {
  const found = new Map<string, FileReport[]>();
  for (const file of files) {
    const group = found.get(by(file));
    if (group) group.push(file);
    else found.set(by(file), [file]);
  }
  return [...found.values()];
}

function made(file: FileReport): number {
  return file.createdAtMs ?? 0;
}

function name({ path }: FileReport): string {
  return path === '-' ? 'standard input' : path;
}

/** `a.rdb, b.rdb and c.rdb`; of many files the first ones. */
function names(files: readonly FileReport[]): string {
  return listed(files.map(name), NAMES, 'more');
}

function listed(parts: readonly string[], most: number, rest: string): string {
  if (parts.length <= 1) return parts.join('');
  if (parts.length <= most) return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `${parts.slice(0, most - 1).join(', ')} and ${parts.length - most + 1} ${rest}`;
}
