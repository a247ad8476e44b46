// Real servers load what programs write, and hold what was written.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { Entry, NewEntry, WrittenHeader } from '../../src/index.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { withServer } from '../servers/server.js';
import { readAll, written } from './written.js';

const HOUR = 3_600_000;

/** The newest format that a release writes. */
function headerOf({ lineage, release }: AvailableServer): WrittenHeader {
  if (lineage === 'valkey' && Number(release) >= 9) return { magic: 'VALKEY', version: 80 };
  const versions: Record<string, number> = { '6.0': 9, '6.2': 9, '7.0': 10, '7.2': 11, '8.0': 12 };
  return { magic: 'REDIS', version: lineage === 'valkey' ? 11 : (versions[release] ?? 12) };
}

function entriesFor(header: WrittenHeader, expireAtMs: number): NewEntry[] {
  const fieldsExpire = header.magic === 'VALKEY' || header.version >= 12;
  const long = 'long '.repeat(4_000);
  return [
    { key: 'text', type: 'string', value: 'grüß dich' },
    { key: Uint8Array.of(0, 255, 10), type: 'string', value: Uint8Array.of(255, 0, 13), expireAtMs },
    { key: 'number', type: 'string', value: '12345' },
    { key: 'long', type: 'string', value: long },
    { key: 'list', type: 'list', value: ['a', 'b', 'a', long] },
    { key: 'set', type: 'set', value: ['1', '2', 'three'] },
    {
      key: 'zset',
      type: 'zset',
      value: [
        ['low', Number.NEGATIVE_INFINITY],
        ['tenth', 0.1],
        ['big', 1e300],
        ['high', Number.POSITIVE_INFINITY],
      ],
    },
    { key: 'hash', type: 'hash', value: { name: 'Ada', born: '1815' } },
    ...(fieldsExpire
      ? ([
          {
            key: 'session',
            type: 'hash',
            value: [
              { field: 'token', value: 't', expireAtMs },
              { field: 'later', value: 'l', expireAtMs: expireAtMs + HOUR },
              { field: 'user', value: 'u' },
            ],
          },
        ] as const)
      : []),
    {
      key: 'stream',
      type: 'stream',
      value: {
        entries: Array.from({ length: 250 }, (_, i) => ({
          id: `${1000 + i}-${i % 3}`,
          fields:
            i % 5 === 0
              ? [['other', long.slice(0, 70)]]
              : [
                  ['n', String(i)],
                  ['x', 'y'.repeat(i)],
                ],
        })),
        lastId: '5000-0',
        maxDeletedId: '4000-0',
        entriesAdded: 300,
        groups: [
          {
            name: 'workers',
            lastId: '1100-1',
            entriesRead: 101,
            consumers: [
              {
                name: 'one',
                seenTimeMs: 1_700_000_000_000,
                activeTimeMs: 1_700_000_000_000,
                pending: [{ id: '1001-1', deliveryTimeMs: 1_700_000_000_000, deliveryCount: 3 }],
              },
            ],
          },
        ],
      },
    },
    { db: 3, key: 'elsewhere', type: 'string', value: '' },
  ];
}

async function answers(client: Redis): Promise<unknown> {
  return {
    text: await client.get('text'),
    number: await client.incr('number'),
    list: (await client.lrange('list', 0, 2)).join(),
    listLength: await client.llen('list'),
    set: (await client.smembers('set')).sort(),
    zset: await client.call('ZRANGE', 'zset', '0', '-1'),
    hash: await client.hgetall('hash'),
    streamLength: await client.xlen('stream'),
    range: await client.xrange('stream', '1001-1', '1001-1'),
    pending: await client.xpending('stream', 'workers', '-', '+', 10),
  };
}

describe.each(availableServers())('$name', (server) => {
  it('loads every type, and answers as it should', async () => {
    const header = headerOf(server);
    const expireAtMs = Date.now() + HOUR;
    const wanted = entriesFor(header, expireAtMs);
    const file = await written(wanted, header);
    const options = {
      ...server,
      args: ['--sanitize-dump-payload', 'yes'].slice(0, server.release === '6.0' ? 0 : 2),
      prepare: (dir: string) => writeFileSync(join(dir, 'dump.rdb'), file),
    };
    await withServer(options, async ({ client, dir }) => {
      expect(await client.dbsize()).toBe(wanted.length - 1);
      await client.call('SAVE');
      const saved = await readAll(readFileSync(join(dir, 'dump.rdb')));
      expect(saved.map(shapeOf).sort(byName)).toEqual((await readAll(file)).map(shapeOf).sort(byName));
      expect(await answers(client)).toMatchObject({
        text: 'grüß dich',
        number: 12346,
        list: 'a,b,a',
        listLength: 4,
        set: ['1', '2', 'three'],
        zset: ['low', 'tenth', 'big', 'high'],
        hash: { name: 'Ada', born: '1815' },
        streamLength: 250,
        range: [['1001-1', ['n', '1', 'x', 'y']]],
        pending: [['1001-1', 'one', expect.any(Number), 3]],
      });
    });
  });
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** What a server may not change: not its form, and of streams nothing that old formats leave out. */
function shapeOf(entry: Entry): { name: string } {
  const { db, key, type, expireAtMs, value } = entry;
  const name = `${db} ${Buffer.from(key).toString('latin1')}`;
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  if (type === 'set') return { name, ...{ type, expireAtMs, value: entry.value.map(text).sort() } };
  if (type === 'zset') {
    const sorted = [...entry.value].sort((a, b) => a[1] - b[1] || Buffer.compare(a[0], b[0]));
    return { name, ...{ type, expireAtMs, value: sorted } };
  }
  if (type === 'hash') {
    const fields = entry.value.map((field) => ({ ...field, field: text(field.field) }));
    return { name, ...{ type, expireAtMs, value: fields.sort((a, b) => (a.field < b.field ? -1 : 1)) } };
  }
  return { name, ...{ type, expireAtMs, value } };
}
