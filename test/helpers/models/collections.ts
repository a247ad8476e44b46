// Strings, lists, sets, sorted sets and arrays in every encoding.
import * as fc from 'fast-check';
import { g17 } from '../g17.js';
import {
  type ArrayElement,
  arrayValue,
  blobValue,
  intset,
  listValue,
  oldZsetValue,
  quicklist2Value,
  quicklistValue,
  type StringForm,
  setValue,
  stringValue,
  zset2Value,
} from '../rdb-builder.js';
import { arrayTruth, listTruth, setTruth, stringTruth, zsetTruth } from '../truth/collections.js';
import { blobForm, bytes, form, listpackOf, type Model, number, picks, unique, ziplistOf } from './parts.js';

export const stringModel = fc.tuple(bytes, fc.constantFrom<StringForm>('raw', 'server', 'lzf')).map(
  ([value, how]): Model => ({
    type: 'string',
    truth: stringTruth(value),
    write: () => stringValue(value, value.length === 0 ? 'raw' : how),
  }),
);

export const listModel = fc
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

export const setModel = fc
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

export const intsetModel = fc.uniqueArray(number, { minLength: 1, maxLength: 20 }).map((members): Model => {
  const sorted = [...members].sort((a, b) => (a < b ? -1 : 1));
  return {
    type: 'set',
    truth: setTruth(sorted.map((member) => Buffer.from(String(member)))),
    write: () => blobValue(11, intset(sorted)),
  };
});

const score = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true }));
const zsetMember = fc.record({ member: bytes, score });

export const zsetModel = fc
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

const index = fc.oneof(fc.nat({ max: 100 }).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }));

/** Doubles are left out: their text has a test of its own. */
const arrayElement = fc.record({ index, value: bytes, tag: fc.constantFrom(0, 1, 3), integer: number }).map((e) => {
  if (e.tag === 1)
    return { index: e.index, tag: 1, value: Buffer.from(String(e.integer)), written: { integer: e.integer } };
  const value = e.tag === 3 ? e.value.subarray(0, 7) : e.value;
  return { index: e.index, tag: e.tag, value, written: e.tag === 3 ? { short: value } : { string: value } };
});

export const arrayModel = fc
  .tuple(
    fc.uniqueArray(arrayElement, { minLength: 1, maxLength: 12, selector: (e) => e.index }),
    fc.option(index, { nil: undefined }),
  )
  .map(([list, insertIndex]): Model => {
    const sorted = [...list].sort((a, b) => (a.index < b.index ? -1 : 1));
    const elements = sorted.map((e): ArrayElement => ({ index: e.index, ...e.written }));
    return { type: 'array', truth: arrayTruth(sorted, insertIndex), write: () => arrayValue(elements, insertIndex) };
  });
