/** What a rehearsal is busy with. */
export type RehearsalPhase = 'look' | 'copy' | 'load' | 'save' | 'compare';

/** How the backup gets into the server: it starts from a copy, or its keys are loaded into an empty server. */
export type Via = 'boot' | 'load';

/** How a restore drill is held. */
export interface RehearseOptions {
  /** The server to start, by its path or its name on PATH; default the most suitable one on PATH. */
  readonly server?: string | undefined;
  /** Default `boot`. */
  readonly via?: Via | undefined;
  /** Start a server on a log although its commands reach beside the data. */
  readonly trust?: boolean | undefined;
  /** How long copying and loading may take; default as long as they take. */
  readonly timeoutMs?: number | undefined;
  /** Where the copy and temporary files go; default the system's temporary directory. */
  readonly tmpDir?: string | undefined;
  /** Bytes for tables of the comparison; default 512 MiB. */
  readonly maxMemory?: number | undefined;
  /** How many differing keys are named; default 20. */
  readonly limit?: number | undefined;
  /** The server is to stay, whatever came out: `rehearse` returns it. */
  readonly keep?: boolean | undefined;
  /** Called now and then; `total` is undefined when it is not known. */
  readonly onProgress?: ((phase: RehearsalPhase, done: number, total: number | undefined) => void) | undefined;
}
