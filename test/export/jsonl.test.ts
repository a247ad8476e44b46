// Every sound file as JSON, whichever way its values are read. test/golden holds it against what servers said.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { jsonDocument, jsonLines } from '../../src/export/text/json-format.js';
import type { KeyRecord } from '../../src/rdb/visitor.js';
import { KeyJson } from '../../src/values/key-json.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { parse } from '../helpers/parse.js';
import { exported } from './exported.js';

const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))];

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

/** With kernels that are not the parser's: whatever takes runs and containers whole leaves them to the plain walk. */
class PlainLines extends KeyJson {
  override keyEnd(key: KeyRecord): void {
    super.keyEnd(key);
    this.out.ascii('\n');
  }
}

const others = new Kernels();

async function plainLines(bytes: Uint8Array, form: 'text' | 'base64'): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const visitor = new PlainLines(others, form, (piece) => pieces.push(Buffer.from(piece)));
  await parse(bytes, visitor);
  visitor.out.flush();
  visitor.release();
  return Buffer.concat(pieces);
}

describe.each(['base64', 'text'] as const)(
  'JSON lines, bytes as %s, are byte for byte those of the plain walk',
  (form) => {
    it.each(files)('$name', async ({ rdb }) => {
      const { bytes, results } = await exported([rdb], jsonLines(form));
      expect(results).toMatchObject([
        { complete: true, limited: false, outcome: 'sound', keys: linesOf(bytes).length },
      ]);
      expect(bytes.equals(await plainLines(readFileSync(rdb), form))).toBe(true);
    });
  },
);

describe('a JSON document', () => {
  it.each(files.slice(0, 20))('$name', async ({ rdb }) => {
    const document = JSON.parse((await exported([rdb], jsonDocument('text'))).bytes.toString());
    const all = linesOf((await exported([rdb], jsonLines('text'))).bytes).map((line) => JSON.parse(line));
    expect(document).toEqual({ schema: 1, keys: all, complete: true });
  });

  it('holds several inputs, and says how bytes are written', async () => {
    const paths = files.filter(({ name }) => /types-small|empty/.test(name)).map(({ rdb }) => rdb);
    const { bytes, results } = await exported(paths, jsonDocument('base64'));
    const document = JSON.parse(bytes.toString());
    expect(document).toMatchObject({ schema: 1, bytes: 'base64', complete: true });
    expect(document.keys).toHaveLength(results.reduce((sum, { keys }) => sum + keys, 0));
  });
});
