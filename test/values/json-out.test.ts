// What kernels write is what the plain functions give.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { bytesToText, textToBytes } from '../../src/keyspace/bytes-text.js';
import { StreamId } from '../../src/rdb/stream-id.js';
import { asciiJson } from '../../src/report/ascii-json.js';
import { integerJson, scoreJson } from '../../src/values/json-number.js';
import { type BytesForm, JsonOut, type ScoreText, type Shape } from '../../src/values/json-out.js';
import { OneBlock } from '../../src/values/out-blocks.js';
import { g17 } from '../helpers/g17.js';
import { asInteger, type ListpackEntry, listpack, textOf } from '../helpers/rdb/listpack.js';
import { ziplist } from '../helpers/rdb/ziplist.js';
import { runs } from '../helpers/runs.js';

const kernels = new Kernels();
/** Small, so that output runs over its end in the midst of everything. */
const CAPACITY = 8192;

function written(form: BytesForm, write: (out: JsonOut) => void, capacity = CAPACITY): string {
  const pieces: Buffer[] = [];
  const out = new JsonOut(kernels, form, new OneBlock(kernels, (bytes) => pieces.push(Buffer.from(bytes)), capacity));
  write(out);
  out.flush();
  out.release();
  return Buffer.concat(pieces).toString();
}

/** Puts bytes into the kernels' memory for as long as `use` runs; bytes behind them are not zero. */
function inMemory<T>(bytes: Uint8Array, use: (start: number, end: number) => T): T {
  const block = kernels.heap.allocate(bytes.length + 64);
  kernels.bytes.fill(0x5c, block, block + bytes.length + 64);
  kernels.bytes.set(bytes, block);
  try {
    return use(block, block + bytes.length);
  } finally {
    kernels.heap.deallocate(block);
  }
}

function expected(form: BytesForm, bytes: Uint8Array): string {
  if (form === 'base64') return `"${Buffer.from(bytes).toString('base64')}"`;
  return asciiJson(bytesToText(bytes)).slice(0, -1);
}

/** Text and bytes as they are mixed in hostile names: quotes, escapes, cut and wrong sequences. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '\\',
          '\\x',
          '\\x41',
          '"',
          '"'.repeat(20),
          '\\\\x',
          '\n',
          'x',
          '\x7f',
          '\u202e',
          '\ue000',
          '{"a":"b"}',
        )
        .map((text) => Buffer.from(text)),
      fc.constantFrom('e2', 'e280', 'f09f98', 'c0', 'eda080', 'f4908080', 'ff').map((hex) => Buffer.from(hex, 'hex')),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts));

const forms = ['text', 'base64'] as const;

describe.each(forms)('strings as %s', (form) => {
  it('are what the plain functions give, from the memory of the kernels and from elsewhere', () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        const wanted = expected(form, bytes);
        expect(inMemory(bytes, (start, end) => written(form, (out) => out.string(kernels.bytes, start, end)))).toBe(
          wanted,
        );
        expect(written(form, (out) => out.string(bytes))).toBe(wanted);
        if (form === 'text') expect(Buffer.from(textToBytes(JSON.parse(wanted)))).toEqual(bytes);
      }),
      { numRuns: runs(500) },
    );
  });

  it('are the same in pieces', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(70), { minLength: 1 }), (bytes, lengths) => {
        const whole = written(form, (out) => {
          out.beginString();
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const end = Math.min(bytes.length, at + 1 + lengths[i % lengths.length]);
            out.piece(bytes, at, end);
            at = end;
          }
          out.endString();
        });
        expect(whole).toBe(expected(form, bytes));
      }),
      { numRuns: runs(300) },
    );
  });

  it('run over the end of the output', () => {
    const long = Buffer.concat(Array.from({ length: 3000 }, (_, i) => Buffer.from(`é"${i}\\x\u202e\xff`, 'latin1')));
    expect(written(form, (out) => out.string(long))).toBe(expected(form, long));
    expect(inMemory(long, (start, end) => written(form, (out) => out.string(kernels.bytes, start, end)))).toBe(
      expected(form, long),
    );
  });
});

it('every character is escaped where the plain functions escape it', () => {
  for (let first = 0; first < 0x110000; first += 0x1000) {
    const points = Array.from({ length: 0x1000 }, (_, i) => first + i).filter((p) => p < 0xd800 || p > 0xdfff);
    const bytes = Buffer.from(String.fromCodePoint(...points));
    const json = inMemory(bytes, (start, end) =>
      written('text', (out) => out.string(kernels.bytes, start, end), 65_536),
    );
    if (json !== expected('text', bytes)) expect(json).toBe(expected('text', bytes));
  }
});

describe('numbers', () => {
  const integers = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }));

  it('integers', () => {
    fc.assert(
      fc.property(integers, (value) => {
        expect(written('text', (out) => out.integer(value))).toBe(integerJson(value));
      }),
    );
  });

  it('ids', () => {
    const half = fc.oneof(fc.constantFrom(0, 1, 2 ** 32 - 1), fc.nat(), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    fc.assert(
      fc.property(half, half, half, half, (a, b, c, d) => {
        const id = new StreamId().set(a, b, c, d);
        expect(written('text', (out) => out.id(id))).toBe(String(id));
      }),
    );
  });

  it('scores', () => {
    fc.assert(
      fc.property(scores, (score) => {
        expect(written('text', (out) => out.score(score))).toBe(scoreJson(score));
      }),
      { numRuns: runs(800) },
    );
  });
});

/** Doubles of all sizes, and such as people choose. */
const scores = fc.oneof(
  fc.double(),
  fc.double({ min: -1e6, max: 1e6 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.tuple(fc.maxSafeInteger(), fc.nat(25)).map(([digits, places]) => Number(`${digits}e-${places}`)),
  fc.tuple(fc.integer(), fc.nat(7)).map(([digits, places]) => digits / 10 ** places),
  fc.constantFrom(0, -0, 0.1, 1e-6, 1e-7, 1e15, 1e21, 999999999999999.9, 5e-324, Number.MAX_VALUE),
);

/** The forms in which servers print a score, and others that read the same. */
const scoreTexts = fc.oneof(
  scores.filter(Number.isFinite).map((score) => g17(score)),
  scores.filter(Number.isFinite).map((score) => (Object.is(score, -0) ? '-0' : String(score))),
  fc.tuple(fc.integer(), fc.nat(9_999_999)).map(([whole, rest]) => `${whole}.${rest}`),
  fc.constantFrom('inf', '-inf', '0.0', '-0.0', '1.10', '00.5', '5.', '.5', '1e3', '1.5e-7', '0.30000000000000004'),
);

const plainScore: ScoreText = (start, end, integer) => {
  const text = Buffer.from(kernels.bytes.slice(start, end)).toString('latin1');
  return scoreJson(start === 0 ? Number(integer) : Number(text.replace(/^(-?)inf$/, '$1Infinity')));
};

describe('containers', () => {
  const element: fc.Arbitrary<ListpackEntry> = fc.oneof(
    hostile,
    fc.string(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );

  function entries(
    kind: 'listpack' | 'ziplist',
    form: BytesForm,
    blob: Buffer,
    shape: Shape,
    capacity?: number,
  ): string {
    return inMemory(blob, (start, end) =>
      written(
        form,
        (out) => {
          out.open('[');
          expect(out.entries(kind, start, end, shape, plainScore)).toBe(true);
          out.close();
        },
        capacity,
      ),
    );
  }

  it.each(forms)('items as %s', (form) => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 20 }), (items) => {
        const wanted = `[${items.map((item) => expected(form, textOf(item as string))).join(',')}]`;
        expect(entries('listpack', form, listpack(items), 'items', 262_144)).toBe(wanted);
        expect(entries('ziplist', form, ziplist(items as (string | number)[]), 'items', 262_144)).toBe(wanted);
      }),
      { numRuns: runs(200) },
    );
  });

  it('scores, in every form that servers print', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), scoreTexts), { maxLength: 10 }), (members) => {
        const wanted = members.map(([member, text]) => {
          const score = Number(text.replace(/^(-?)inf$/, '$1Infinity'));
          return `[${expected('text', textOf(member))},${scoreJson(score)}]`;
        });
        const blob = listpack(members.flat());
        expect(entries('listpack', 'text', blob, 'scores', 65_536)).toBe(`[${wanted.join(',')}]`);
      }),
      { numRuns: runs(800) },
    );
  });

  it('integers beyond 2^53 as scores are rounded as doubles are', () => {
    const blob = listpack(['a', 2n ** 62n + 1n, 'b', 2n ** 53n + 1n]);
    expect(entries('listpack', 'text', blob, 'scores')).toBe('[["a",4611686018427388000],["b",9007199254740992]]');
  });

  it('run over the end of the output', () => {
    const items = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? i * 1e9 : `"item"\\x ${i} \u202e`));
    expect(asInteger(items[3])).toBe(3_000_000_000n);
    const wanted = `[${items.map((item) => expected('text', textOf(item))).join(',')}]`;
    expect(entries('listpack', 'text', listpack(items), 'items', 8000)).toBe(wanted);
    // One that may be larger than the output is left to others.
    inMemory(listpack(items), (start, end) => {
      written('text', (out) => expect(out.entries('listpack', start, end, 'items', plainScore)).toBe(false), 2048);
    });
  });
});
