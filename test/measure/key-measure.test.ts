import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import type { Kernels } from '../../src/bytes/kernels/kernels.js';
import { MeasuringVisitor } from '../../src/measure/measuring-visitor.js';
import { isInteger64 } from '../../src/measure/text-encoding.js';
import type { KeyRecord } from '../../src/rdb/visitor.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { type Element, elementsListed, elementsOf, truthOfSizes } from './truth.js';

interface Measured {
  readonly elements: number;
  readonly encoding: string;
  /** The biggest element above the threshold. */
  readonly biggest: Element;
}

class Measures extends MeasuringVisitor {
  readonly keys = new Map<string, Measured>();

  constructor(
    kernels: Kernels,
    private readonly least: number,
  ) {
    super(kernels);
  }

  protected override get threshold(): number {
    return this.least;
  }

  protected override wants(): boolean {
    return true;
  }

  protected override measured(key: KeyRecord): void {
    const { elements, encoding, biggestElement, biggestName } = this.measure;
    const biggest = [biggestElement, biggestName ? Buffer.from(biggestName).toString('base64') : null] as const;
    this.keys.set(`${key.db} ${Buffer.from(key.name.toBytes()).toString('base64')}`, { elements, encoding, biggest });
  }
}

async function measuresOf(path: string, threshold = Number.POSITIVE_INFINITY): Promise<Map<string, Measured>> {
  const dataset = await openDataset(path);
  let measures: Measures | undefined;
  await dataset.scan({ visitor: (kernels) => (measures = new Measures(kernels, threshold)) });
  await dataset.close();
  return measures?.keys ?? new Map();
}

const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))];

describe('measures of keys are what the servers say', () => {
  it.each(files)('$name', async (golden) => {
    const found = await measuresOf(golden.rdb);
    const { keys, exact } = truthOfSizes(golden);
    const said = (encoding: string | undefined) => (exact || encoding === 'int' ? encoding : 'text');
    const wrong = keys.flatMap((line) => {
      const one = found.get(`${line.db} ${line.key}`);
      const elements = elementsOf(line) ?? one?.elements;
      const sameEncoding = line.type !== 'string' || said(one?.encoding) === said(line.encoding);
      return one?.elements === elements && sameEncoding ? [] : [{ ...line, value: null, elements, one }];
    });
    expect(wrong).toEqual([]);
  });
});

describe('the biggest element is the one that the server tells', () => {
  const cases = files.flatMap((file) => [-1, 15, 40].map((threshold) => ({ ...file, threshold })));

  it.each(cases)('$name, above $threshold bytes', async ({ threshold, ...golden }) => {
    const found = await measuresOf(golden.rdb, threshold);
    const wrong = truthOfSizes(golden).keys.flatMap((line) => {
      const listed = elementsListed(line)?.filter(([bytes]) => bytes > threshold);
      const biggest = found.get(`${line.db} ${line.key}`)?.biggest ?? [0, null];
      if (!listed) return [];
      const most = Math.max(0, ...listed.map(([bytes]) => bytes));
      // Of several that are equally long, any one will do.
      const names = listed.filter(([bytes]) => bytes === most).map(([, name]) => cut(name));
      const right = biggest[0] === most && (names.length === 0 ? biggest[1] === null : names.includes(biggest[1]));
      return right ? [] : [{ ...line, value: null, most, biggest }];
    });
    expect(wrong).toEqual([]);
  });
});

/** Of a name in base64, its first 256 bytes. */
function cut(name: string | null): string | null {
  return name && Buffer.from(name, 'base64').subarray(0, 256).toString('base64');
}

describe('integers of 64 bits', () => {
  it.each(['0', '7', '-1', '10', '9223372036854775807', '-9223372036854775808', '1234567890123456789'])(
    '%s',
    (text) => {
      expect(isInteger64(Buffer.from(` ${text} `), 1, 1 + text.length)).toBe(true);
    },
  );

  it.each([
    ...['', '-', '-0', '00', '01', '+1', '1.0', ' 1', '1e3', '9223372036854775808', '-9223372036854775809'],
    ...['99999999999999999999', '12345678901234567890123', '-01', '0x1'],
  ])('%j is none', (text) => {
    expect(isInteger64(Buffer.from(text), 0, text.length)).toBe(false);
  });
});
