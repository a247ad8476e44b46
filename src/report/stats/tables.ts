/** The tables that `statsCsv` can write. */
export const STATS_TABLES = [
  'prefixes',
  'keys',
  'elements',
  'databases',
  'types',
  'encodings',
  'distributions',
  'slots',
  'tags',
  'functions',
  'modules',
  'commands',
  'written-keys',
  'written-prefixes',
  'rate',
] as const;

export type StatsTable = (typeof STATS_TABLES)[number];
