import type { Source } from '../bytes/sources/source.js';
import { FINDINGS } from '../errors.js';
import type { RdbHeader } from '../rdb/visitor.js';
import type { DuplicateKey, KeyCheck } from './checks/keys.js';
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
  const { shown, kept, dropped } = await check.finish();
  if (shown.length === 0) return;
  const offsets = shown.flatMap(({ first, second }) => [first, second]);
  const source = await again();
  const keys = source ? await keysAt(offsets, source, file) : new Map<number, KeyStart>();
  const told = { kept: 0, dropped: 0 };
  for (const duplicate of shown) {
    const first = keys.get(duplicate.first);
    const second = keys.get(duplicate.second);
    const known = first !== undefined && second !== undefined;
    if (duplicate.bothKept) told.kept++;
    else told.dropped++;
    // Different names after all: a chance of 1 in 2^72 for each pair, or somebody writes to the file.
    if (known && Buffer.compare(first.name, second.name) !== 0) continue;
    tell(findings, duplicate, known ? second : undefined);
  }
  findings.count('DUPLICATE_KEY', FINDINGS.DUPLICATE_KEY, kept - told.kept);
  findings.count('DUPLICATE_KEY', 'warning', dropped - told.dropped);
}

function tell(findings: Findings, duplicate: DuplicateKey, key: KeyStart | undefined): void {
  const { first, second, bothKept, db } = duplicate;
  const where = `the same key stands in this database at 0x${first.toString(16)} (${first}) already`;
  const effect = bothKept
    ? 'a server that loads both crashes'
    : 'one of the two has expired, so servers load the other';
  const unsure = key ? '' : '; known by fingerprints, as the input can be read only once';
  const context = key
    ? { db: db ?? null, key: key.name, type: key.type?.type ?? null }
    : { ...NOWHERE, db: db ?? null };
  const severity = bothKept ? FINDINGS.DUPLICATE_KEY : 'warning';
  findings.add('DUPLICATE_KEY', second, `${where}; ${effect}${unsure}`, () => context, severity, {
    confirmed: key !== undefined,
  });
}
