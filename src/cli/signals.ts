import { isSystemError, systemReason } from '../verify/system-error.js';
import { ExitCode } from './exit-code.js';

/** An interrupt ends the program at once with its own status, and a reader that went away ends it quietly. */
export function surviveSignals(): void {
  process.on('SIGINT', () => process.exit(ExitCode.INTERRUPTED));
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
