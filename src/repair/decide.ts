// Where to cut, and whether that may be done: by what stands in the files, not by what is in the way of writing.
import type { FindingCode } from '../errors.js';
import { moment } from '../keyspace/time-text.js';
import type { Place } from './cut-points.js';
import type { CutReason, Refusal, RepairFinding, RepairOptions } from './plan.js';
import type { PartScan } from './scan-part.js';
import { finding, type ScannedPart } from './scanned.js';

/** Everything from a place of one part on is left out. */
export interface Decision {
  readonly reason: CutReason;
  readonly code: FindingCode | null;
  /** Index of the part. */
  readonly part: number;
  readonly place: Place;
  /** The part itself is left out: it cannot be copied. */
  readonly dropsPart: boolean;
  /** What is told about it. */
  readonly finding: RepairFinding | undefined;
  /** Seconds since the epoch: of the annotation that it is cut before. */
  readonly seconds: number | undefined;
}

export interface Verdict {
  readonly cut: Decision | undefined;
  readonly refusals: readonly Refusal[];
  /** What is to be said about the time asked for. */
  readonly findings: readonly RepairFinding[];
}

const START: Place = { offset: 0, commands: 0, timestamp: undefined };

/** Goes through the parts in the order of loading, up to the first place that cannot stay. */
export function decide(parts: readonly ScannedPart[], options: RepairOptions): Verdict {
  const cut = firstCut(parts);
  const refusals: Refusal[] = [];
  for (const part of parts.slice(0, (cut?.part ?? parts.length) + 1)) {
    const hard = uncuttable(part);
    if (hard) refusals.push(hard);
    if (part.changed) {
      const message = 'the file changed while it was read: copy it first, or stop what writes to it';
      refusals.push(refusal(finding('INPUT_CHANGED', part.path, null, message)));
    }
  }
  if (cut?.reason === 'damage' && cut.finding && !options.truncateAtDamage && refusals.length === 0) {
    refusals.push(refusal(cut.finding, 'truncate-at-damage'));
  }
  if (refusals.length > 0) return { cut, refusals, findings: [] };
  const { findings, refused } = aboutTime(parts, cut, options);
  if (refused) refusals.push(refused);
  else if (!holdsSomething(parts, cut)) refusals.push(nothingLeft(parts, cut));
  return { cut, refusals, findings };
}

function firstCut(parts: readonly ScannedPart[]): Decision | undefined {
  for (let part = 0; part < parts.length; part++) {
    const { path, scan, missing, entry } = parts[part];
    if (!scan) {
      const code = missing?.code ?? 'AOF_PART_MISSING';
      return { reason: 'damage', code, part, place: START, dropsPart: true, finding: missing, seconds: undefined };
    }
    if (!scan.log) {
      const { failure } = scan.preamble ?? {};
      const told = failure && finding(failure.code, path, failure.offset, failure.message);
      const code = failure?.code ?? null;
      return { reason: 'damage', code, part, place: START, dropsPart: true, finding: told, seconds: undefined };
    }
    const { until, damage } = scan;
    if (until && until.place.offset <= (damage?.place.offset ?? scan.end.offset)) {
      const { place, seconds } = until;
      return { reason: 'until', code: null, part, place, dropsPart: false, finding: undefined, seconds };
    }
    const stop = damage ?? scan.torn;
    if (!stop) continue;
    const last = parts.slice(part + 1).every((later) => later.scan?.bytes === 0);
    const where = damage || last ? '' : `; it is not the last ${entry ? 'file of the set' : 'file'}`;
    const told = finding(stop.code, path, stop.offset, stop.message + where);
    const place = damage?.place ?? scan.end;
    const reason = damage || !last ? 'damage' : 'tail';
    return { reason, code: stop.code, part, place, dropsPart: false, finding: told, seconds: undefined };
  }
  return undefined;
}

/** What no cut can mend: the state that the log begins with. */
function uncuttable({ path, scan, missing, entry }: ScannedPart): Refusal | undefined {
  const isBase = entry === undefined || entry.role === 'base';
  if (!scan) return isBase && missing ? refusal(missing) : undefined;
  const { preamble } = scan;
  if (!preamble?.failure) return undefined;
  const { code, offset, message } = preamble.failure;
  const told = finding(code, path, offset, `the RDB in front of the commands: ${message}`);
  return { ...refusal(told), unknown: preamble.unknown };
}

/** What was asked for, held against the annotations up to the cut. */
function aboutTime(
  parts: readonly ScannedPart[],
  cut: Decision | undefined,
  { untilMs }: RepairOptions,
): { findings: RepairFinding[]; refused?: Refusal } {
  if (untilMs === undefined) return { findings: [] };
  const read = parts.slice(0, (cut?.part ?? parts.length) + 1).flatMap(({ scan }) => scan?.log ?? []);
  const first = read.find(({ firstTimestamp }) => firstTimestamp !== undefined)?.firstTimestamp;
  const path = parts[cut?.part ?? parts.length - 1]?.path ?? '';
  if (first === undefined) {
    const message = 'the log has no timestamps: it was written with aof-timestamp-enabled no, or before Redis 7.0';
    return { findings: [], refused: refusal(finding('REPAIR_NO_TIMESTAMPS', path, null, message)) };
  }
  if (untilMs < first * 1000) {
    const message = `the first timestamp is ${moment(first * 1000)}, later than ${moment(untilMs)}`;
    return { findings: [], refused: refusal(finding('REPAIR_UNTIL_TOO_EARLY', path, null, message)) };
  }
  if (cut?.reason === 'until') return { findings: [] };
  const last = read.findLast(({ lastTimestamp }) => lastTimestamp !== undefined)?.lastTimestamp ?? first;
  const message = `nothing is cut at ${moment(untilMs)}: the last timestamp is ${moment(last * 1000)}`;
  return { findings: [finding('REPAIR_UNTIL_TOO_LATE', path, null, message)] };
}

function holdsSomething(parts: readonly ScannedPart[], cut: Decision | undefined): boolean {
  return parts.some(({ scan }, i) => {
    if (!scan || (cut && i > cut.part)) return false;
    if (cut && i === cut.part && cut.dropsPart) return false;
    return scan.preamble !== undefined || keptCommands(scan, i, cut) > 0;
  });
}

function nothingLeft(parts: readonly ScannedPart[], cut: Decision | undefined): Refusal {
  const path = parts[cut?.part ?? 0]?.path ?? '';
  const why = cut?.finding ? `: ${cut.finding.message}` : ': the input holds no command and no RDB';
  return refusal(finding('REPAIR_NOTHING_LEFT', path, cut?.finding?.offset ?? null, `nothing would be left${why}`));
}

/** Whole commands of a part that stay. */
export function keptCommands(scan: PartScan, index: number, cut: Decision | undefined): number {
  if (!cut || index < cut.part) return scan.log?.commands ?? 0;
  return index === cut.part && !cut.dropsPart ? cut.place.commands : 0;
}

/** A finding that nothing may be written for. */
export function refusal(told: RepairFinding, remedy: Refusal['remedy'] = null): Refusal {
  return { ...told, severity: 'error', remedy, unknown: false };
}
