// Values as a test thinks of them, each with the ways to write it into a file and with its truth.
import * as fc from 'fast-check';
import { g17 } from './g17.js';
import { asInteger } from './rdb/listpack.js';
import {
  type ArrayElement,
  arrayValue,
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  hashValue,
  intset,
  type ListpackEntry,
  type ListpackForm,
  listpack,
  listValue,
  oldZsetValue,
  quicklist2Value,
  quicklistValue,
  type StringForm,
  setValue,
  stringValue,
  templatedHashValue,
  templateRefValue,
  type Value,
  type ZiplistEntry,
  ziplist,
  zipmap,
  zset2Value,
} from './rdb-builder.js';
import { anyStream } from './stream-models.js';
import { arrayTruth, hashTruth, listTruth, setTruth, stringTruth, zsetTruth } from './truth/collections.js';
import type { Json } from './truth/format.js';

export type Lineage = 'redis' | 'valkey';

export interface Model {
  type: string;
  truth: Json;
  /** The value as it stands in the file. `template` is the number of the template, where it needs one. */
  write: (template: number) => Value;
  /** Field names that have to be defined as a template in front of the keys. */
  template?: readonly Uint8Array[];
}

const number = fc.oneof(
  fc.integer({ min: -200, max: 200 }).map(BigInt),
  fc.integer().map(BigInt),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

/** Byte strings as they occur: numbers, short and long ones, some that compress. */
const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  number.map((n) => Buffer.from(String(n))),
  fc.uint8Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 60 })).map(([unit, times]) => {
    return Buffer.concat(Array<Uint8Array>(times).fill(unit));
  }),
);

const form = fc.constantFrom<StringForm>('raw', 'server');
const blobForm = fc.constantFrom<StringForm>('raw', 'lzf');

function unique<T>(of: fc.Arbitrary<T>, name: (value: T) => Uint8Array): fc.Arbitrary<T[]> {
  return fc.uniqueArray(of, {
    minLength: 1,
    maxLength: 12,
    selector: (value) => Buffer.from(name(value)).toString('hex'),
  });
}

/** The same bytes in any listpack encoding that holds them; `pick` chooses among those. */
function packed(value: Uint8Array, pick: number): ListpackEntry {
  const forms: ListpackForm[] = ['str32'];
  if (value.length < 4096) forms.push('str12');
  if (value.length < 64) forms.push('str6');
  const integer = asInteger(value);
  for (const bits of [64, 32, 24, 16, 13] as const) {
    if (integer !== undefined && BigInt.asIntN(bits, integer) === integer) forms.push(`i${bits}`);
  }
  return { value, form: forms[pick % forms.length] };
}

function zipped(value: Uint8Array, pick: number): ZiplistEntry {
  return pick % 3 === 0 ? { value, form: 'str32', longPrevlen: true } : { value };
}

const picks = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 10 });

function listpackOf(values: readonly Uint8Array[], choice: readonly number[]): Buffer {
  return listpack(values.map((value, i) => packed(value, choice[i % choice.length])));
}

function ziplistOf(values: readonly Uint8Array[], choice: readonly number[]): Buffer {
  return ziplist(values.map((value, i) => zipped(value, choice[i % choice.length])));
}

const stringModel = fc.tuple(bytes, fc.constantFrom<StringForm>('raw', 'server', 'lzf')).map(
  ([value, how]): Model => ({
    type: 'string',
    truth: stringTruth(value),
    write: () => stringValue(value, value.length === 0 ? 'raw' : how),
  }),
);

const listModel = fc
  .tuple(fc.array(bytes, { minLength: 1, maxLength: 15 }), fc.nat({ max: 3 }), form, blobForm, picks)
  .map(([items, way, how, blob, choice]): Model => {
    const cut = choice[0] % items.length;
    const halves = [items.slice(0, cut), items.slice(cut)].filter((half) => half.length > 0);
    const write = [
      () => listValue(items, how),
      () => blobValue(10, ziplistOf(items, choice), blob),
      () =>
        quicklistValue(
          halves.map((half) => ziplistOf(half, choice)),
          blob,
        ),
      () =>
        quicklist2Value(
          [...items.slice(0, cut).map((plain) => ({ plain })), { packed: listpackOf(items.slice(cut), choice) }],
          how,
        ),
    ];
    return { type: 'list', truth: listTruth(items), write: write[way] };
  });

const setModel = fc
  .tuple(
    unique(bytes, (b) => b),
    fc.boolean(),
    form,
    blobForm,
    picks,
  )
  .map(
    ([members, compact, how, blob, choice]): Model => ({
      type: 'set',
      truth: setTruth(members),
      write: () => (compact ? blobValue(20, listpackOf(members, choice), blob) : setValue(members, how)),
    }),
  );

const intsetModel = fc.uniqueArray(number, { minLength: 1, maxLength: 20 }).map((members): Model => {
  const sorted = [...members].sort((a, b) => (a < b ? -1 : 1));
  return {
    type: 'set',
    truth: setTruth(sorted.map((member) => Buffer.from(String(member)))),
    write: () => blobValue(11, intset(sorted)),
  };
});

const score = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true }));
const zsetMember = fc.record({ member: bytes, score });

const zsetModel = fc
  .tuple(
    unique(zsetMember, (m) => m.member),
    fc.nat({ max: 3 }),
    form,
    blobForm,
    picks,
  )
  .map(([members, way, how, blob, choice]): Model => {
    const flat = members.flatMap((m) => [m.member, Buffer.from(g17(m.score))]);
    const pairs = members.map((m) => [m.member, m.score] as const);
    const write = [
      () => oldZsetValue(pairs.map(([member, value]) => [member, Number.isFinite(value) ? g17(value) : value])),
      () => zset2Value(pairs, how),
      () => blobValue(12, ziplistOf(flat, choice), blob),
      () => blobValue(17, listpackOf(flat, choice), blob),
    ];
    return { type: 'zset', truth: zsetTruth(members), write: write[way] };
  });

interface Field {
  field: Uint8Array;
  value: Uint8Array;
}

const fields = unique(fc.record({ field: bytes, value: bytes }), (f) => f.field);

const hashModel = fc
  .tuple(fields, fc.nat({ max: 3 }), form, blobForm, picks)
  .map(([list, way, how, blob, choice]): Model => {
    const flat = list.flatMap((f) => [f.field, f.value]);
    const write = [
      () =>
        hashValue(
          list.map((f) => [f.field, f.value]),
          how,
        ),
      () =>
        blobValue(9, zipmap(list.map((f, i) => ({ ...f, free: choice[i % choice.length], long: i % 2 === 0 }))), blob),
      () => blobValue(13, ziplistOf(flat, choice), blob),
      () => blobValue(16, listpackOf(flat, choice), blob),
    ];
    return { type: 'hash', truth: hashTruth(list.map((f) => ({ ...f, expireAtMs: undefined }))), write: write[way] };
  });

const expiry = fc.option(fc.integer({ min: 1, max: 2 ** 48 - 1 }), { nil: undefined });
const expiringFields = unique(fc.record({ field: bytes, value: bytes, expireAtMs: expiry }), (f) => f.field).filter(
  (list) => list.some((f) => f.expireAtMs !== undefined),
);

function soonest(list: readonly { expireAtMs: number | undefined }[]): number {
  return Math.min(...list.flatMap((f) => f.expireAtMs ?? []));
}

const redisExpiryModel = fc
  .tuple(expiringFields, fc.boolean(), blobForm, picks)
  .map(([list, compact, blob, choice]): Model => {
    const minimum = soonest(list);
    // Those that expire stand first, the next to expire in front.
    const sorted = [...list].sort(
      (a, b) => (a.expireAtMs ?? Number.POSITIVE_INFINITY) - (b.expireAtMs ?? Number.POSITIVE_INFINITY),
    );
    const triples = sorted.flatMap((f, i): ListpackEntry[] => {
      const pick = choice[i % choice.length];
      return [packed(f.field, pick), packed(f.value, pick), f.expireAtMs ?? 0];
    });
    return {
      type: 'hash',
      truth: hashTruth(list),
      write: () =>
        compact
          ? hashListpackExValue(minimum, listpack(triples), blob)
          : hashMetadataValue(
              minimum,
              list.map((f) => ({ ...f, ttl: f.expireAtMs === undefined ? 0 : f.expireAtMs - minimum + 1 })),
            ),
    };
  });

const valkeyExpiryModel = expiringFields.map(
  (list): Model => ({
    type: 'hash',
    truth: hashTruth(list),
    write: () => hash2Value(list.map((f) => ({ ...f, expireAtMs: f.expireAtMs ?? -1 }))),
  }),
);

const templateModel = fc.tuple(fields, fc.nat({ max: 4 }), picks).map(([list, way, choice]): Model => {
  const sorted = [...list].sort(
    (a: Field, b: Field) => a.field.length - b.field.length || Buffer.compare(a.field, b.field),
  );
  const names = sorted.map((f) => f.field);
  const strings = sorted.map((f) => f.value);
  const values = (id: number) => listpack([id, ...strings.map((value, i) => packed(value, choice[i % choice.length]))]);
  const truth = hashTruth(list.map((f) => ({ ...f, expireAtMs: undefined })));
  const inline = [
    () => templatedHashValue({ names }, { listpack: values(0) }),
    () => templatedHashValue({ listpack: listpackOf(names, choice) }, { strings }),
    () => templatedHashValue({ names }, { strings }),
  ];
  if (way < inline.length) return { type: 'hash', truth, write: inline[way] };
  const byReference = (id: number) => (way === 3 ? blobValue(30, values(id)) : templateRefValue(id, strings));
  return { type: 'hash', truth, template: names, write: byReference };
});

const index = fc.oneof(fc.nat({ max: 100 }).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }));

/** Doubles are left out: their text has a test of its own. */
const arrayElement = fc.record({ index, value: bytes, tag: fc.constantFrom(0, 1, 3), integer: number }).map((e) => {
  if (e.tag === 1)
    return { index: e.index, tag: 1, value: Buffer.from(String(e.integer)), written: { integer: e.integer } };
  const value = e.tag === 3 ? e.value.subarray(0, 7) : e.value;
  return { index: e.index, tag: e.tag, value, written: e.tag === 3 ? { short: value } : { string: value } };
});

const arrayModel = fc
  .tuple(
    fc.uniqueArray(arrayElement, { minLength: 1, maxLength: 12, selector: (e) => e.index }),
    fc.option(index, { nil: undefined }),
  )
  .map(([list, insertIndex]): Model => {
    const sorted = [...list].sort((a, b) => (a.index < b.index ? -1 : 1));
    const elements = sorted.map((e): ArrayElement => ({ index: e.index, ...e.written }));
    return { type: 'array', truth: arrayTruth(sorted, insertIndex), write: () => arrayValue(elements, insertIndex) };
  });

/** A value of any type that files of the lineage can hold, streams aside. */
export function anyKey(lineage: Lineage): fc.Arbitrary<Model> {
  const shared = [stringModel, listModel, setModel, intsetModel, zsetModel, hashModel];
  if (lineage === 'valkey') return fc.oneof(...shared, valkeyExpiryModel);
  return fc.oneof(...shared, redisExpiryModel, templateModel, arrayModel);
}

export function anyStreamKey(lineage: Lineage): fc.Arbitrary<Model> {
  return anyStream(lineage === 'valkey' ? [15, 19, 21] : [15, 19, 21, 26, 27], bytes);
}
