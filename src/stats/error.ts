/** Statistics cannot be made: of an input that is no backup, or with options that make no sense. One sentence. */
export class StatsError extends Error {
  override name = 'StatsError';
}
