// What programs are given is what the servers say that is in their files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BackupInput, readEntries } from '../../src/library/open-backup.js';
import { CORPUS, FIXTURES, type Golden, goldens, lines } from '../helpers/corpus.js';
import { sortRecords, type TruthRecord } from '../helpers/truth/format.js';
import { recordOf, withoutInner } from '../helpers/truth/from-entry.js';
import { differences, type Json, type Origin } from '../helpers/truth.js';

async function records(input: BackupInput): Promise<TruthRecord[]> {
  const all: TruthRecord[] = [];
  for await (const entry of readEntries(input)) all.push(recordOf(entry));
  return sortRecords(all);
}

async function check({ rdb, truth }: Golden, origin: Origin): Promise<void> {
  const wanted = lines(truth).map(withoutInner) as Json[];
  expect(differences(wanted, await records(rdb), origin)).toEqual([]);
}

const fixtures = goldens(FIXTURES);
const corpus = goldens(join(CORPUS, 'rdb'));

describe('entries of the fixtures', () => {
  it('are looked at', () => {
    expect(fixtures.length).toBeGreaterThan(0);
  });

  it.each(fixtures)('$name', (golden) => check(golden, 'writer'));

  it.each(fixtures)('$name, from memory', async ({ rdb, truth }) => {
    const wanted = lines(truth).map(withoutInner) as Json[];
    expect(differences(wanted, await records(readFileSync(rdb)), 'writer')).toEqual([]);
  });
});

describe('entries of the corpus', () => {
  if (corpus.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(corpus)('$name', (golden) => check(golden, 'writer'));
});
