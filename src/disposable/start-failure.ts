import type { ServerProgram } from './program.js';
import type { LogKind, ServerLog } from './server-log.js';

/** A server that ended while it loaded a backup. */
export class StartFailure extends Error {
  override name = 'StartFailure';
  readonly kind: LogKind;
  /** The server's own lines about it, without process, time and level: text that may quote the backup. */
  readonly lines: readonly string[];

  constructor(
    readonly program: ServerProgram,
    /** The end of its log. */
    readonly log: ServerLog,
    /** Null when a signal ended it. 0 is no success. */
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
  ) {
    const { kind, lines } = log.reason();
    super(lines[0] ?? 'the server ended while it started');
    this.kind = signal !== null && kind === 'other' ? 'crash' : kind;
    this.lines = lines;
  }
}
