// The keys of each database, in the backup and in the server.
import type { DatabaseKeys } from '../disposable/dump-look.js';
import type { ComparedKeys } from './compare.js';
import type { RehearsedDatabase, RehearsedFunctions } from './report.js';

const NO_DIFFERENCE = { missing: 0, different: 0, unsure: 0, extra: 0 };

/** Of a dump, all of whose keys were compared. `isLoaded`: what has expired was left out. */
export function comparedDatabases(
  { summary, counts }: ComparedKeys,
  dump: readonly DatabaseKeys[],
  isLoaded: boolean,
): RehearsedDatabase[] {
  return numbersOf(dump, summary.databases).map((db) => {
    const differing = counts.get(db) ?? NO_DIFFERENCE;
    const compared = summary.databases.find((each) => each.db === db)?.leftKeys ?? 0;
    const seen = dump.find((each) => each.db === db);
    const keys = seen?.keys ?? compared;
    const expired = isLoaded ? keys - compared : (seen?.expired ?? 0);
    return { db, keys, base: null, compared, expired, found: compared - differing.missing, ...differing };
  });
}

/** Of a log: `dump` stands in front of its commands, `saved` came out. `compared`: keys that no command wrote to. */
export function executedDatabases(
  compared: ComparedKeys | undefined,
  dump: readonly DatabaseKeys[],
  saved: readonly DatabaseKeys[],
): RehearsedDatabase[] {
  return numbersOf(dump, saved).map((db) => {
    const differing = compared?.counts.get(db) ?? NO_DIFFERENCE;
    const held = saved.find((each) => each.db === db);
    return {
      ...{ db, keys: null, expired: held?.expired ?? 0, found: held?.keys ?? 0 },
      base: dump.length === 0 ? null : (dump.find((each) => each.db === db)?.keys ?? 0),
      compared: compared?.summary.databases.find((each) => each.db === db)?.leftKeys ?? 0,
      ...differing,
    };
  });
}

/** Libraries by the digests of their code. */
export function comparedLibraries(wanted: readonly string[], found: readonly string[]): RehearsedFunctions {
  const missing = wanted.filter((code) => !found.includes(code)).length;
  const extra = found.filter((code) => !wanted.includes(code)).length;
  return { libraries: wanted.length, found: wanted.length - missing, missing, extra };
}

function numbersOf(...lists: readonly (readonly { readonly db: number }[])[]): number[] {
  return [...new Set(lists.flat().map(({ db }) => db))].sort((a, b) => a - b);
}
