import { readLog } from '../aof/log.js';
import type { LogResult } from '../aof/log-result.js';
import { LogVisitor } from '../aof/log-visitor.js';
import type { OpenInput } from '../backup/open.js';
import { InlineChecksum } from '../bytes/checksum/checksum.js';
import { makeChecksum } from '../bytes/checksum/make.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { countedSource } from '../bytes/sources/counted.js';
import type { Source } from '../bytes/sources/source.js';
import { Window } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import { CutPoints, type Damage, type Place, type UntilCut } from './cut-points.js';
import type { RepairFinding } from './plan.js';
import { type Preamble, readPreamble } from './preamble.js';

/** What one file was found to be. */
export interface PartScan {
  /** Of the content. */
  readonly bytes: number;
  readonly preamble: Preamble | undefined;
  /** undefined when the RDB in front could not be read. */
  readonly log: LogResult | undefined;
  /** Before an open MULTI, else behind the last whole command. */
  readonly end: Place;
  /** Why the file does not end there, when nothing whole is lost by cutting it. */
  readonly torn: { readonly code: FindingCode; readonly offset: number; readonly message: string } | undefined;
  readonly damage: Damage | undefined;
  readonly until: UntilCut | undefined;
  /** What can be read behind the damage, up to the next: it is lost where the file is cut. */
  readonly behind: LogResult | undefined;
  readonly findings: readonly Omit<RepairFinding, 'path'>[];
}

export interface ScanOptions {
  readonly untilMs: number | undefined;
  /** Bytes of the input that were read. */
  readonly onRead: (bytes: number) => void;
}

/** Reads one file to its end. The RDB that it may begin with comes first. */
export async function scanPart(input: OpenInput, options: ScanOptions): Promise<PartScan> {
  const kernels = new Kernels();
  const source = counted(input.source, options.onRead);
  const checksum = input.content === 'rdb' ? makeChecksum(kernels, input.inputSize) : new InlineChecksum(kernels);
  const window = new Window(kernels, source, checksum);
  try {
    const preamble = input.content === 'rdb' ? await readPreamble(window, checksum) : undefined;
    if (preamble && (preamble.failure || preamble.end === undefined)) return unreadable(window, input, preamble);
    const start = preamble?.end ?? 0;
    const points = new CutPoints(start, options.untilMs);
    const log = await readLog(window, points);
    const findings = [...(preamble?.findings ?? []), ...points.findings];
    if (input.trailing()) {
      const message = 'bytes that are no gzip follow the gzip';
      findings.push({ code: 'RDB_TRAILING_BYTES', severity: 'warning', offset: null, message });
    }
    // A length that is too large leads to a place that is no start of a command: then the one before is not to be trusted.
    const lost = log.fault && !log.fault.shortRead ? points.suspect : undefined;
    const end = lost ?? points.open ?? points.here(log.safeUpTo);
    const { torn, damage } = judge(log, points, end);
    const behind = damage && (await readBehind(window, log));
    return { bytes: log.end, preamble, log, end, torn, damage, until: points.until, behind, findings };
  } finally {
    await window.settle();
    checksum.close();
  }
}

/** Reads on where commands seem to begin again. Not where the bytes come only once. */
async function readBehind(window: Window, { fault }: LogResult): Promise<LogResult | undefined> {
  const from = fault?.tail.resumesAt;
  if (from === undefined || !(await window.seek(from))) return undefined;
  return readLog(window, new LogVisitor());
}

/** What stands at the end of a log: nothing, a tail that is missing, or damage. */
function judge(log: LogResult, points: CutPoints, end: Place): Pick<PartScan, 'torn' | 'damage'> {
  const { fault, openMultiAt } = log;
  const safe = fault === undefined || fault.code === 'AOF_TRUNCATED_TAIL' || fault.code === 'AOF_ZERO_TAIL';
  const { damage } = points;
  if (damage) return { damage, torn: undefined };
  if (fault && !safe) {
    const { code, offset, message } = fault;
    return { damage: { code, offset, message, place: end }, torn: undefined };
  }
  if (openMultiAt !== undefined && points.discardAt !== undefined) {
    const message = `DISCARD does not end the transaction that began at ${openMultiAt}: nothing behind it takes effect`;
    return { damage: { code: 'AOF_DISCARD_IN_MULTI', offset: points.discardAt, message, place: end }, torn: undefined };
  }
  if (fault) return { torn: fault, damage: undefined };
  if (openMultiAt !== undefined) {
    const message = 'the file ends inside a transaction: its EXEC is missing';
    return { torn: { code: 'AOF_OPEN_MULTI', offset: openMultiAt, message }, damage: undefined };
  }
  if (log.safeUpTo < log.end) {
    const message = 'the file ends inside an annotation';
    return { torn: { code: 'AOF_ANNOTATION_CUT', offset: log.safeUpTo, message }, damage: undefined };
  }
  return { torn: undefined, damage: undefined };
}

function unreadable(window: Window, input: OpenInput, preamble: Preamble): PartScan {
  const end = { offset: 0, commands: 0, timestamp: undefined };
  const bytes = input.source.size ?? window.bytesRead;
  const { findings } = preamble;
  const nothing = { log: undefined, torn: undefined, damage: undefined, until: undefined, behind: undefined };
  return { bytes, preamble, end, ...nothing, findings };
}

/** Tells how many bytes came with each read; what was read while the kind was looked at comes with the first. */
function counted(source: Source, onRead: (bytes: number) => void): Source {
  let told = 0;
  return countedSource(source, (consumed) => {
    if (consumed > told) onRead(consumed - told);
    told = consumed;
  });
}
