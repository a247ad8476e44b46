import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import type { Kernels } from '../../src/bytes/kernels/kernels.js';
import type { ElementSink } from '../../src/measure/element-sink.js';
import { MeasuringVisitor } from '../../src/measure/measuring-visitor.js';
import { isInteger64 } from '../../src/measure/text-encoding.js';
import type { KeyRecord } from '../../src/rdb/visitor.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { type Element, elementsListed, elementsOf, truthOfSizes } from './truth.js';

interface Measured {
  readonly elements: number;
  readonly encoding: string;
  /** Of the elements larger than the least, in the order of the file. */
  readonly offered: readonly Element[];
}

class Sink implements ElementSink {
  offered: Element[] = [];

  constructor(readonly least: number) {}

  offer(bytes: number, buffer: Uint8Array, start: number, end: number): void {
    this.offered.push([bytes, start < 0 ? null : Buffer.from(buffer.slice(start, end)).toString('base64')]);
  }
}

class Measures extends MeasuringVisitor {
  readonly keys = new Map<string, Measured>();

  constructor(
    kernels: Kernels,
    private readonly sink?: Sink,
  ) {
    super(kernels, sink);
  }

  protected override measured(key: KeyRecord): void {
    const { elements, encoding } = this.measure;
    const name = Buffer.from(key.name.toBytes()).toString('base64');
    this.keys.set(`${key.db} ${name}`, { elements, encoding, offered: this.sink?.offered ?? [] });
    if (this.sink) this.sink.offered = [];
  }
}

async function measuresOf(path: string, least?: number): Promise<Map<string, Measured>> {
  const dataset = await openDataset(path);
  let measures: Measures | undefined;
  await dataset.scan({
    visitor: (kernels) => (measures = new Measures(kernels, least === undefined ? undefined : new Sink(least))),
  });
  await dataset.close();
  return measures?.keys ?? new Map();
}

const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))];

function sorted(elements: readonly Element[]): Element[] {
  return [...elements].sort((a, b) => a[0] - b[0] || ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1));
}

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

describe('elements above a size are those that the servers tell', () => {
  const cases = files.flatMap((file) => [0, 15, 40].map((least) => ({ ...file, least })));

  it.each(cases)('$name, above $least bytes', async ({ least, ...golden }) => {
    const found = await measuresOf(golden.rdb, least);
    const wrong = truthOfSizes(golden).keys.flatMap((line) => {
      const listed = elementsListed(line)?.filter(([bytes]) => bytes > least);
      const offered = found.get(`${line.db} ${line.key}`)?.offered ?? [];
      if (!listed || JSON.stringify(sorted(listed)) === JSON.stringify(sorted(offered))) return [];
      return [{ ...line, value: null, listed, offered }];
    });
    expect(wrong).toEqual([]);
  });
});

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
