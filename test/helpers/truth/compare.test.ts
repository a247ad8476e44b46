import { describe, expect, it } from 'vitest';
import { differences } from './compare.js';
import type { Json, TruthRecord } from './format.js';

const b64 = (text: string) => Buffer.from(text).toString('base64');

function record(fields: Partial<TruthRecord>): TruthRecord {
  return { db: 0, key: b64('k'), type: 'string', expireAtMs: null, rdbType: 0, value: b64('v'), ...fields };
}

const stream = {
  entries: [['1-1', [b64('f'), b64('v')]]],
  lastId: '1-1',
  length: 1,
  radixTreeKeys: 1,
  groups: [
    {
      name: b64('g'),
      lastId: '1-1',
      pending: [['1-1', b64('c'), 5, 1]],
      consumers: [{ name: b64('c'), seenTime: 7, pending: [['1-1', 5, 1]] }],
    },
  ],
} satisfies Json;

/** A golden test is worth what its comparison notices. */
describe('differences', () => {
  it('finds none between equals, whatever only a live server knows', () => {
    const truth = { ...record({}), encoding: 'embstr', importing: true };
    expect(differences([truth], [record({})], 'writer')).toEqual([]);
  });

  const changes: [name: string, change: Partial<TruthRecord>][] = [
    ['type', { type: 'list' }],
    ['expireAtMs', { expireAtMs: 1 }],
    ['rdbType', { rdbType: 1 }],
    ['value', { value: b64('w') }],
    ['freq', { freq: 3 }],
    ['idle', { idle: 0 }],
    ['keyMeta', { keyMeta: [{ class: 'ABCD' }] }],
  ];

  it.each(changes)('notices another %s', (name, change) => {
    const found = differences([{ ...record({}) }], [record(change)], 'writer');
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`.${name}`);
  });

  it('notices keys that are missing, extra, in another database or there twice', () => {
    expect(differences([{ ...record({}) }], [], 'writer')).toHaveLength(1);
    expect(differences([], [record({})], 'writer')).toHaveLength(1);
    expect(differences([{ ...record({}) }], [record({ db: 1 })], 'writer')).toHaveLength(2);
    expect(differences([{ ...record({}) }], [record({}), record({})], 'writer')).toHaveLength(1);
  });

  it('excuses only what a loader drops', () => {
    const live = record({ expireAtMs: Date.now() + 1e9 });
    expect(differences([], [live], 'loader')).toHaveLength(1);
    expect(differences([], [record({ expireAtMs: 1000 })], 'loader')).toEqual([]);
    expect(differences([], [record({ expireAtMs: 1000 })], 'writer')).toHaveLength(1);
    expect(differences([], [record({ type: 'set', value: [] })], 'loader')).toEqual([]);
    expect(differences([], [record({ type: 'set', value: [b64('a')] })], 'loader')).toHaveLength(1);
  });

  it('looks into every part of a stream', () => {
    const truth = { ...record({ type: 'stream', rdbType: 15, value: stream }) };
    const change = (edit: (value: typeof stream) => void) => {
      const value = structuredClone(stream);
      edit(value);
      return differences([truth], [record({ type: 'stream', rdbType: 15, value })], 'writer').length;
    };
    expect(change(() => undefined)).toBe(0);
    expect(change((v) => (v.entries[0][0] = '1-2'))).toBe(1);
    expect(change((v) => v.entries.pop())).toBe(1);
    expect(change((v) => (v.lastId = '1-2'))).toBe(1);
    expect(change((v) => (v.radixTreeKeys = 2))).toBe(1);
    expect(change((v) => (v.groups[0].lastId = '0-0'))).toBe(1);
    expect(change((v) => (v.groups[0].pending[0][3] = 2))).toBe(1);
    expect(change((v) => (v.groups[0].consumers[0].seenTime = 8))).toBe(1);
    expect(change((v) => v.groups[0].consumers[0].pending.pop())).toBe(1);
    expect(change((v) => v.groups.pop())).toBeGreaterThan(0);
  });

  it('knows what a loader puts where an old stream says nothing', () => {
    const loaded: Json = {
      ...stream,
      firstId: '1-1',
      maxDeletedId: '0-0',
      entriesAdded: 1,
      radixTreeKeys: 5,
      groups: [
        {
          ...stream.groups[0],
          entriesRead: 1,
          lag: 0,
          consumers: [{ ...stream.groups[0].consumers[0], activeTime: 7 }],
        },
      ],
    };
    const parsed = [record({ type: 'stream', rdbType: 15, value: stream })];
    const truth = (value: Json) => [{ ...record({ type: 'stream', value }) }];
    expect(differences(truth(loaded), parsed, 'loader')).toEqual([]);
    expect(differences(truth({ ...loaded, firstId: '0-1' }), parsed, 'loader')).toHaveLength(1);
    expect(differences(truth({ ...loaded, maxDeletedId: '0-1' }), parsed, 'loader')).toHaveLength(1);
  });
});
