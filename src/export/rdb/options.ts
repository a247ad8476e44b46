// What exporting as RDB takes and gives.
import type { Ending } from '../../backup/damage.js';
import type { Materialize } from '../../backup/dataset.js';
import type { CopyTarget, WrittenFile } from '../../copy/outputs.js';
import type { FilterOptions } from '../../keyspace/filters.js';
import type { NowOption } from '../../keyspace/moment-of-file.js';

/**
 * Where an RDB goes. When the input does not let the export finish, a file does not appear, and a stream gets no end of file,
 * so that nobody takes it for whole.
 */
export type ExportTarget = CopyTarget;

/** What becomes of a key that comes more than once, in the same database. */
export type OnConflict = 'error' | 'first' | 'last';

/**
 * Into which files keys are parted. A number: so many files, of as many cluster slots each, as a cluster of so many nodes
 * shares them. `slot`, `db`: one file for each. `prefix`: one for each text in front of the first `:` of a name.
 */
export type Split = number | 'slot' | 'db' | 'prefix';

/** How keys are written as RDB. */
export interface RdbExportOptions {
  readonly filters?: FilterOptions;
  /** What the filter on time to live counts from; by default the moment when each file was made. */
  readonly now?: NowOption;
  /** By default `error`. Only several inputs are looked through for keys that come twice. */
  readonly onConflict?: OnConflict;
  /** Only for a path: `out.rdb` becomes `out-slots-0-5460.rdb`, `out-slot-7.rdb`, `out-db-0.rdb`, `out-prefix-user.rdb`. */
  readonly split?: Split | undefined;
  /** Memory for finding keys that come twice, in bytes; beyond that a temporary file is used. Default 64 MiB. */
  readonly maxMemory?: number;
  /** Where temporary files go; by default where the system keeps them. */
  readonly tmpDir?: string;
  /**
   * For append-only logs, whose data only a server can tell; without it they are refused.
   * @internal
   */
  readonly materialize?: Materialize | undefined;
  /**
   * Writes from damaged inputs, too: every key in front of the place where reading ends. Each input is read once more.
   * Default: nothing is written.
   */
  readonly partial?: boolean;
  /** Called now and then with how many bytes were read, of as many as will be, when that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** One input, and how reading it ended. */
export interface ExportedInput {
  readonly path: string;
  readonly ending: Ending;
}

/** What an export did. */
export interface ExportSummary {
  /**
   * The output is there. False when an input is damaged or cannot be read to its end, and `partial` was not asked for:
   * `inputs` say why.
   */
  readonly written: boolean;
  /** The limit of the filter was reached, and there may be more. */
  readonly limited: boolean;
  /** Keys written. */
  readonly keys: number;
  /** Keys left out because another one of the same name was taken (`onConflict`). */
  readonly replaced: number;
  readonly inputs: readonly ExportedInput[];
  /** In the order of their names; empty when nothing was written. */
  readonly files: readonly WrittenFile[];
}

/** An export that cannot be. The message is one sentence for people. */
export class ExportError extends Error {
  override name = 'ExportError';

  constructor(
    /**
     * `conflict`: the inputs do not go together (a key that comes twice, formats of different lineages), exit status 1;
     * `unusable`: wrong options, or an output that cannot be written, exit status 2.
     */
    readonly fault: 'conflict' | 'unusable',
    message: string,
  ) {
    super(message);
  }
}

/** `exportRdb` of `export-rdb.ts`. */
export type ExportRdb = (
  paths: readonly string[],
  target: ExportTarget,
  options?: RdbExportOptions,
) => Promise<ExportSummary>;
