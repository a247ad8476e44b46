// One look at a backup before a server is started on it: who wrote it, how many databases it needs, and, since loading a log
// executes it, what its commands reach beside the data.
import { readLog } from '../aof/log.js';
import type { LogVisitor } from '../aof/log-visitor.js';
import { type OpenInput, openInput, openPart } from '../backup/open.js';
import { NoChecksum } from '../bytes/checksum/checksum.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { countedSource } from '../bytes/sources/counted.js';
import { Window } from '../bytes/window.js';
import { parseRdb } from '../rdb/parser.js';
import type { ReachingCommand } from '../servers/command-reach.js';
import type { BackupFiles } from './backup-files.js';
import { type DatabaseKeys, DumpLook } from './dump-look.js';
import { LogLook, plain } from './log-look.js';
import type { ServerNeeds } from './needs.js';

/** What a backup was found to be. */
export interface BackupSurvey {
  readonly files: BackupFiles;
  readonly needs: ServerNeeds;
  /** The highest number of a database, and one; at least 16. */
  readonly databases: number;
  /** Of the dump. In the order of the file. */
  readonly dump: readonly DatabaseKeys[];
  /** SHA-256 of the code of each function library in the dump, in the order of the file. */
  readonly libraries: readonly string[];
  /** Commands that follow the dump, or make up the backup. */
  readonly commands: number;
  /** Commands that reach beside the data, in the order of loading; the first of each name. */
  readonly reaching: readonly ReachingCommand[];
  /** What the server used when it wrote the dump, in bytes; undefined when the dump does not say. */
  readonly usedMemory: number | undefined;
  /** Bytes of the content. */
  readonly bytes: number;
  /** All of it could be read here. */
  readonly complete: boolean;
}

export interface SurveyOptions {
  /** What the clock says, ms since the epoch; expired is what has expired by then. */
  readonly clockMs: number;
  /** Is told the commands behind a dump that has keys, too. */
  readonly behindKeys?: LogVisitor | undefined;
  /** Called now and then with the bytes that were read so far, and how many there are in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const DEFAULT_DATABASES = 16;
/** More cannot be had: servers count them in 32 bits. */
const MOST_DATABASES = 2 ** 31 - 1;

/** Looks at a backup. Damage is no error here: the look ends there. Rejects with the system's error. */
export async function surveyBackup(files: BackupFiles, options: SurveyOptions): Promise<BackupSurvey> {
  const survey = new Survey(options);
  if (files.kind === 'aof-set') {
    const parts = files.set.parts.filter(({ state }) => state === 'there');
    const total = parts.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    for (const { path } of parts) await survey.read(path, await openPart(path), total);
  } else {
    const input = await openInput(files.path);
    await survey.read(files.path, input, input.inputSize ?? 0);
  }
  return survey.result(files);
}

class Survey {
  private readonly kernels = new Kernels();
  private readonly dump: DumpLook;
  private readonly log = new LogLook();
  private commands = 0;
  private databases = DEFAULT_DATABASES;
  private bytes = 0;
  private done = 0;
  private complete = true;

  constructor(private readonly options: SurveyOptions) {
    this.dump = new DumpLook(options.clockMs);
  }

  async read(path: string, input: OpenInput, total: number): Promise<void> {
    const { onProgress } = this.options;
    const before = this.done;
    const source = onProgress
      ? countedSource(input.source, (bytes) => onProgress(before + bytes, total))
      : input.source;
    const window = new Window(this.kernels, source, new NoChecksum());
    window.endSum();
    try {
      if (input.content === 'rdb') {
        const result = await parseRdb(window, this.dump);
        this.databases = Math.max(this.databases, this.dump.highestDb + 1);
        this.complete &&= result.complete;
        if (!result.complete) return;
      }
      await window.fill(1);
      if (window.end === window.position) return;
      this.log.path = path;
      if (this.dump.databases.list().length > 0) this.log.also = this.options.behindKeys;
      const { commands, highestDb, fault } = await readLog(window, this.log, {
        plain: this.log.also ? [] : plain(),
      });
      this.commands += commands;
      this.databases = Math.max(this.databases, highestDb + 1);
      this.complete &&= fault === undefined;
    } finally {
      this.bytes += window.bytesRead;
      this.done += input.inputSize ?? 0;
      await window.settle();
      window.release();
      await input.close().catch(() => undefined);
    }
  }

  result(files: BackupFiles): BackupSurvey {
    const { dump, log, commands, databases, bytes, complete } = this;
    const { file, fields } = dump;
    const producer = file && fields.producer(file.magic);
    const isKnown = producer?.name === 'redis' || producer?.name === 'valkey';
    const usedMemory = Number(fields.fields['used-mem'] ?? Number.NaN);
    const hasCommands = commands > 0 || log.reaching.size > 0;
    // A dump with commands behind it is a log, whatever its name is.
    const kind = files.kind === 'rdb' && (hasCommands || fields.fields['aof-preamble'] === '1') ? 'aof' : files.kind;
    return {
      files: files.kind === 'aof-set' ? files : { kind: kind === 'rdb' ? 'rdb' : 'aof', path: files.path },
      needs: {
        lineage: isKnown ? (producer.name as 'redis' | 'valkey') : undefined,
        version: isKnown ? (producer.version ?? undefined) : undefined,
        rdb: file && { magic: file.magic, version: file.version },
        multiPart: files.kind === 'aof-set',
        commands: [...log.special],
      },
      databases: Math.min(databases, MOST_DATABASES),
      dump: dump.databases.list(),
      libraries: dump.libraries.list,
      commands,
      reaching: [...log.reaching.values()],
      usedMemory: Number.isSafeInteger(usedMemory) && usedMemory > 0 ? usedMemory : undefined,
      bytes,
      complete,
    };
  }
}
