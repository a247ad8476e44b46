// The data of a backup, for those who want keys and values: an RDB, or an append-only set whose data all stand in its base.
import { readSet } from '../aof/set.js';
import { SourceError } from '../bytes/sources/source.js';
import type { Finding } from '../keyspace/finding.js';
import { RdbVisitor } from '../rdb/visitor.js';
import { detect } from './detect.js';
import { expandInput } from './expand.js';
import { type OpenInput, openInput, openPart, STANDARD_INPUT } from './open.js';
import { isPreamble, peekLog } from './preamble.js';
import { refusalOf } from './refusal.js';
import { type ScanOptions, type ScanResult, scanRdb } from './scan.js';
import { spoolSource } from './spool.js';

/** Why an input gives no data. */
export type BackupFault =
  /** It does not exist, may not be read, or it is not clear which one is meant. */
  | 'unusable'
  /** Its content is damaged, or no backup. */
  | 'damaged'
  /** A form that is not read yet. */
  | 'unknown';

/** An input whose data cannot be read. The message is one sentence for people, without the path. */
export class BackupError extends Error {
  override name = 'BackupError';

  constructor(
    readonly fault: BackupFault,
    message: string,
    /** What was found while it was read; empty when it could not be opened. */
    readonly findings: readonly Finding[] = [],
  ) {
    super(message);
  }
}

/** A backup whose data can be scanned: one scan at a time, or several where it is `repeatable`. */
export interface Dataset {
  /** As given, or of the only backup in the directory that was given. */
  readonly path: string;
  readonly kind: 'rdb' | 'aof' | 'aof-set';
  /** Bytes of the input that a scan reads, when known. */
  readonly inputSize: number | undefined;
  /** When the file was written to last, ms since the epoch. */
  readonly modifiedMs: number | undefined;
  /** Whether it can be scanned once more. */
  readonly repeatable: boolean;
  /**
   * Tells a visitor all keys. Where commands follow that change them, the result is not complete, and `outcome` is
   * `unknown`. Scan again only when the dataset is `repeatable`.
   */
  scan(options: ScanOptions): Promise<ScanResult>;
  /**
   * The content for one reading from its start; whoever takes it closes it. Throws BackupError when it comes only once, and
   * was taken.
   */
  take(): OpenInput;
  close(): Promise<void>;
}

const COMMANDS_FOLLOW =
  'commands follow that change these data: only a server can tell the final dataset (rdbkit materialize lets one do that)';

/**
 * Makes the final dataset of the append-only log at a path, which is a file, a manifest or a directory. Rejects with
 * BackupError. `shown`: what people call it, where the path is that of a copy.
 */
export type Materialize = (path: string, shown?: string) => Promise<Dataset>;

export interface OpenDatasetOptions {
  /** A stream that was opened already to look at it. */
  readonly opened?: OpenInput | undefined;
  /** For logs whose data only a server can tell; without it they are refused. Not with `opened`. */
  readonly materialize?: Materialize | undefined;
  /** Where a log that comes only once is copied to before; default the system's directory. */
  readonly tmpDir?: string | undefined;
}

/** Opens the data of a path, or of standard input. Rejects with BackupError, or with the system's error. */
export async function openDataset(path: string, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { opened, materialize } = options;
  if (opened) return datasetOf(path, opened);
  const { inputs } = await expandInput(path);
  if (inputs.length > 1) {
    const names = inputs.map((input) => JSON.stringify(input.path));
    const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
    throw new BackupError('unusable', `this directory holds ${names.length} backups; say which one: ${shown}`);
  }
  const [only] = inputs;
  if (!only || only.kind === 'nothing') throw new BackupError('unusable', 'there is no backup in this directory');
  if (only.kind === 'aof-set') return openSet(only.path, materialize && (() => materialize(path)));
  const input = await openInput(only.path);
  if (input.content === 'manifest' && !input.gzip && only.path !== STANDARD_INPUT) {
    await input.close().catch(() => undefined);
    return openSet(only.path, materialize && (() => materialize(only.path)));
  }
  if (!materialize) return datasetOf(only.path, input);
  if (!input.again()) return openOnce(only.path, input, options);
  if (input.content === 'aof') {
    await input.close();
    return materialize(only.path);
  }
  const dump = await datasetOf(only.path, input);
  if (!(await isBase(dump))) return dump;
  await dump.close();
  return materialize(only.path);
}

/** A stream: a log is copied to a file, since a server has to read it. */
async function openOnce(path: string, opened: OpenInput, options: OpenDatasetOptions): Promise<Dataset> {
  const { input, isLog } = await peekLog(opened);
  if (!isLog) return datasetOf(path, input);
  const spool = await spoolSource(input.source, options.tmpDir).catch((error) => {
    throw error instanceof SourceError ? new BackupError('damaged', `${error.code}: ${error.message}`) : error;
  });
  await input.close().catch(() => undefined);
  try {
    const { materialize } = options;
    const dataset = await openDataset(spool.path, {
      ...(materialize ? { materialize: (copy: string) => materialize(copy, path) } : {}),
    });
    const close = async () => {
      await dataset.close();
      spool.remove();
    };
    return { ...dataset, path, modifiedMs: undefined, close };
  } catch (error) {
    spool.remove();
    throw error;
  }
}

/** Whether commands follow a dump that says of itself that it is the base of a log; only such a one is read to its end. */
async function isBase(dump: Dataset): Promise<boolean> {
  if (!(await isPreamble(dump))) return false;
  const { complete, outcome } = await dump.scan({ unchecked: true, visitor: () => new RdbVisitor() });
  return !complete && outcome === 'unknown';
}

/** The data of an input that is open; closes it when it has none. Rejects with BackupError. */
export async function datasetOf(path: string, input: OpenInput): Promise<Dataset> {
  if (input.content === 'rdb') return dataset(path, 'rdb', input);
  await input.close().catch(() => undefined);
  if (input.content === 'aof') {
    throw new BackupError('unknown', `this is a log of commands; ${COMMANDS_FOLLOW}`);
  }
  const { code, message } = refusalOf(input);
  throw new BackupError(code === 'ZSTD_NOT_READ' || code === 'VCS_NOT_READ' ? 'unknown' : 'damaged', message);
}

/** The base of a set, when nothing but the base has data. */
async function openSet(path: string, materialize?: () => Promise<Dataset>): Promise<Dataset> {
  const set = await readSet(path);
  if (!set) throw new BackupError('unusable', 'there is no append-only set');
  const missing = set.parts.find(({ state }) => state !== 'there');
  if (missing) throw new BackupError('damaged', `the set lists ${JSON.stringify(missing.name)}, which cannot be read`);
  const base = set.parts.find(({ entry }) => entry.role === 'base');
  for (const part of set.parts) {
    if (part === base || (part.bytes ?? 0) === 0) continue;
    if (!(await hasCommands(part.path))) continue;
    if (materialize) return materialize();
    throw new BackupError('unknown', COMMANDS_FOLLOW);
  }
  if (!base) throw new BackupError(set.manifest?.readable ? 'unusable' : 'damaged', 'the set has no base file');
  const input = await openPart(base.path);
  if (input.content === 'rdb') return dataset(path, 'aof-set', input);
  await input.close();
  if (input.content === 'aof' && materialize) return materialize();
  if (input.content === 'aof') throw new BackupError('unknown', `its base is a log of commands; ${COMMANDS_FOLLOW}`);
  throw new BackupError('damaged', `its base: ${refusalOf(input).message}`);
}

/** Whether a log holds more than annotations; those are short, so its first bytes tell. */
async function hasCommands(path: string): Promise<boolean> {
  const input = await openPart(path);
  try {
    const text = Buffer.from(input.head)
      .toString('latin1')
      .replace(/^(#TS:\d+\r\n)+/, '');
    return text !== '' || detect(input.head) !== 'aof' || (input.inputSize ?? 0) > input.head.length;
  } finally {
    await input.close();
  }
}

function dataset(path: string, kind: Dataset['kind'], input: OpenInput): Dataset {
  let first = true;
  const take = (): OpenInput => {
    const source = first ? input.source : input.again();
    if (!source) throw new BackupError('unusable', 'this input can be read only once');
    first = false;
    // The first one is the dataset's own.
    return { ...input, source, close: source === input.source ? async () => undefined : () => source.close() };
  };
  return {
    path,
    kind,
    inputSize: input.inputSize,
    modifiedMs: input.modifiedMs,
    repeatable: input.again() !== undefined,
    take,
    async scan(options) {
      const taken = take();
      try {
        const result = await scanRdb(taken, options);
        if (result.behind !== 'commands') return result;
        const finding = {
          code: 'AOF_COMMANDS_BEHIND',
          severity: 'error',
          offset: result.end,
          ...{ db: null, key: null, type: null },
          message: COMMANDS_FOLLOW,
        } as const;
        const outcome = result.outcome === 'sound' ? 'unknown' : result.outcome;
        return { ...result, complete: false, outcome, findings: [...result.findings, finding] };
      } finally {
        await taken.close();
      }
    },
    close: () => input.close(),
  };
}
