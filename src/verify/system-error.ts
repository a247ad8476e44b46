/** Whether the system refused something, as opposed to a mistake of ours. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

/** Why the system refused, in words. Throws what is not an error of the system. */
export function systemReason(error: unknown): string {
  if (!isSystemError(error)) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file or directory';
  if (code === 'EACCES' || code === 'EPERM') return 'reading it is not permitted';
  if (code === 'EISDIR') return 'it is a directory';
  return message;
}
