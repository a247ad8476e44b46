import { type OpenInput, openInput } from '../backup/open.js';
import { refusalOf } from '../backup/refusal.js';
import { NoChecksum } from '../bytes/checksum/checksum.js';
import { makeChecksum } from '../bytes/checksum/make.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import type { Source } from '../bytes/sources/source.js';
import { SourceError } from '../bytes/sources/source.js';
import { Window } from '../bytes/window.js';
import { SpillError } from '../fingerprints/spill-file.js';
import { madeAt, withAofLoads } from './aof/file.js';
import { loadedPart } from './aof/loaded-part.js';
import { verifyWithLog } from './aof/part.js';
import { aofReport } from './aof/report.js';
import { verifySet } from './aof/set.js';
import { verifyLogFile } from './aof/single.js';
import { Findings } from './findings.js';
import { withLoads, withRefusals } from './loads.js';
import { failedReport, makeReport, spillReport } from './make-report.js';
import type { VerifyOptions } from './options.js';
import type { FileReport } from './report.js';
import { withProgress } from './source-progress.js';
import { isSystemError, systemReason } from './system-error.js';

/** Verifies one file or standard input. Never rejects for what is in the input or that it cannot be read. */
export async function verifyFile(path: string, options: VerifyOptions): Promise<FileReport> {
  const started = performance.now();
  let input: OpenInput;
  try {
    input = await openInput(path);
  } catch (error) {
    return failedReport(path, options, systemReason(error), performance.now() - started);
  }
  return verifyOpened(path, input, options, started).finally(() => input.close().catch(() => undefined));
}

/** The same for an input that is open; whoever opened it closes it. */
export async function verifyOpened(
  path: string,
  input: OpenInput,
  options: VerifyOptions,
  started: number,
): Promise<FileReport> {
  try {
    return await verifyInput(path, input, options, started);
  } catch (error) {
    if (error instanceof SpillError) return spillReport(path, options, error.message, performance.now() - started);
    if (error instanceof SourceError || !isSystemError(error)) throw error;
    return failedReport(path, options, systemReason(error), performance.now() - started);
  }
}

/** Verifies an input that is open; whoever opened it closes it. */
export async function verifyInput(
  path: string,
  input: OpenInput,
  options: VerifyOptions,
  started: number,
): Promise<FileReport> {
  const source = withProgress(input, options);
  if (input.content === 'manifest' && !input.gzip) return verifySet(path, options);
  if (input.content === 'aof') return verifyLogFile(path, input, source, options, started);
  const findings = new Findings();
  const finish = () => performance.now() - started;
  if (input.content !== 'rdb') {
    const refusal = refusalOf(input);
    findings.add(refusal.code, 0, refusal.message);
    const report = makeReport({ path, input, options, findings, kind: null, milliseconds: finish() });
    return withRefusals(report, options);
  }
  const kernels = new Kernels();
  const checksum = options.level === 'header' ? new NoChecksum() : makeChecksum(kernels, input.inputSize);
  const window = new Window(kernels, source, checksum);
  let second: Source | undefined;
  const again = async () => {
    second = input.again();
    return second;
  };
  try {
    const { rdb, log } = await verifyWithLog(window, checksum, findings, options, again, isPreamble);
    if (input.trailing()) findings.add('RDB_TRAILING_BYTES', null, 'bytes that are no gzip follow the gzip');
    if (await input.changed()) {
      findings.add(
        'INPUT_CHANGED',
        null,
        'the file changed while it was read; this verdict is about no single state of it',
      );
    }
    const { demands: known, ...result } = rdb;
    const demands = { ...known, defects: findings.defects };
    const kind = isPreamble(rdb.aux) ? 'aof' : 'rdb';
    const milliseconds = finish();
    if (kind === 'rdb') {
      const report = makeReport({ path, input, options, findings, kind, rdb: result, milliseconds });
      return withLoads(report, demands, options);
    }
    const whole = window.sourceError === undefined;
    const report = aofReport({ path, input, options, findings, rdb: result, log: log?.log, whole, milliseconds });
    const facts = {
      isSet: false,
      parts: [loadedPart(path, demands, log, findings)],
      codes: [],
      whole: rdb.complete,
    };
    const file = { ...report, kind, ...madeAt(log?.log, input.modifiedMs) } as const;
    return withAofLoads(file, facts, options);
  } finally {
    await window.settle();
    checksum.close();
    await second?.close();
  }
}

/** The RDB is the head of an append-only file, up to Redis 6.2. */
function isPreamble(aux: Readonly<Record<string, string>>): boolean {
  return aux['aof-preamble'] === '1';
}
