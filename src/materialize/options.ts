/** What is being done at the moment; all of it is counted in bytes. */
export type MaterializePhase = 'read' | 'look' | 'copy' | 'load' | 'save' | 'check';

/** How an append-only set becomes an RDB. */
export interface MaterializeOptions {
  /** The dataset as it was then, ms since the epoch: the log is cut before the first annotation that is later. */
  readonly untilMs?: number | undefined;
  /** The server to start: a path, or a name on PATH. Default: of those on PATH, the one most like the writer. */
  readonly server?: string | undefined;
  /** Start it although the log holds commands that reach beyond the data. */
  readonly trust?: boolean | undefined;
  /** Where the copy of the log goes; default the system's temporary directory. */
  readonly tmpDir?: string | undefined;
  /** How long the server may take to be up. Default: as long as it takes. */
  readonly timeoutMs?: number | undefined;
  /** Called now and then with how many bytes of a phase were done, and how many there are when that is known. */
  readonly onProgress?: ((phase: MaterializePhase, done: number, total: number | undefined) => void) | undefined;
}
