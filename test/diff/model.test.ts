// Random pairs of datasets, in random encodings and orders, against a model that holds maps against each other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { compared, essence } from '../helpers/diff.js';
import {
  blobValue,
  hash2Value,
  hashMetadataValue,
  hashValue,
  listpack,
  listValue,
  oldZsetValue,
  RdbBuilder,
  type StringForm,
  setValue,
  stringValue,
  type Value,
  zset2Value,
} from '../helpers/rdb-builder.js';
import { runs } from '../helpers/runs.js';

type Data =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'list'; readonly value: readonly string[] }
  | { readonly type: 'set'; readonly value: readonly string[] }
  | { readonly type: 'zset'; readonly value: readonly (readonly [string, number])[] }
  | { readonly type: 'hash'; readonly value: readonly (readonly [string, string, number | null])[] };

type Key = Data & { readonly db: number; readonly key: string; readonly expireAtMs: number | null };

// Few different ones, so that datasets meet.
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', '7', '-12', '300', '70000', '-3000000000', 'x'.repeat(70)),
  fc.string({ maxLength: 5 }),
);
const far = fc.integer({ min: 4e12, max: 4e12 + 3 });
const score = fc.constantFrom(0, -0, 1, 1.5, -3, 1e300, Number.POSITIVE_INFINITY);
const few = { minLength: 1, maxLength: 4 };
const data: fc.Arbitrary<Data> = fc.oneof(
  fc.record({ type: fc.constant('string' as const), value: text }),
  fc.record({ type: fc.constant('list' as const), value: fc.array(text, few) }),
  fc.record({ type: fc.constant('set' as const), value: fc.uniqueArray(text, few) }),
  fc.record({
    type: fc.constant('zset' as const),
    value: fc.uniqueArray(fc.tuple(text, score), { ...few, selector: ([member]) => member }),
  }),
  fc.record({
    type: fc.constant('hash' as const),
    value: fc.uniqueArray(fc.tuple(text, text, fc.option(far)), { ...few, selector: ([field]) => field }),
  }),
);
const key: fc.Arbitrary<Key> = fc
  .tuple(data, fc.integer({ min: 0, max: 1 }), fc.constantFrom('k', '1', '22', 'user:1', 'user:2', ''), fc.option(far))
  .map(([value, db, name, expireAtMs]) => ({ ...value, db, key: name, expireAtMs }));
const dataset = fc.uniqueArray(key, { maxLength: 10, selector: ({ db, key: name }) => `${db} ${name}` });

/** How one side writes things: in which of the possible forms, and what is turned around. */
interface Style {
  readonly compact: boolean;
  readonly reversed: boolean;
  readonly form: StringForm;
  readonly valkey: boolean;
}

const style: fc.Arbitrary<Style> = fc.record({
  compact: fc.boolean(),
  reversed: fc.boolean(),
  form: fc.constantFrom('raw', 'server'),
  valkey: fc.boolean(),
});

function writtenValue(value: Data, { compact, reversed, form, valkey }: Style): Value {
  const turned = <T>(items: readonly T[]): readonly T[] => (reversed ? [...items].reverse() : items);
  switch (value.type) {
    case 'string':
      return stringValue(value.value, form);
    case 'list':
      return listValue(value.value, form);
    case 'set':
      return compact ? blobValue(20, listpack(turned(value.value))) : setValue(turned(value.value), form);
    case 'zset': {
      const members = turned(value.value);
      // A listpack holds numbers as text.
      if (compact) return blobValue(17, listpack(members.flatMap(([member, each]) => [member, scoreText(each)])));
      return reversed ? oldZsetValue(members) : zset2Value(members, form);
    }
    case 'hash': {
      const fields = turned(value.value);
      if (fields.some(([, , expiry]) => expiry !== null)) return expiringHash(fields, valkey);
      const pairs = fields.map(([field, each]) => [field, each] as const);
      return compact ? blobValue(16, listpack(pairs.flat())) : hashValue(pairs, form);
    }
  }
}

function expiringHash(fields: readonly (readonly [string, string, number | null])[], valkey: boolean): Value {
  if (valkey) return hash2Value(fields.map(([field, value, expiry]) => ({ field, value, expireAtMs: expiry ?? -1 })));
  const least = 4e12 - 7;
  return hashMetadataValue(
    least,
    fields.map(([field, value, expiry]) => ({ field, value, ttl: expiry === null ? 0 : expiry - least + 1 })),
  );
}

function scoreText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function fileOf(keys: readonly Key[], chosen: Style): Buffer {
  const builder = chosen.valkey ? new RdbBuilder(80, 'VALKEY') : new RdbBuilder(12);
  for (const each of chosen.reversed ? [...keys].reverse() : keys) {
    builder.selectDb(each.db);
    if (each.expireAtMs !== null) builder.expireMs(each.expireAtMs);
    builder.key(each.key, writtenValue(each, chosen), chosen.form);
  }
  return builder.finish();
}

function model(left: readonly Key[], right: readonly Key[], ignoreTtl: boolean, tolerance: number): string[] {
  const name = ({ db, key: each }: Key) => `${db} ${Buffer.from(each).toString('base64')}`;
  const after = new Map(right.map((each) => [name(each), each]));
  const before = new Map(left.map((each) => [name(each), each]));
  const found = [...after.keys()].filter((each) => !before.has(each)).map((each) => `added ${each}`);
  for (const [each, old] of before) {
    const now = after.get(each);
    if (!now) found.push(`removed ${each}`);
    else {
      const what = whatDiffers(old, now, ignoreTtl, tolerance);
      if (what.length > 0) found.push(['changed', each, ...what].join(' '));
    }
  }
  return found.sort();
}

function whatDiffers(left: Key, right: Key, ignoreTtl: boolean, tolerance: number): string[] {
  const isType = left.type !== right.type;
  const isValue = isType || meaning(left) !== meaning(right);
  const [a, b] = [left.expireAtMs, right.expireAtMs];
  const isExpiry = a !== b && (a === null || b === null || Math.abs(a - b) > tolerance);
  return [
    ...(isType ? ['type'] : []),
    ...(isValue ? ['value'] : []),
    ...(isExpiry && !ignoreTtl ? ['expire'] : []),
    ...(!isValue && !ignoreTtl && fieldExpiries(left) !== fieldExpiries(right) ? ['fieldExpire'] : []),
  ];
}

function meaning(value: Data): string {
  if (value.type === 'string' || value.type === 'list') return JSON.stringify(value.value);
  if (value.type === 'set') return JSON.stringify([...value.value].sort());
  if (value.type === 'zset') return JSON.stringify(value.value.map(([member, each]) => [member, String(each)]).sort());
  return JSON.stringify(value.value.map(([field, each]) => [field, each]).sort());
}

function fieldExpiries(value: Data): string {
  return value.type === 'hash' ? JSON.stringify(value.value.map(([field, , expiry]) => [field, expiry]).sort()) : '';
}

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-diff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('tells what the model tells, whatever the encodings and the order', async () => {
  const paths = [join(folder, 'left.rdb'), join(folder, 'right.rdb')];
  await fc.assert(
    fc.asyncProperty(
      ...([dataset, dataset, style, style, fc.nat(20), fc.boolean(), fc.nat(2)] as const),
      async (left, others, leftStyle, rightStyle, kept, ignoreTtl, ttlTolerance) => {
        // Some keys stay as they are, so that not all differs.
        const taken = new Set(left.slice(0, kept).map(({ db, key: name }) => `${db} ${name}`));
        const right = [...left.slice(0, kept), ...others.filter(({ db, key: name }) => !taken.has(`${db} ${name}`))];
        writeFileSync(paths[0], fileOf(left, leftStyle));
        writeFileSync(paths[1], fileOf(right, rightStyle));
        const { summary, changes } = await compared([paths[0]], [paths[1]], { ignoreTtl, ttlTolerance });
        const expected = model(left, right, ignoreTtl, ttlTolerance);
        expect(changes.map(essence).sort()).toEqual(expected);
        expect([summary.left.keys, summary.right.keys]).toEqual([left.length, right.length]);
        expect(summary.unchanged + summary.changed + summary.removed).toBe(left.length);
      },
    ),
    { numRuns: runs(100) },
  );
});
