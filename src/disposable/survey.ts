// One look at a backup before a server is started on it: who wrote it, how many databases it needs, and, since loading a log
// executes it, what its commands reach beside the data.
import { createHash } from 'node:crypto';
import { readLog } from '../aof/log.js';
import { type CommandRecord, LogVisitor } from '../aof/log-visitor.js';
import { type OpenInput, openInput, openPart } from '../backup/open.js';
import { NoChecksum } from '../bytes/checksum/checksum.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { countedSource } from '../bytes/sources/counted.js';
import { Window } from '../bytes/window.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { parseRdb } from '../rdb/parser.js';
import { type KeyRecord, Level, type RdbHeader, RdbVisitor } from '../rdb/visitor.js';
import { plainCommands, type Reach, reachOf } from '../servers/command-reach.js';
import { commandsOf, findCommand } from '../servers/commands.js';
import { RELEASES, releaseNamed } from '../servers/releases.js';
import type { BackupFiles } from './backup-files.js';
import type { ServerNeeds } from './needs.js';

/** A command that reaches beside the data. */
export interface ReachingCommand {
  /** In lower case: `config set`. */
  readonly command: string;
  readonly reach: Reach;
  /** Of the file that has the first one. */
  readonly path: string;
  /** File offset of the first one, in bytes. */
  readonly offset: number;
  /** How many there are. */
  readonly count: number;
}

/** What the dump that a backup is, or begins with, holds in one database. */
export interface DatabaseKeys {
  readonly db: number;
  readonly keys: number;
  /** Keys that have an expiry. */
  readonly expires: number;
  /** Keys that had expired at the moment of the look: a server that starts as a master drops them. */
  readonly expired: number;
}

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
  /** Called now and then with the bytes that were read so far, and how many there are in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const DEFAULT_DATABASES = 16;
/** More cannot be had: servers count them in 32 bits. */
const MOST_DATABASES = 2 ** 31 - 1;
/** Names of commands that are kept. */
const NAMES = 100;
const LONGEST_WORD = 64;
/** Function libraries that are told apart. */
const LIBRARIES = 100_000;

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
      const { commands, highestDb, fault } = await readLog(window, this.log, { plain: plain() });
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
      dump: [...dump.databases.values()].filter(({ keys }) => keys > 0),
      libraries: dump.libraries,
      commands,
      reaching: [...log.reaching.values()],
      usedMemory: Number.isSafeInteger(usedMemory) && usedMemory > 0 ? usedMemory : undefined,
      bytes,
      complete,
    };
  }
}

class DumpLook extends RdbVisitor {
  readonly fields = new AuxFields();
  readonly databases = new Map<number, { db: number; keys: number; expires: number; expired: number }>();
  readonly libraries: string[] = [];
  file: RdbHeader | undefined;
  highestDb = 0;
  private current: { db: number; keys: number; expires: number; expired: number } | undefined;

  constructor(private readonly clockMs: number) {
    super();
  }

  override header(header: RdbHeader): void {
    this.file ??= header;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    this.fields.add(key, value);
  }

  override functionLibrary(code: BytesRef): void {
    if (this.libraries.length < LIBRARIES) this.libraries.push(createHash('sha256').update(code.view()).digest('hex'));
  }

  override key({ db, expireAtMs }: KeyRecord): number {
    let { current } = this;
    if (current?.db !== db) {
      current = this.databases.get(db) ?? { db, keys: 0, expires: 0, expired: 0 };
      this.databases.set(db, current);
      this.current = current;
    }
    if (db > this.highestDb) this.highestDb = db;
    current.keys++;
    // Servers take -1 for "does not expire".
    if (expireAtMs !== undefined && expireAtMs !== -1) {
      current.expires++;
      if (expireAtMs <= this.clockMs) current.expired++;
    }
    return Level.SKIP;
  }
}

class LogLook extends LogVisitor {
  path = '';
  readonly reaching = new Map<string, { command: string; reach: Reach; path: string; offset: number; count: number }>();
  /** Commands that not all releases have. */
  readonly special = new Set<string>();
  private word: string | undefined;

  override command(): number {
    this.word = undefined;
    return 1;
  }

  override argument(_index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    this.word = length > LONGEST_WORD ? '' : bytesToText(buffer.slice(start, end)).toLowerCase();
  }

  override commandEnd({ name, offset }: CommandRecord): void {
    const { word } = this;
    const reach = reachOf(name, word);
    const known = knownAs(name, word);
    if (known !== undefined && this.special.size < NAMES) this.special.add(known);
    if (reach === undefined) return;
    const command = known?.includes('|') ? known.replace('|', ' ') : name;
    const told = this.reaching.get(command);
    if (told) told.count++;
    else if (this.reaching.size < NAMES) {
      this.reaching.set(command, { command, reach, path: this.path, offset, count: 1 });
    }
  }
}

let plainList: ReturnType<typeof plainCommands> | undefined;

/** Commands that every release since Redis 7.0 takes, and that only change data. */
function plain(): ReturnType<typeof plainCommands> {
  const release = releaseNamed('redis-7.0');
  plainList ??= plainCommands(release ? [commandsOf(release)] : []);
  return plainList;
}

/** The name of a command that some release has, with its subcommand; undefined for one that none has. */
function knownAs(name: string, word: string | undefined): string | undefined {
  for (const release of [...RELEASES].reverse()) {
    const info = findCommand(commandsOf(release), name, word);
    if (info) return info.name;
  }
  return undefined;
}
