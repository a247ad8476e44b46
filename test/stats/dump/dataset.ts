// Random datasets: keys as they stand in a file, and what has to be counted of each.
import * as fc from 'fast-check';
import {
  arrayValue,
  blobValue,
  hashValue,
  intset,
  listpack,
  listValue,
  moduleValue,
  quicklist2Value,
  RdbBuilder,
  type StringForm,
  setValue,
  streamNode,
  streamValue,
  stringValue,
  type Value,
  zset2Value,
} from '../../helpers/rdb-builder.js';

/** When the files were made, seconds since the epoch. */
export const MADE_AT = 1_790_000_000;
/** Of the server that wrote them. */
export const VERSION = '8.8.0';

/** What is counted of a value. */
export interface ValueFacts {
  readonly value: Value;
  readonly type: string;
  readonly encoding: string;
  readonly elements: number;
  /** The first of the largest elements; undefined for strings, and where there is none. */
  readonly biggest?: { readonly element: Buffer | null; readonly bytes: number } | undefined;
}

/** One key as it stands in a file. */
export interface KeySpec {
  readonly db: number;
  readonly name: Buffer;
  readonly nameForm: StringForm;
  /** `ms` and `seconds` say how the time stands in the file, in that unit. */
  readonly expiry: { readonly ms: bigint } | { readonly seconds: number } | undefined;
  readonly idle: number | undefined;
  readonly freq: number | undefined;
  readonly facts: ValueFacts;
}

/** What has to be counted of a key, apart from its memory. */
export interface CountedKey {
  readonly db: number;
  readonly name: Buffer;
  readonly type: string;
  readonly encoding: string;
  readonly bytes: number;
  readonly valueBytes: number;
  readonly elements: number;
  readonly expireAtMs: number | undefined;
  readonly idle: number | undefined;
  readonly freq: number | undefined;
  readonly biggest: ValueFacts['biggest'];
}

/** A file with these keys, and what has to be counted of them in its order. */
export function fileOf(specs: readonly KeySpec[], madeAt = MADE_AT): { file: Buffer; keys: CountedKey[] } {
  const builder = new RdbBuilder(14).aux('redis-ver', VERSION).aux('ctime', String(madeAt));
  let db = -1;
  const keys = specs.map((spec) => {
    if (spec.db !== db) builder.selectDb(spec.db);
    db = spec.db;
    const start = builder.offset;
    const { expiry, idle, freq, name, facts } = spec;
    if (expiry && 'ms' in expiry) builder.expireMs(expiry.ms);
    else if (expiry) builder.expireSeconds(expiry.seconds);
    if (idle !== undefined) builder.idle(idle);
    if (freq !== undefined) builder.freq(freq);
    builder.key(name, facts.value, spec.nameForm);
    const { type, encoding, elements, biggest, value } = facts;
    const expireAtMs = expiry && ('ms' in expiry ? Number(expiry.ms) : expiry.seconds * 1000);
    return {
      ...{ db: spec.db, name, type, encoding, elements, biggest, idle, freq },
      bytes: builder.offset - start,
      valueBytes: value.body.length,
      // Servers take -1 for a key that does not expire.
      expireAtMs: expireAtMs === -1 ? undefined : expireAtMs,
    };
  });
  return { file: builder.finish(), keys };
}

const text = (value: string) => Buffer.from(value);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'user', 'é', '{', '}', '{tag}', '{a', '0', '42').map(text) },
  { weight: 6, arbitrary: fc.constantFrom(':', '::', ':::', '/', '→', '_', ' - ', 'longest!').map(text) },
  { weight: 1, arbitrary: bytes(12) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map((n) => Buffer.alloc(n, 'x')) },
);
const name = fc.array(piece, { maxLength: 9 }).map((pieces) => Buffer.concat(pieces));
/** With the form that a name may have in the file. */
const named = fc.oneof(
  { weight: 8, arbitrary: name.map((of) => ({ name: of, nameForm: 'raw' as StringForm })) },
  { weight: 1, arbitrary: name.map((of) => ({ name: of, nameForm: 'server' as StringForm })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((n) => {
      return { name: text(String(n)), nameForm: 'int' as StringForm };
    }),
  },
);

/** Separators to divide names of this kind by. */
export const separators = fc.uniqueArray(
  fc.constantFrom(':', '::', ':::', '/', '→', '_', ' - ', 'longest!', 'a', 'x'),
  { minLength: 1, maxLength: 8 },
);

/** An element of a collection, in any form. */
const element = fc.oneof(
  fc.constantFrom('', 'm', 'member', '7', '-300', '70000', 'x'.repeat(70), 'y'.repeat(300)).map(text),
  bytes(40),
);
const elements = fc.array(element, { minLength: 1, maxLength: 6 });

/** Values around the limits of encodings, and of the length forms. */
const shortText = fc.oneof(
  bytes(70),
  fc.constantFrom(0, 1, 43, 44, 45, 62, 63, 64, 65, 300, 20_000).map((n) => Buffer.alloc(n, 'v')),
  fc
    .constantFrom(
      ...['0', '-0', '-1', '00', '01', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-'],
      ...['-9223372036854775809', '12345678901234567890', '99999999999999999999', '1a', ' 1', '+1', '2147483648'],
    )
    .map(text),
  fc.integer().map((n) => text(String(n))),
);

function stringFacts(value: Buffer, form: StringForm): ValueFacts {
  const decimal = /^(0|-?[1-9][0-9]*)$/.test(value.toString('latin1')) ? BigInt(value.toString('latin1')) : undefined;
  const integer = decimal !== undefined && BigInt.asIntN(64, decimal) === decimal;
  const encoding = integer ? 'int' : value.length <= 44 ? 'embstr' : 'raw';
  return { value: stringValue(value, form), type: 'string', encoding, elements: 1 };
}

const strings: fc.Arbitrary<ValueFacts> = fc.oneof(
  { weight: 3, arbitrary: shortText.map((value) => stringFacts(value, 'raw')) },
  { weight: 1, arbitrary: shortText.map((value) => stringFacts(value, 'server')) },
);

/** `nameless`: elements have no name of their own. */
function largest(of: readonly (readonly [name: Buffer, bytes: Buffer])[], nameless = false): ValueFacts['biggest'] {
  let best: { element: Buffer | null; bytes: number } | undefined;
  for (const [element, { length }] of of) {
    if (length > (best?.bytes ?? -1)) best = { element: nameless ? null : element.subarray(0, 256), bytes: length };
  }
  return best;
}

function collection(
  type: string,
  encoding: string,
  value: Value,
  of: readonly (readonly [name: Buffer, bytes: Buffer])[],
  nameless = false,
): ValueFacts {
  return { value, type, encoding, elements: of.length, biggest: largest(of, nameless) };
}

const itself = (of: readonly Buffer[]) => of.map((one) => [one, one] as const);
const score = (one: Buffer) => [one, 1.5] as const;
const scoreText = (one: Buffer) => [one, text('1.5')] as const;
const pair = (one: Buffer, i: number) => [one, text('v'.repeat(30 * i))] as const;
const number = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const collections: fc.Arbitrary<ValueFacts> = fc.oneof(
  elements.map((of) => collection('list', 'linkedlist', listValue(of, 'server'), itself(of), true)),
  elements.map((of) => collection('set', 'hashtable', setValue(of, 'server'), itself(of))),
  elements.map((of) => collection('set', 'listpack', blobValue(20, listpack(of)), itself(of))),
  elements.map((of) => collection('zset', 'skiplist', zset2Value(of.map(score), 'server'), itself(of))),
  elements.map((of) => collection('zset', 'listpack', blobValue(17, listpack(of.flatMap(scoreText))), itself(of))),
  elements.map((of) => collection('hash', 'hashtable', hashValue(of.map(pair), 'server'), of.map(pair))),
  elements.map((of) =>
    collection('hash', 'listpack', blobValue(16, listpack(of.flatMap(pair)), 'server'), of.map(pair)),
  ),
  fc.tuple(elements, elements).map(([packed, [plain]]) => {
    const nodes = [{ packed: listpack(packed) }, { plain }];
    return collection('list', 'quicklist', quicklist2Value(nodes, 'server'), itself([...packed, plain]), true);
  }),
  fc.uniqueArray(number, { minLength: 1, maxLength: 9 }).map((numbers) => {
    const sorted = numbers.sort((a, b) => a - b);
    return collection('set', 'intset', blobValue(11, intset(sorted)), itself(sorted.map((n) => text(String(n)))));
  }),
  elements.map((of) => {
    const stored = of.map((one, index) => ({ index, string: one }));
    return collection('array', 'array', arrayValue(stored), itself(of), true);
  }),
  fc.integer({ min: 1, max: 5 }).map((length) => {
    const node = streamNode(
      Array.from({ length }, (_, i) => ({ id: [5, i] as const, fields: [['f', 'w'.repeat(40 + i)]] as const })),
    );
    const value = streamValue(21, {
      nodes: [node],
      length,
      lastId: [5, length - 1],
      firstId: [5, 0],
      entriesAdded: length,
    });
    const biggest = { element: null, bytes: 40 + length - 1 };
    return { value, type: 'stream', encoding: 'stream', elements: length, biggest };
  }),
  fc.constantFrom('hellotype', 'ReJSON-RL').map((type) => {
    return { value: moduleValue(type, 1, [{ uint: 5 }]), type, encoding: 'module', elements: 0 };
  }),
);

const now = BigInt(MADE_AT) * 1000n;
const expiry = fc.option(
  fc.oneof(
    fc.bigInt({ min: -5000n, max: 5000n }).map((left) => ({ ms: now + left })),
    fc.bigInt({ min: 0n, max: 2n ** 40n }).map((left) => ({ ms: now + left })),
    fc.constantFrom(0n, 1n, -1n, -2n, -(2n ** 63n), 2n ** 53n, 2n ** 53n + 2n, 2n ** 62n).map((ms) => ({ ms })),
    fc.constantFrom(0, 1, MADE_AT - 1, MADE_AT, MADE_AT + 1, 2 ** 31 - 1).map((seconds) => ({ seconds })),
  ),
  { freq: 2, nil: undefined },
);
const idle = fc.option(fc.oneof(fc.nat(100), fc.constantFrom(63, 64, 16_383, 16_384, 2 ** 32 - 1, 2 ** 32)), {
  freq: 3,
  nil: undefined,
});

const keySpec: fc.Arbitrary<KeySpec> = fc
  .record({
    db: fc.constantFrom(0, 0, 0, 0, 1, 15),
    named,
    expiry,
    idle,
    freq: fc.option(fc.nat(255), { freq: 3, nil: undefined }),
    facts: fc.oneof({ weight: 3, arbitrary: strings }, { weight: 1, arbitrary: collections }),
  })
  .map(({ named: { name: of, nameForm }, ...rest }) => ({ ...rest, name: of, nameForm }));

/** Keys in the order of a file: most of them small strings one behind the other. */
export const dataset: fc.Arbitrary<KeySpec[]> = fc
  .array(keySpec, { maxLength: 120, size: 'max' })
  .map((keys) => [...keys].sort((a, b) => a.db - b.db));
