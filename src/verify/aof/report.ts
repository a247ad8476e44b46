import type { LogResult } from '../../aof/log-result.js';
import type { OpenInput } from '../../backup/open.js';
import type { Findings } from '../findings.js';
import { makeReport } from '../make-report.js';
import type { VerifyOptions } from '../options.js';
import type { RdbResult } from '../rdb.js';
import type { FileReport } from '../report.js';
import { logReport } from './log.js';

export interface AofContent {
  readonly path: string;
  readonly input: OpenInput;
  readonly options: VerifyOptions;
  readonly findings: Findings;
  readonly rdb?: Omit<RdbResult, 'demands'>;
  readonly log?: LogResult | undefined;
  /** The log ended where the input did, or where a wrapping of it broke. */
  readonly whole: boolean;
  readonly milliseconds: number;
}

/** The report of a file that is, or may be, an RDB with a log behind it. */
export function aofReport(content: AofContent): FileReport {
  const { path, input, options, findings, rdb, log, whole, milliseconds } = content;
  const kind = rdb && !log ? 'rdb' : 'aof';
  const report = makeReport({ path, input, options, findings, kind, ...(rdb ? { rdb } : {}), milliseconds });
  const complete = (rdb?.complete ?? true) && log?.fault === undefined && whole;
  if (rdb) return { ...report, ...(log ? logReport(log) : {}), complete };
  const outcome = findings.errors > 0 ? 'damaged' : 'sound';
  return {
    ...report,
    ...(log ? logReport(log) : {}),
    outcome,
    ok: outcome === 'sound' && !(options.failOnWarning && findings.warnings > 0),
    complete,
    bytes: log?.end ?? 0,
    checksum: { status: 'absent', stored: null, computed: null },
  };
}
