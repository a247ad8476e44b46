import { manifestBytes } from '../aof/manifest.js';
import type { Decision, Verdict } from './decide.js';
import { keptCommands } from './decide.js';
import type { Cut, PlannedPart, RepairFinding, RepairPlan } from './plan.js';
import type { ScannedPart } from './scanned.js';

export interface Planned {
  readonly input: string;
  readonly kind: RepairPlan['kind'];
  readonly gzip: boolean;
  readonly directory: string | undefined;
  /** Of a set: the name of its manifest. */
  readonly manifest: string | undefined;
  /** About the set as a whole. */
  readonly findings: readonly RepairFinding[];
}

/** The plan that follows from what was found and decided. */
export function makePlan(planned: Planned, scanned: readonly ScannedPart[], verdict: Verdict): RepairPlan {
  const { cut, refusals } = verdict;
  const { input, kind, gzip, directory } = planned;
  const parts = scanned.map((part, i) => plannedPart(part, i, cut));
  const kept = parts.filter(({ dropped }) => !dropped);
  const plan = {
    input,
    kind,
    gzip,
    directory,
    parts,
    manifest: planned.manifest === undefined ? undefined : makeManifest(planned.manifest, scanned, parts),
    cut: cut && makeCut(cut, scanned, parts),
    kept: {
      bytes: sum(kept.map(({ keptBytes }) => keptBytes)),
      commands: sum(kept.map((part) => part.keptCommands)),
      lastTimestampMs: lastKept(scanned, cut),
    },
    findings: allFindings(planned, scanned, verdict),
    refusals,
  };
  return plan;
}

function plannedPart(
  { path, entry, name, scan, state }: ScannedPart,
  i: number,
  cut: Decision | undefined,
): PlannedPart {
  const dropped = cut !== undefined && (i > cut.part || (i === cut.part && cut.dropsPart));
  // Parts without bytes hold nothing that could be lost, and servers do not mind them.
  const keepsEmpty = dropped && cut?.reason === 'tail';
  const bytes = scan?.bytes ?? state?.size ?? null;
  const until = cut?.part === i ? cut.place.offset : (bytes ?? 0);
  return {
    path,
    name,
    role: entry?.role ?? null,
    seq: entry?.seq ?? null,
    bytes,
    keptBytes: dropped ? 0 : until,
    dropped: dropped && !keepsEmpty,
    rdbBytes: scan?.preamble?.end ?? 0,
    commands: scan?.log?.commands ?? 0,
    keptCommands: scan ? keptCommands(scan, i, cut) : 0,
    firstTimestampMs: ms(scan?.log?.firstTimestamp),
    lastTimestampMs: ms(scan?.log?.lastTimestamp),
    state,
  };
}

function makeCut(cut: Decision, scanned: readonly ScannedPart[], parts: readonly PlannedPart[]): Cut {
  const later = scanned.slice(cut.part).flatMap(({ scan }) => scan?.log?.lastTimestamp ?? []);
  const before = lastKept(scanned, cut);
  return {
    reason: cut.reason,
    code: cut.code,
    path: scanned[cut.part].path,
    offset: cut.place.offset,
    bytes: sum(parts.map(({ bytes, keptBytes }) => (bytes ?? 0) - keptBytes)),
    commands: sum(parts.map((part) => part.commands - part.keptCommands)),
    unreadBytes: sum(scanned.slice(cut.part).map(({ scan, state }) => unread(scan, state?.size ?? 0))),
    droppedParts: parts.filter(({ dropped }) => dropped).length,
    fromMs: ms(cut.seconds) ?? before,
    toMs: ms(later.at(-1)) ?? ms(cut.seconds) ?? before,
  };
}

/** Bytes that are no whole commands, as far as can be told. */
function unread(scan: ScannedPart['scan'], size: number): number {
  if (!scan?.log) return scan?.bytes ?? size;
  const { fault, end, completeUpTo } = scan.log;
  return fault ? Math.max(0, end - completeUpTo) : 0;
}

function makeManifest(
  name: string,
  scanned: readonly ScannedPart[],
  parts: readonly PlannedPart[],
): RepairPlan['manifest'] {
  const entries = scanned.flatMap(({ entry }, i) => {
    const { dropped, keptBytes, bytes } = parts[i];
    if (!entry || dropped) return [];
    if (keptBytes === bytes) return [entry];
    // The offset in the replication stream at which it ended no longer fits.
    const { endOffset: _gone, ...rest } = entry;
    return [rest];
  });
  return { name, bytes: manifestBytes(entries) };
}

/** What stays true of the copy, and what it was cut for. When nothing may be written: everything. */
function allFindings(planned: Planned, scanned: readonly ScannedPart[], verdict: Verdict): RepairFinding[] {
  const { cut, refusals } = verdict;
  const all: RepairFinding[] = [...planned.findings];
  scanned.forEach(({ path, scan }, i) => {
    const end = cut && i >= cut.part ? (i === cut.part ? cut.place.offset : 0) : Number.POSITIVE_INFINITY;
    for (const told of scan?.findings ?? []) {
      if (refusals.length > 0 || (told.offset ?? 0) < end) all.push({ ...told, path });
    }
  });
  if (cut?.finding) all.push(cut.finding);
  const seen = new Set<string>();
  return [...all, ...verdict.findings].filter(({ code, path, offset }) => {
    const key = `${code} ${offset} ${path}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The time of the last annotation that stays. */
function lastKept(scanned: readonly ScannedPart[], cut: Decision | undefined): number | null {
  for (let i = cut?.part ?? scanned.length - 1; i >= 0; i--) {
    const seconds = i === cut?.part ? cut.place.timestamp : scanned[i].scan?.log?.lastTimestamp;
    if (seconds !== undefined) return seconds * 1000;
  }
  return null;
}

function ms(seconds: number | undefined): number | null {
  return seconds === undefined ? null : seconds * 1000;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
