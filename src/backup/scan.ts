import { NoChecksum } from '../bytes/checksum/checksum.js';
import { makeChecksum } from '../bytes/checksum/make.js';
import { ThreadChecksum } from '../bytes/checksum/thread.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import type { SideThread } from '../bytes/side-thread.js';
import { countedSource } from '../bytes/sources/counted.js';
import { Window } from '../bytes/window.js';
import { FINDINGS, type FindingCode } from '../errors.js';
import type { Finding } from '../keyspace/finding.js';
import { type ChecksumReport, checksumOfStopped, compareChecksums } from '../rdb/checksum-report.js';
import { isNewerVersion, mayBeNewer } from '../rdb/newer.js';
import { type ParseFailure, type ParseOptions, RdbParser } from '../rdb/parser.js';
import type { RdbHeader, RdbVisitor } from '../rdb/visitor.js';
import { DETECT_BYTES, detect } from './detect.js';
import { drain } from './drain.js';
import type { OpenInput } from './open.js';

/** A visitor throws this to end a scan that has told it all it wanted. */
export const ENOUGH = Symbol('enough');

export interface ScanOptions extends ParseOptions {
  /** Called now and then with how many bytes of the input were read. */
  readonly onProgress?: (done: number) => void;
  /** The checksum is not compared: of an input that was read before. */
  readonly unchecked?: boolean;
  /** Kernels to work with, when the visitor shares them with other scans; their own otherwise. */
  readonly kernels?: Kernels;
  /**
   * Makes the visitor, which may need the kernels of the scan. There is a second thread for large inputs; what it is given to
   * do with bytes of the window is done before they move, and at the end.
   */
  readonly visitor: (kernels: Kernels, window: Window, thread: SideThread | undefined) => RdbVisitor;
}

/** How a scan of an RDB ended. */
export interface ScanResult {
  /** The whole RDB was read. */
  readonly complete: boolean;
  /** The visitor had enough before the end. */
  readonly limited: boolean;
  /**
   * `sound`: nothing speaks against what was read; `damaged`; `unknown`: it ends at something that is newer than we know, in
   * a file whose checksum is good.
   */
  readonly outcome: 'sound' | 'damaged' | 'unknown';
  readonly header: RdbHeader | undefined;
  readonly checksum: ChecksumReport;
  /** File offset behind the RDB, or of what could not be read. */
  readonly end: number;
  /** What stands behind a complete RDB: the commands of an append-only file, or bytes that nobody reads. */
  readonly behind: 'nothing' | 'commands' | 'bytes';
  /** Bytes of the content that were read, any gzip taken off. */
  readonly bytes: number;
  /** Why it is not complete, or not sound. */
  readonly findings: readonly Finding[];
}

const SKIPPED: ChecksumReport = { status: 'skipped', stored: null, computed: null };

/**
 * Reads the RDB that an input begins with and tells a visitor what is in it. The checksum is compared on a second thread, and
 * after a place that cannot be parsed, to the end. Whoever opened the input closes it. Rejects for errors of the system and of
 * the visitor.
 */
export async function scanRdb(input: OpenInput, options: ScanOptions): Promise<ScanResult> {
  const { onProgress } = options;
  const kernels = options.kernels ?? new Kernels();
  const source = onProgress ? countedSource(input.source, onProgress) : input.source;
  const checksum = options.unchecked ? new NoChecksum() : makeChecksum(kernels, input.inputSize);
  const window = new Window(kernels, source, checksum);
  const seen: { header?: RdbHeader; stored?: bigint } = {};
  const visitor = watched(
    options.visitor(kernels, window, checksum instanceof ThreadChecksum ? checksum.thread : undefined),
    seen,
  );
  const findings: Finding[] = [];
  const add = (code: FindingCode, offset: number | null, message: string, where: Place = NOWHERE) =>
    findings.push({ code, severity: FINDINGS[code], offset, message, ...where });
  const parser = new RdbParser(window, visitor, options);
  try {
    const result = await parser.run().catch((error) => {
      if (error === ENOUGH) return undefined;
      throw error;
    });
    if (!result) {
      return {
        complete: false,
        limited: true,
        outcome: 'sound',
        header: seen.header,
        checksum: SKIPPED,
        end: window.offsetOf(parser.position),
        behind: 'nothing',
        bytes: window.bytesRead,
        findings,
      };
    }
    const version = seen.header?.version ?? 0;
    const newer = seen.header !== undefined && isNewerVersion(seen.header.lineage, version);
    let sum: ChecksumReport;
    let unknown: boolean;
    let behind: ScanResult['behind'] = 'nothing';
    if (result.complete) {
      sum = options.unchecked ? SKIPPED : compareChecksums(seen.stored, checksum.value(), version);
      unknown = newer && sum.status !== 'mismatch';
      if (sum.status === 'mismatch') add('RDB_CHECKSUM_MISMATCH', result.end - 8, mismatch(sum));
      behind = await lookBehind(window);
      if (behind === 'bytes') add('RDB_TRAILING_BYTES', result.end, 'bytes follow the end of the RDB');
    } else {
      const { failure } = result;
      const where = failure.inKey ? placeOf(parser) : NOWHERE;
      const stored = await drain(window);
      sum = checksumOfStopped(stored, checksum.value(), version, failure.code);
      unknown = isUnknown(sum, newer, failure);
      add(failure.code, failure.offset, failure.message, where);
      if (sum.status === 'mismatch') add('RDB_CHECKSUM_MISMATCH', window.bytesRead - 8, mismatch(sum));
    }
    if (await input.changed()) add('INPUT_CHANGED', null, 'the file changed while it was read');
    const damaged = !unknown && findings.some(({ severity }) => severity === 'error');
    return {
      complete: result.complete,
      limited: false,
      outcome: unknown ? 'unknown' : damaged ? 'damaged' : 'sound',
      header: seen.header,
      checksum: sum,
      end: result.complete ? result.end : result.failure.offset,
      behind,
      bytes: window.bytesRead,
      findings,
    };
  } finally {
    await window.settle();
    checksum.close();
    window.release();
  }
}

async function lookBehind(window: Window): Promise<ScanResult['behind']> {
  window.endSum();
  await window.fill(DETECT_BYTES);
  const head = window.bytes.slice(window.position, Math.min(window.end, window.position + DETECT_BYTES));
  if (head.length === 0) return 'nothing';
  return detect(head) === 'aof' ? 'commands' : 'bytes';
}

type Place = Pick<Finding, 'db' | 'key' | 'type'>;

const NOWHERE: Place = { db: null, key: null, type: null };
/** Of a key's name, so much goes into a finding. */
const KEY_BYTES = 1024;

function placeOf({ key }: RdbParser): Place {
  return { db: key.db, key: key.name.view().slice(0, KEY_BYTES), type: key.moduleType ?? key.type.type };
}

/** Notes the facts that a scan needs itself on their way to the visitor. */
function watched(visitor: RdbVisitor, seen: { header?: RdbHeader; stored?: bigint }): RdbVisitor {
  const header = visitor.header.bind(visitor);
  const end = visitor.end.bind(visitor);
  visitor.header = (found) => {
    seen.header = found;
    header(found);
  };
  visitor.end = (offset, stored) => {
    if (stored !== undefined) seen.stored = stored;
    end(offset, stored);
  };
  return visitor;
}

function isUnknown(sum: ChecksumReport, newer: boolean, failure: ParseFailure): boolean {
  if (newer) return sum.status === 'ok' || sum.status === 'disabled';
  return sum.status === 'ok' && mayBeNewer(failure.code);
}

function mismatch({ stored, computed }: ChecksumReport): string {
  return `the checksum is stored as ${stored}, and the content gives ${computed}`;
}
