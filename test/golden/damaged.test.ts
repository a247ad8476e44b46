import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFindingCode } from '../../src/errors.js';
import { CORPUS, FIXTURES, filesBelow, lines, truthName } from '../helpers/corpus.js';
import { differences, truthOf } from '../helpers/truth.js';

interface Verdict {
  file: string;
  source: string;
  detail: string;
  load?: { result: string; loaded?: string | null };
}

/** Files that hold more, or something else, than their server shows. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set([
  // Of two elements with one index the server keeps the last; and it had no module to keep the metadata with.
  'rdb/redis-8.8/001-new14-array-order-disabled.rdb',
  // Redis 7.0 shows 2^64-1 as the first id of an empty stream of the oldest type.
  'rdb/redis-7.0.15/010-lzf-empty-container-disabled.rdb',
]);

function damaged(folder: string): string[] {
  return filesBelow(folder).filter((name) => name.endsWith('.rdb') && !name.includes('sources'));
}

/** Damaged files, or those with odd changes, that the server which wrote the sound ones loaded all the same. */
function loaded(): { file: string; detail: string; truth: string }[] {
  if (!filesBelow(join(CORPUS, 'damaged')).includes('verdict.jsonl')) return [];
  const verdicts = lines(join(CORPUS, 'damaged', 'verdict.jsonl')) as unknown as Verdict[];
  return verdicts
    .filter(({ file, load }) => file.endsWith('.rdb') && load?.result === 'ok' && !SHOWN_OTHERWISE.has(file))
    .map(({ file, source, detail, load }) => ({ file, detail, truth: load?.loaded ?? truthName(source) }));
}

describe('damaged files end with a code and a place', () => {
  for (const folder of [join(FIXTURES, 'damaged'), join(CORPUS, 'damaged')]) {
    const files = damaged(folder);
    if (files.length === 0) it.skip(`there are none in ${folder}`);
    it.each(files)(`${folder === join(CORPUS, 'damaged') ? 'corpus' : 'fixtures'}: %s`, async (name) => {
      const bytes = readFileSync(join(folder, name));
      const { result, problems } = await truthOf(bytes, { sized: true });
      for (const { code, offset } of result.complete ? problems : [...problems, result.failure]) {
        expect(isFindingCode(code)).toBe(true);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(bytes.length);
      }
      if (result.complete) expect(result.end).toBeLessThanOrEqual(bytes.length);
    });
  }
});

describe('corpus: changed files that their server loads hold what it then shows', () => {
  const files = loaded();
  if (files.length === 0) it.skip(`there is no corpus in ${CORPUS}`);
  it.each(files)('$file: $detail', async ({ file, truth }) => {
    const { result, records } = await truthOf(readFileSync(join(CORPUS, 'damaged', file)), { sized: true });
    expect(result).toMatchObject({ complete: true });
    expect(differences(lines(join(CORPUS, 'damaged', truth)), records, 'reloader')).toEqual([]);
  });
});
