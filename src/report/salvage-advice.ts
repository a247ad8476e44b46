// What an operator should do with a salvaged dump.
import type { Salvaged } from '../repair/salvage/salvage.js';
import { plural } from './format.js';

/** Sentences in the order of doing; empty when there is nothing to do. */
export function salvageAdvice({ survey, outcome, includeSuspect, suspectKeys }: Salvaged): string[] {
  if (outcome === 'whole') return [];
  if (outcome === 'newer') {
    return [
      'the checksum is good, so the file is sound, and newer than this release: use a newer rdbkit, and this file as it is',
    ];
  }
  const advice = ['copy the file again from its source if there is one: a good copy is better than any salvage'];
  const doubtful = Object.values(survey.suspect).reduce((sum, keys) => sum + keys, 0);
  if (includeSuspect && suspectKeys > 0) {
    advice.push(
      `hold the ${plural(suspectKeys, 'key')} in doubt against another source: some may never have been there`,
    );
  } else if (doubtful > 0) {
    advice.push('to look at the keys in doubt, write them to another file with --include-suspect');
  }
  if (survey.behindBytes > 0) {
    advice.push(
      `${plural(survey.behindBytes, 'byte')} behind the RDB are not in the output; commands there are changes that are missing`,
    );
  }
  advice.push('keep the damaged file, and try the output on a server that nobody uses');
  return advice;
}
