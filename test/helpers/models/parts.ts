// Values as a test thinks of them, and the pieces that they are made of.
import * as fc from 'fast-check';
import { asInteger } from '../rdb/listpack.js';
import {
  type ListpackEntry,
  type ListpackForm,
  listpack,
  type StringForm,
  type Value,
  type ZiplistEntry,
  ziplist,
} from '../rdb-builder.js';
import type { Json } from '../truth/format.js';

/** One value, with a way to write it into a file and with its truth. */
export interface Model {
  type: string;
  truth: Json;
  /** The value as it stands in the file. `template` is the number of the template, where it needs one. */
  write: (template: number) => Value;
  /** Field names that have to be defined as a template in front of the keys. */
  template?: readonly Uint8Array[];
}

export const number = fc.oneof(
  fc.integer({ min: -200, max: 200 }).map(BigInt),
  fc.integer().map(BigInt),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

/** Byte strings as they occur: numbers, short and long ones, some that compress. */
export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  number.map((n) => Buffer.from(String(n))),
  fc.uint8Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 60 })).map(([unit, times]) => {
    return Buffer.concat(Array<Uint8Array>(times).fill(unit));
  }),
);

export const form = fc.constantFrom<StringForm>('raw', 'server');
export const blobForm = fc.constantFrom<StringForm>('raw', 'lzf');

export function unique<T>(of: fc.Arbitrary<T>, name: (value: T) => Uint8Array): fc.Arbitrary<T[]> {
  return fc.uniqueArray(of, {
    minLength: 1,
    maxLength: 12,
    selector: (value) => Buffer.from(name(value)).toString('hex'),
  });
}

/** The same bytes in any listpack encoding that holds them; `pick` chooses among those. */
export function packed(value: Uint8Array, pick: number): ListpackEntry {
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

export const picks = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 10 });

export function listpackOf(values: readonly Uint8Array[], choice: readonly number[]): Buffer {
  return listpack(values.map((value, i) => packed(value, choice[i % choice.length])));
}

export function ziplistOf(values: readonly Uint8Array[], choice: readonly number[]): Buffer {
  return ziplist(values.map((value, i) => zipped(value, choice[i % choice.length])));
}
