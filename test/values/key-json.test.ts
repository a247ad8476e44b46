import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import type { FindingCode } from '../../src/errors.js';
import type { KeyRecord } from '../../src/rdb/visitor.js';
import { KeyJson } from '../../src/values/key-json.js';
import { CORPUS, FIXTURES, goldens, lines } from '../helpers/corpus.js';
import { type Delivery, parse } from '../helpers/parse.js';
import { differences, type TruthRecord, truthOf } from '../helpers/truth.js';
import { Contract } from './contract.js';

const STREAM_LISTPACKS_5 = 27;

const kernels = new Kernels();

class Lines extends KeyJson {
  readonly texts: string[] = [];
  readonly problems: FindingCode[] = [];
  private readonly pieces: Buffer[];

  constructor(form: 'text' | 'base64') {
    const pieces: Buffer[] = [];
    super(kernels, form, (bytes) => pieces.push(Buffer.from(bytes)));
    this.pieces = pieces;
  }

  override keyEnd(key: KeyRecord): void {
    super.keyEnd(key);
    this.out.flush();
    this.texts.push(Buffer.concat(this.pieces).toString());
    this.pieces.length = 0;
  }

  override problem(code: FindingCode): void {
    this.problems.push(code);
  }
}

async function linesOf(bytes: Uint8Array, form: 'text' | 'base64', delivery: Delivery = {}): Promise<Lines> {
  const visitor = new Lines(form);
  await parse(bytes, visitor, delivery);
  return visitor;
}

const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))];
const forms = ['base64', 'text'] as const;

describe.each(forms)('keys as JSON, bytes as %s, are what the servers say', (form) => {
  it.each(files)('$name', async ({ rdb, truth }) => {
    const bytes = readFileSync(rdb);
    const { texts, problems } = await linesOf(bytes, form);
    const { records } = await truthOf(bytes);
    const parsed = new Map(records.map((record) => [`${record.db} ${record.key}`, record]));
    const contract = new Contract(form);
    const found = texts.map((text) =>
      contract.record(text, (db, key) => {
        const record = parsed.get(`${db} ${key}`);
        contract.nacks = record?.rdbType === STREAM_LISTPACKS_5;
        return record;
      }),
    );
    expect(problems).toEqual([]);
    expect(differences(lines(truth), found as TruthRecord[], 'writer')).toEqual([]);
  });

  it.each(files.filter(({ name }) => /types|strings|streams|arrays-strings/.test(name)))(
    '$name in pieces',
    async ({ rdb }) => {
      const bytes = readFileSync(rdb);
      const whole = await linesOf(bytes, form);
      const inPieces = await linesOf(bytes, form, { chunks: [7, 1, 4096], window: 64, largeString: 3 });
      expect(inPieces.texts).toEqual(whole.texts);
    },
  );
});
