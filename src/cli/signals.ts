import { isSystemError, systemReason } from '../verify/system-error.js';
import { ExitCode } from './exit-code.js';

let whoEnds: (() => void) | undefined;

/** The next interrupt calls this instead of ending the program at once; the one after that ends it. Returns how to take that back. */
export function onInterrupt(end: () => void): () => void {
  whoEnds = end;
  return () => {
    whoEnds = undefined;
  };
}

/** An interrupt ends the program at once with its own status, and a reader that went away ends it quietly. */
export function surviveSignals(): void {
  process.on('SIGINT', () => {
    const end = whoEnds ?? (() => process.exit(ExitCode.INTERRUPTED));
    whoEnds = undefined;
    end();
  });
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
