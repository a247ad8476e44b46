import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader, type AnswerTaker } from '../../../src/live/pull/answer-reader.js';

/** What a taker was told. */
type Told = readonly [kind: string, value?: string | number];

class Notes implements AnswerTaker {
  readonly told: Told[] = [];
  private readonly strings: { buffer: Uint8Array; start: number; end: number; at: number }[] = [];

  array(length: number): void {
    this.told.push(['array', length]);
  }

  bulk(buffer: Uint8Array, start: number, end: number): void {
    this.strings.push({ buffer, start, end, at: this.told.length });
    this.told.push(['bulk']);
  }

  integer(value: number): void {
    this.told.push(['integer', value]);
  }

  status(): void {
    this.told.push(['status']);
  }

  nil(): void {
    this.told.push(['nil']);
  }

  error(text: string): void {
    this.told.push(['error', text]);
  }

  /** Strings are looked at when all is over: they stay as they were. */
  all(): Told[] {
    for (const { buffer, start, end, at } of this.strings) {
      this.told[at] = ['bulk', Buffer.from(buffer.subarray(start, end)).toString('hex')];
    }
    return this.told;
  }
}

/** An answer as a server writes it, and what it tells. */
type Written = readonly [bytes: Buffer, told: readonly Told[]];

const line = (text: string) => Buffer.from(`${text}\r\n`);
const word = fc.stringMatching(/^[A-Za-z0-9 é:$*+-]{0,30}$/);
const status = word.map((text): Written => [line(`+${text}`), [['status']]]);
const error = word.map((text): Written => [line(`-${text}`), [['error', text]]]);
const integer = fc
  .oneof(fc.constantFrom(0, 1, -1, -2), fc.maxSafeInteger())
  .map((value): Written => [line(`:${value}`), [['integer', value]]]);
const bulk = fc
  .oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 200, maxLength: 900 }))
  .map((bytes): Written => {
    const hex = Buffer.from(bytes).toString('hex');
    return [Buffer.concat([line(`$${bytes.length}`), bytes, line('')]), [['bulk', hex]]];
  });
const nil = fc.constantFrom('$-1', '*-1').map((text): Written => [line(text), [['nil']]]);
const any = fc.letrec<{ any: Written }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    ...[status, error, integer, bulk, nil],
    fc.array(tie('any'), { maxLength: 4 }).map((elements): Written => {
      const bytes = elements.map(([each]) => each);
      const told = elements.flatMap(([, each]) => each);
      return [Buffer.concat([line(`*${elements.length}`), ...bytes]), [['array', elements.length], ...told]];
    }),
  ),
})).any;

function read(chunks: readonly Buffer[]): Told[] {
  const notes = new Notes();
  const reader = new AnswerReader(notes);
  for (const chunk of chunks) reader.feed(chunk);
  return notes.all();
}

function split(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

describe('answers with values', () => {
  it('are the same wherever they are split', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 20 }), (written, places) => {
        const bytes = Buffer.concat(written.map(([each]) => each));
        const told = written.flatMap(([, each]) => each);
        expect(read(split(bytes, places))).toEqual(told);
        expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(told);
      }),
    );
  });

  it('are the same at each place where two chunks can meet', () => {
    const bytes = Buffer.from(
      '+OK\r\n+QUEUED\r\n*4\r\n:-1\r\n$11\r\n\0binary\r\n$5\r\n$-1\r\n:1700000000123\r\n-ERR no\r\n$0\r\n\r\n',
    );
    const whole = read([bytes]);
    expect(whole.map(([kind]) => kind).join(' ')).toBe('status status array integer bulk nil integer error bulk');
    for (let a = 0; a <= bytes.length; a++) {
      for (let b = a; b <= bytes.length; b++) expect(read(split(bytes, [a, b]))).toEqual(whole);
    }
  });

  it('may be large', () => {
    const value = Buffer.alloc(3_000_001, 'value ');
    const bytes = Buffer.concat([line(`$${value.length}`), value, line(''), line(':7')]);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) =>
      bytes.subarray(i * 65_536, (i + 1) * 65_536),
    );
    expect(read(chunks)).toEqual([
      ['bulk', value.toString('hex')],
      ['integer', 7],
    ]);
  });
});

describe('what no server answers', () => {
  const odd = [
    '\r\n',
    'HTTP/1.1 400\r\n',
    '%1\r\n',
    '+OK\n',
    ':\r\n',
    ':1x\r\n',
    ':1 \r\n',
    '$1\rx',
    '$2\r\nabcd',
    '*--1\r\n',
  ];
  it.each([...odd, `:${'9'.repeat(20)}\r\n`, `-${'x'.repeat(70_000)}`])('is an error: %j', (text) => {
    const bytes = Buffer.from(text);
    expect(() => read([bytes])).toThrow('it answers what no server answers');
    expect(() => read(split(bytes, [1, 2, 3]))).toThrow('it answers what no server answers');
  });

  it('a length beyond all measure is an error at once', () => {
    expect(() => read([line('$999999999999999999')])).toThrow('is too large');
  });

  it('allocates no more than a multiple of what has arrived, whatever is announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 50 }, () => new AnswerReader(new Notes()));
    for (const reader of readers) reader.feed(Buffer.from('$1000000000\r\nlittle'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    expect(readers).toHaveLength(50);
  });

  it('never does more harm than an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(), { maxLength: 5 }), (given, places) => {
        try {
          read(split(Buffer.from(given), places));
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'LiveError' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
