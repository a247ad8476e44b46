/** Something on the command line that cannot be followed: exit status 2. The message is one sentence. */
export class UsageError extends Error {
  override name = 'UsageError';
}
