import type { Checksum } from '../bytes/checksum/checksum.js';
import type { Window } from '../bytes/window.js';
import { FINDINGS, type FindingCode } from '../errors.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { CHECKSUM_SINCE } from '../rdb/format.js';
import { isNewerVersion } from '../rdb/newer.js';
import { parseRdb } from '../rdb/parser.js';
import { type RdbHeader, RdbVisitor } from '../rdb/visitor.js';
import type { RepairFinding } from './plan.js';

/** The RDB that a file begins with. */
export interface Preamble {
  /** File offset behind it, where the log begins; undefined when its end was not found. */
  readonly end: number | undefined;
  /** It says of itself that a log follows, or that it is the base of a set. */
  readonly forLog: boolean;
  /** Why it cannot be copied: an RDB cannot be cut. */
  readonly failure: { readonly code: FindingCode; readonly offset: number; readonly message: string } | undefined;
  /** The failure may be one of ours: the format is newer. */
  readonly unknown: boolean;
  readonly findings: readonly Omit<RepairFinding, 'path'>[];
}

/** Reads an RDB to find where the log behind it begins, and compares its checksum. Values are passed over. */
export async function readPreamble(window: Window, checksum: Checksum): Promise<Preamble> {
  const visitor = new PreambleVisitor();
  const result = await parseRdb(window, visitor);
  const { file: header, forLog, findings } = visitor;
  const newer = header !== undefined && isNewerVersion(header.lineage, header.version);
  if (!result.complete) {
    const { failure } = result;
    return { end: undefined, forLog, failure, unknown: newer || failure.code === 'RDB_MODULE_PRE_GA', findings };
  }
  const { stored } = visitor;
  const computed = checksum.value();
  const hasSum = header !== undefined && header.version >= CHECKSUM_SINCE;
  if (hasSum && stored !== undefined && stored !== 0n && stored !== computed) {
    const message = `the checksum is stored as ${hex(stored)}, and the content gives ${hex(computed)}`;
    const failure = { code: 'RDB_CHECKSUM_MISMATCH' as const, offset: result.end - 8, message };
    return { end: result.end, forLog, failure, unknown: newer, findings };
  }
  if (hasSum && stored === 0n) {
    const message = 'the RDB was saved without a checksum (rdbchecksum no): nothing protects its content';
    visitor.problem('RDB_CHECKSUM_DISABLED', result.end - 8, message);
  }
  return { end: result.end, forLog, failure: undefined, unknown: false, findings };
}

/** Aux fields in front of a log: of Redis 4 to 6, and of the base of a set. */
const LOG_FIELDS = new Set(['aof-preamble', 'aof-base']);

class PreambleVisitor extends RdbVisitor {
  file: RdbHeader | undefined;
  forLog = false;
  stored: bigint | undefined;
  readonly findings: Omit<RepairFinding, 'path'>[] = [];
  private readonly told = new Set<FindingCode>();

  override header(header: RdbHeader): void {
    this.file = header;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    if (LOG_FIELDS.has(bytesToText(key.toBytes())) && bytesToText(value.toBytes()) === '1') this.forLog = true;
  }

  override end(_offset: number, checksum: bigint | undefined): void {
    this.stored = checksum;
  }

  /** The first of each kind is enough: verify tells all. */
  override problem(code: FindingCode, offset: number, message: string): void {
    if (this.told.has(code)) return;
    this.told.add(code);
    this.findings.push({ code, severity: FINDINGS[code], offset, message });
  }
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
