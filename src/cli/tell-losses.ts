import { bytesToLine, printableText } from '../keyspace/bytes-text.js';
import type { Losses } from '../values/commands/losses.js';

/** So many are named. */
const NAMED = 20;
const KEY_COLUMNS = 80;

/** Says on standard error what an export leaves out. Returns whether that is more than clocks and counters of use. */
export function tellLosses({ kept, count, notes }: Losses): boolean {
  const say = (text: string) => process.stderr.write(`rdbkit: ${printableText(text)}\n`);
  for (const { whole, db, key, what } of kept.slice(0, NAMED)) {
    const name = bytesToLine(key);
    const shown = name.length > KEY_COLUMNS ? `${name.slice(0, KEY_COLUMNS)}…` : name;
    if (key.length === 0) say(`left out: ${what}`);
    else say(`${whole ? 'left out' : 'lost in'} the key "${shown}" of database ${db}: ${what}`);
  }
  if (count > NAMED) say(`and ${count - NAMED} more that are not carried over`);
  for (const note of notes) say(`not carried over: ${note}`);
  return count > 0;
}
