/** Options that cannot be followed: they contradict each other, or one has a value that means nothing. */
export class OptionsError extends Error {
  override name = 'OptionsError';
}
