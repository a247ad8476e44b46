import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { crc64 } from '../helpers/crc64.js';
import { differences, dropped, type Json, type Origin, type Truth, truthOf } from '../helpers/truth.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURES = join(ROOT, 'fixtures');
/** A larger collection of the same kind, which may lie beside the repository or where RDBKIT_CORPUS says. */
const CORPUS = process.env.RDBKIT_CORPUS ?? join(ROOT, '..', 'shared', 'corpus');

interface Golden {
  name: string;
  rdb: string;
  truth: string;
}

/** Every `<name>.rdb` below `folder` that has a `<name>.truth.jsonl` beside it. */
function goldens(folder: string): Golden[] {
  let entries: string[];
  try {
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  const files = new Set(entries);
  return entries
    .filter((name) => name.endsWith('.rdb') && files.has(name.replace(/\.rdb$/, '.truth.jsonl')))
    .sort()
    .map((name) => ({ name, rdb: join(folder, name), truth: join(folder, name.replace(/\.rdb$/, '.truth.jsonl')) }));
}

function lines(path: string): Json[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

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
