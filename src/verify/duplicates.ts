import type { Source } from '../bytes/sources/source.js';
import type { Severity } from '../errors.js';
import type { RdbHeader } from '../rdb/visitor.js';
import type { Form } from '../servers/minds.js';
import type { DuplicateKey, Fate, KeyCheck } from './checks/keys.js';
import { type Findings, NOWHERE } from './findings.js';
import { type KeyStart, keysAt } from './second-look.js';

/** Gives the content of the input once more, from its start or wherever it is placed; undefined when it came only once. */
export type Again = () => Promise<Source | undefined>;

/**
 * Reports the keys that stand twice, after a second look at the names themselves where the input can be read again. Throws
 * SpillError.
 */
export async function reportDuplicates(
  check: KeyCheck,
  again: Again,
  file: RdbHeader,
  findings: Findings,
): Promise<void> {
  const { shown, counts } = await check.finish();
  if (shown.length === 0) return;
  const offsets = shown.flatMap(({ first, second }) => [first, second]);
  const source = await again();
  const keys = source ? await keysAt(offsets, source, file) : new Map<number, KeyStart>();
  const untold = { ...counts };
  for (const duplicate of shown) {
    untold[duplicate.fate]--;
    const first = keys.get(duplicate.first);
    const second = keys.get(duplicate.second);
    const known = first !== undefined && second !== undefined;
    // Different names after all: a chance of 1 in 2^72 for each pair, or somebody writes to the file.
    if (known && first.digest !== second.digest) continue;
    tell(findings, duplicate, known ? second : undefined);
  }
  for (const fate of FATES) findings.count('DUPLICATE_KEY', SEVERITY[fate], untold[fate], FORM[fate]);
}

const FATES = ['both', 'expired', 'empty'] as const;
const SEVERITY: Readonly<Record<Fate, Severity>> = { both: 'error', expired: 'warning', empty: 'error' };
const FORM: Readonly<Record<Fate, Form>> = { both: 'plain', expired: 'plain', empty: 'empty' };
const EFFECT: Readonly<Record<Fate, string>> = {
  both: 'a server that loads both crashes',
  expired: 'one of the two has expired, so servers load the other',
  empty: 'one of the two is empty; Redis 6.0 crashes, later servers load the other',
};

function tell(findings: Findings, duplicate: DuplicateKey, key: KeyStart | undefined): void {
  const { first, second, fate, db } = duplicate;
  const where = `the same key stands in this database at 0x${first.toString(16)} (${first}) already`;
  const unsure = key ? '' : '; known by fingerprints, as the input can be read only once';
  const context = key
    ? { db: db ?? null, key: key.name, type: key.type?.type ?? null }
    : { ...NOWHERE, db: db ?? null };
  findings.add('DUPLICATE_KEY', second, `${where}; ${EFFECT[fate]}${unsure}`, () => context, SEVERITY[fate], {
    confirmed: key !== undefined,
    form: FORM[fate],
  });
}
