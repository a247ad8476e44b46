import { availableParallelism } from 'node:os';
import { type OpenInput, openInput } from '../backup/open.js';
import { type Checksum, InlineChecksum, NoChecksum } from '../bytes/checksum/checksum.js';
import { ThreadChecksum } from '../bytes/checksum/thread.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import type { Source } from '../bytes/sources/source.js';
import { SourceError } from '../bytes/sources/source.js';
import { Window } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import { SpillError } from '../fingerprints/spill-file.js';
import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import { Findings } from './findings.js';
import { withLoads, withRefusals } from './loads.js';
import { failedReport, makeReport, spillReport } from './make-report.js';
import type { VerifyOptions } from './options.js';
import { verifyRdb } from './rdb.js';
import type { FileReport } from './report.js';
import { isSystemError, systemReason } from './system-error.js';

/** Files up to this size are summed on the spot: a thread takes longer to start than they take to sum. */
const THREAD_FROM = 4 * 1024 * 1024;

/** Verifies one file or standard input. Never rejects for what is in the input or that it cannot be read. */
export async function verifyFile(path: string, options: VerifyOptions): Promise<FileReport> {
  const started = performance.now();
  let input: OpenInput;
  try {
    input = await openInput(path);
  } catch (error) {
    return failedReport(path, options, systemReason(error), performance.now() - started);
  }
  try {
    return await verifyInput(path, input, options, started);
  } catch (error) {
    if (error instanceof SpillError) return spillReport(path, options, error.message, performance.now() - started);
    if (error instanceof SourceError || !isSystemError(error)) throw error;
    return failedReport(path, options, systemReason(error), performance.now() - started);
  } finally {
    await input.close().catch(() => undefined);
  }
}

/** Verifies an input that is open; whoever opened it closes it. */
export async function verifyInput(
  path: string,
  input: OpenInput,
  options: VerifyOptions,
  started: number,
): Promise<FileReport> {
  const findings = new Findings();
  const finish = () => performance.now() - started;
  if (input.content !== 'rdb') {
    const refusal = input.failure ?? refuse(input);
    findings.add(refusal.code, 0, refusal.message);
    const kind = input.content === 'aof' || input.content === 'manifest' ? 'aof' : null;
    const report = makeReport({ path, input, options, findings, kind, milliseconds: finish() });
    return withRefusals(report, options);
  }
  const kernels = new Kernels();
  const source = withProgress(input, options);
  const checksum = makeChecksum(kernels, input, options);
  const window = new Window(kernels, source, checksum);
  let second: Source | undefined;
  const again = async () => {
    if (input.source.seek) return input.source;
    second = input.again();
    return second;
  };
  try {
    const rdb = await verifyRdb(window, checksum, findings, options, again);
    if (input.trailing()) findings.add('RDB_TRAILING_BYTES', null, 'bytes that are no gzip follow the gzip');
    if (await input.changed()) {
      findings.add(
        'INPUT_CHANGED',
        null,
        'the file changed while it was read; this verdict is about no single state of it',
      );
    }
    const { demands, ...result } = rdb;
    const report = makeReport({ path, input, options, findings, kind: rdb.kind, rdb: result, milliseconds: finish() });
    return withLoads(report, { ...demands, defects: findings.defects }, options);
  } finally {
    await window.settle();
    checksum.close();
    await second?.close();
  }
}

function makeChecksum(kernels: Kernels, input: OpenInput, options: VerifyOptions): Checksum {
  if (options.level === 'header') return new NoChecksum();
  const size = input.inputSize;
  if (availableParallelism() < 2) return new InlineChecksum(kernels);
  return size === undefined || size > THREAD_FROM ? new ThreadChecksum(kernels) : new InlineChecksum(kernels);
}

function withProgress(input: OpenInput, options: VerifyOptions): Source {
  const { source, inputSize } = input;
  const { onProgress } = options;
  if (!onProgress) return source;
  return {
    get size() {
      return source.size;
    },
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      const n = await source.read(target);
      onProgress(source.consumed, inputSize);
      return n;
    },
    close: () => source.close(),
  };
}

/** Why this content is not verified. */
function refuse(input: OpenInput): { code: FindingCode; message: string } {
  switch (input.content) {
    case 'empty':
      return { code: 'INPUT_EMPTY', message: input.gzip ? 'the gzip holds nothing' : 'the file has zero bytes' };
    case 'zstd':
      return { code: 'ZSTD_NOT_READ', message: 'the file is compressed with zstd; decompress it first (zstd -d)' };
    case 'vcs':
      return {
        code: 'VCS_NOT_READ',
        message: "the file is in Valkey's compressed envelope (rdbcompression lz4), which is not read yet",
      };
    case 'aof':
      return { code: 'AOF_NOT_CHECKED', message: 'this is an append-only file, which this release does not check' };
    case 'manifest':
      return {
        code: 'AOF_NOT_CHECKED',
        message: 'this is the manifest of an append-only set, which this release does not check',
      };
    case 'replication':
      return {
        code: 'INPUT_NOT_A_BACKUP',
        message: 'this is a captured replication stream; the RDB begins behind its first line',
      };
    default: {
      const first = printableText(bytesToText(input.head.slice(0, 16)));
      const message = input.gzip
        ? 'what the gzip holds is no RDB or append-only file'
        : `this is no RDB or append-only file; it begins with "${first}"`;
      return { code: 'INPUT_NOT_A_BACKUP', message };
    }
  }
}
