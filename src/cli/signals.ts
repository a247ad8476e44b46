import { isSystemError, systemReason } from '../verify/system-error.js';
import { ExitCode } from './exit-code.js';

/** Told of the exit status of the signal that came. */
type End = (status: number) => void;

const SIGNALS = [
  ['SIGINT', ExitCode.INTERRUPTED],
  ['SIGTERM', 128 + 15],
  ['SIGHUP', 128 + 1],
] as const;

let whoEnds: End | undefined;

/** The next signal to end calls this instead of ending the program at once; the one after that ends it. Returns how to take that back. */
export function onInterrupt(end: End): () => void {
  whoEnds = end;
  return () => {
    whoEnds = undefined;
  };
}

/**
 * A signal to end ends the program at once with its own status, and what is temporary goes with it, at its exit; a reader that
 * went away ends it quietly.
 */
export function surviveSignals(): void {
  for (const [signal, status] of SIGNALS) {
    // Not once: a second signal would end the program while it cleans up.
    process.on(signal, () => {
      const end = whoEnds ?? ((code: number) => process.exit(code));
      whoEnds = undefined;
      end(status);
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(ExitCode.BROKEN_PIPE);
      if (stream === process.stdout && isSystemError(error)) {
        process.stderr.write(`rdbkit: standard output: ${systemReason(error)}\n`);
        process.exit(ExitCode.TROUBLE);
      }
      throw error;
    });
  }
}
