// Hashes in every encoding, with and without fields that expire.
import * as fc from 'fast-check';
import {
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  hashValue,
  type ListpackEntry,
  listpack,
  templatedHashValue,
  templateRefValue,
  zipmap,
} from '../rdb-builder.js';
import { hashTruth } from '../truth/collections.js';
import { blobForm, bytes, form, listpackOf, type Model, packed, picks, unique, ziplistOf } from './parts.js';

interface Field {
  field: Uint8Array;
  value: Uint8Array;
}

const fields = unique(fc.record({ field: bytes, value: bytes }), (f) => f.field);

export const hashModel = fc
  .tuple(fields, fc.nat({ max: 3 }), form, blobForm, picks)
  .map(([list, way, how, blob, choice]): Model => {
    const flat = list.flatMap((f) => [f.field, f.value]);
    const write = [
      () =>
        hashValue(
          list.map((f) => [f.field, f.value]),
          how,
        ),
      () => blobValue(9, zipmap(list.map((f, i) => ({ ...f, free: choice[i % choice.length] }))), blob),
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

export const redisExpiryModel = fc
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

export const valkeyExpiryModel = expiringFields.map(
  (list): Model => ({
    type: 'hash',
    truth: hashTruth(list),
    write: () => hash2Value(list.map((f) => ({ ...f, expireAtMs: f.expireAtMs ?? -1 }))),
  }),
);

export const templateModel = fc.tuple(fields, fc.nat({ max: 4 }), picks).map(([list, way, choice]): Model => {
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
