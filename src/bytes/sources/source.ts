/** Where bytes come from: a file, standard input, any stream, a gzip around one of them. */
export interface Source {
  /** Bytes in all, when that is known before reading. */
  readonly size: number | undefined;
  /**
   * Reads some bytes into `target` and returns how many; 0 means the end. At most one read is under way at a time.
   * Throws `SourceError` for damage of a wrapping (gzip), the system's own errors otherwise.
   */
  read(target: Uint8Array): Promise<number>;
  /** How many bytes of the outermost input (the compressed file, for gzip) were read; for progress. */
  readonly consumed: number;
  /** Goes to a place of the content; absent where the bytes come only once. Not while a read is under way. */
  readonly seek?: ((offset: number) => void) | undefined;
  close(): Promise<void>;
}

/** A wrapping around the backup is damaged: what was read before stands, there is no more. */
export class SourceError extends Error {
  constructor(
    readonly code: 'GZIP_TRUNCATED' | 'GZIP_DAMAGED',
    message: string,
  ) {
    super(message);
    this.name = 'SourceError';
  }
}
