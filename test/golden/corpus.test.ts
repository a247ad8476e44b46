import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPUS, FIXTURES, type Golden, goldens, lines } from '../helpers/corpus.js';
import { crc64 } from '../helpers/crc64.js';
import { differences, dropped, type Origin, type Truth, truthOf } from '../helpers/truth.js';

/** The file is read to its last byte, its checksum holds unless it was switched off, and its data are what the truth says. */
async function check(golden: Golden, origin: Origin): Promise<Truth> {
  const bytes = readFileSync(golden.rdb);
  const parsed = await truthOf(bytes, { sized: true });
  expect(parsed.result).toMatchObject({ complete: true });
  expect(differences(lines(golden.truth), parsed.records, origin)).toEqual([]);
  if (parsed.stored !== undefined && parsed.stored !== 0n) {
    expect(parsed.stored).toBe(crc64(bytes.subarray(0, parsed.result.complete ? parsed.result.end - 8 : 0)));
    expect(parsed.result.checksum).toBe(parsed.stored);
  }
  return parsed;
}

const fixtures = goldens(FIXTURES);
const corpus = goldens(join(CORPUS, 'rdb'));
/** What the damaged files were made from; read back from a server that had loaded them. */
const sources = goldens(join(CORPUS, 'damaged'));
const published = goldens(join(CORPUS, 'public'));

describe('fixtures: files of real servers hold what the servers say', () => {
  it('are there', () => {
    expect(fixtures.length).toBeGreaterThan(0);
  });

  it.each(fixtures)('$name', async (golden) => {
    const { problems, result } = await check(golden, 'writer');
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ end: readFileSync(golden.rdb).length });
  });
});

describe('corpus: files of real servers hold what the servers say', () => {
  if (corpus.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(corpus)('$name', async (golden) => {
    const { problems, result } = await check(golden, 'writer');
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ end: readFileSync(golden.rdb).length });
  });
});

describe('corpus: the sources of the damaged files hold what a server loads from them', () => {
  if (sources.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(sources)('$name', async (golden) => {
    const { problems } = await check(golden, 'reloader');
    expect(problems).toEqual([]);
  });
});

describe('corpus: dumps of public projects hold what a server loads from them', () => {
  if (published.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(published)('$name', async (golden) => {
    await check(golden, 'loader');
  });

  it.each(loadable())('$file gives as many keys as a server loads from it', async ({ file, keys }) => {
    const { result, records } = await truthOf(readFileSync(join(CORPUS, file)), { sized: true });
    expect(result).toMatchObject({ complete: true });
    expect(records.filter((record) => !dropped(record))).toHaveLength(keys);
  });
});

/** The public dumps that some server loaded. */
function loadable(): { file: string; keys: number }[] {
  try {
    const verdicts = lines(join(CORPUS, 'public', 'verdict.jsonl')) as { file: string; keys?: number | null }[];
    return verdicts.flatMap(({ file, keys }) => (typeof keys === 'number' ? [{ file, keys }] : []));
  } catch {
    return [];
  }
}
