/** A load that cannot begin, or that the options contradict. The message is one sentence for people. */
export class LoadError extends Error {
  override name = 'LoadError';

  constructor(
    /** `unusable`: the options, the journal or the target do not fit; `damaged`: the input does not; `unknown`: it is newer than we know. */
    readonly fault: 'unusable' | 'damaged' | 'unknown',
    message: string,
  ) {
    super(message);
  }
}
