// What a server saved, which is what it held: one walk that counts its keys and libraries, and estimates their memory.
import { openDataset } from '../backup/dataset.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { DatabaseCounter, type DatabaseKeys, LibraryDigests } from '../disposable/dump-look.js';
import { MeasuringVisitor } from '../measure/measuring-visitor.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { databaseTables } from '../servers/memory/database-tables.js';
import { MemoryEstimator } from '../servers/memory/estimator.js';
import type { MemoryModel } from '../servers/memory/model.js';

export interface SavedOptions {
  /** What has expired by then (ms since the epoch) is expired. */
  readonly clockMs: number;
  /** Whose memory is estimated; undefined for no estimate. */
  readonly model: MemoryModel | undefined;
  /** How many keys, and expiries, a server expected in each database when it began to load. */
  readonly expected: readonly Omit<DatabaseKeys, 'expired'>[];
}

/** What a server held. */
export interface SavedData {
  readonly dump: readonly DatabaseKeys[];
  /** SHA-256 of the code of each function library. */
  readonly libraries: readonly string[];
  readonly estimate: MemoryEstimate | undefined;
}

/** What keys, and the tables by which a server finds them, should take. */
export interface MemoryEstimate {
  readonly bytes: number;
  /** Keys of modules, which are taken for what they have in the file. */
  readonly unknownKeys: number;
}

/** Reads what a server saved. Rejects with BackupError, and with the system's error. */
export async function readSaved(path: string, options: SavedOptions): Promise<SavedData> {
  const kernels = new Kernels();
  const dataset = await openDataset(path);
  try {
    const look = new SavedLook(kernels, options);
    await dataset.scan({ kernels, unchecked: true, visitor: () => look });
    return { dump: look.databases.list(), libraries: look.libraries.list, estimate: look.estimate() };
  } finally {
    await dataset.close().catch(() => undefined);
  }
}

class SavedLook extends MeasuringVisitor {
  readonly databases: DatabaseCounter;
  readonly libraries = new LibraryDigests();
  private bytes = 0;
  private unknownKeys = 0;

  constructor(
    kernels: Kernels,
    private readonly options: SavedOptions,
  ) {
    super(kernels);
    this.databases = new DatabaseCounter(options.clockMs);
    if (options.model) this.memory = new MemoryEstimator(options.model);
  }

  override functionLibrary(code: BytesRef): void {
    this.libraries.add(code);
  }

  protected override wants(key: KeyRecord): boolean {
    this.databases.add(key);
    return this.memory !== undefined;
  }

  protected override measured(key: KeyRecord): void {
    const { memory } = this;
    this.bytes += memory?.finish(key) ?? 0;
    if (!memory?.known) this.unknownKeys++;
  }

  estimate(): MemoryEstimate | undefined {
    const { model, expected } = this.options;
    if (!model) return undefined;
    let { bytes } = this;
    for (const { db, keys, expires } of this.databases.list()) {
      const madeFor = expected.find((each) => each.db === db) ?? { keys: 0, expires: 0 };
      bytes += databaseTables(model, { keys, expires, madeFor });
    }
    return { bytes: Math.round(bytes), unknownKeys: this.unknownKeys };
  }
}
