/** What the exit status says. Over several inputs, 2 beats 1 beats 3 beats 0. */
export const ExitCode = {
  /** All good, or equal. */
  OK: 0,
  /** The tool worked and has something to tell. */
  TOLD: 1,
  /** It could not do its work: usage, unreadable input, no server. */
  TROUBLE: 2,
  /** It cannot tell: a format, version or type newer than it knows. */
  UNKNOWN: 3,
  INTERRUPTED: 130,
  BROKEN_PIPE: 141,
} as const;

/** The exit status of several inputs together. */
export function worst(codes: readonly number[]): number {
  return [ExitCode.TROUBLE, ExitCode.TOLD, ExitCode.UNKNOWN].find((code) => codes.includes(code)) ?? ExitCode.OK;
}
