// Keys with values that a server would load, for property tests.
import fc from 'fast-check';
import type { NewEntry } from '../../../src/index.js';

const bytes = (maxLength = 80) => fc.uint8Array({ maxLength });
const name = fc.uint8Array({ minLength: 1, maxLength: 40 });
const text = (value: Uint8Array) => Buffer.from(value).toString('latin1');
const unique = <T>(part: fc.Arbitrary<T>, selector: (value: T) => string) =>
  fc.uniqueArray(part, { minLength: 1, maxLength: 12, selector });
const timeMs = fc.integer({ min: 1, max: 2 ** 47 });
const count = fc.integer({ min: 0, max: 2 ** 40 });

const score = fc.double({ noNaN: true });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** Strictly ascending ids, from 0-1 on. */
const ids = fc
  .uniqueArray(fc.tuple(uint64, uint64), { maxLength: 150, selector: String })
  .map((pairs) => pairs.filter(([ms, seq]) => ms > 0n || seq > 0n))
  .map((pairs) => pairs.sort(([a, b], [c, d]) => (a === c ? Number(b > d) - Number(b < d) : a < c ? -1 : 1)))
  .map((pairs) => pairs.map(([ms, seq]) => `${ms}-${seq}`));

const fields = fc.array(fc.tuple(bytes(20), bytes(100)), { minLength: 1, maxLength: 4 });

function pendingOf(all: readonly string[]) {
  return fc.subarray([...all]).chain((chosen) =>
    fc.tuple(
      ...chosen.map((id) =>
        fc.record({
          id: fc.constant(id),
          deliveryTimeMs: timeMs,
          deliveryCount: fc.bigInt({ min: 1n, max: 2n ** 60n }),
        }),
      ),
    ),
  );
}

const stream = ids.chain((all) => {
  const group = fc.record({
    name,
    lastId: fc.constantFrom('0-0', ...all),
    entriesRead: fc.option(count),
    consumers: fc.tuple(pendingOf(all), name, timeMs, timeMs).map(([pending, consumer, seenTimeMs, activeTimeMs]) => [
      { name: consumer, seenTimeMs, activeTimeMs, pending },
      { name: Buffer.concat([consumer, Buffer.from('2')]), seenTimeMs, activeTimeMs: -1, pending: [] },
    ]),
    released: fc.constant([]),
  });
  return fc.record({
    entries: fc.tuple(...all.map((id) => fc.record({ id: fc.constant(id), fields }))),
    lastId: fc.constant(all.at(-1) ?? '0-0'),
    maxDeletedId: fc.constantFrom('0-0', ...all),
    entriesAdded: count.map((more) => all.length + more),
    groups: unique(group, (made) => text(made.name)),
  });
});

const expiring = fc.record({ field: bytes(20), value: bytes(), expireAtMs: fc.option(timeMs, { nil: undefined }) });
const lasting = fc.record({ field: bytes(20), value: bytes(), expireAtMs: fc.constant(undefined) });

/** `fieldExpiry`: fields of hashes may expire. */
export function entries({ fieldExpiry }: { fieldExpiry: boolean }): fc.Arbitrary<NewEntry[]> {
  const value = fc.oneof(
    fc.record({ type: fc.constant('string' as const), value: bytes(300) }),
    fc.record({ type: fc.constant('list' as const), value: fc.array(bytes(), { minLength: 1, maxLength: 12 }) }),
    fc.record({ type: fc.constant('set' as const), value: unique(bytes(), text) }),
    fc.record({
      type: fc.constant('zset' as const),
      value: unique(fc.tuple(bytes(), score), ([member]) => text(member)),
    }),
    fc.record({
      type: fc.constant('hash' as const),
      value: unique(fieldExpiry ? expiring : lasting, ({ field }) => text(field)),
    }),
    fc.record({ type: fc.constant('stream' as const), value: stream }),
  );
  const key = fc.record({
    db: fc.integer({ min: 0, max: 3 }),
    key: bytes(90),
    expireAtMs: fc.option(timeMs, { nil: undefined }),
    freq: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  });
  const entry = fc.tuple(key, value).map(([head, held]) => ({ ...head, ...held }) as NewEntry);
  return fc
    .uniqueArray(entry, { maxLength: 20, selector: ({ db, key: own }) => `${db} ${text(own as Uint8Array)}` })
    .map((all) => all.sort((a, b) => (a.db ?? 0) - (b.db ?? 0)));
}
