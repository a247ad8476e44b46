/** Why there is no disposable server, other than by the backup. */
export type DisposableFault =
  /** No program to start, or none that suits. */
  | 'no-program'
  /** No room for the copy. */
  | 'no-space'
  /** The copy could not be made. */
  | 'no-copy'
  /** It was not up within the time that was given. */
  | 'timeout'
  /** The server could not be started at all, or ended while it was used. */
  | 'server';

/** A disposable server that is not there, for a reason that says nothing about the backup. One sentence for people. */
export class DisposableError extends Error {
  override name = 'DisposableError';

  constructor(
    readonly fault: DisposableFault,
    message: string,
  ) {
    super(message);
  }
}
