/** Every server that is there: a dataset that one server after the other loads and saves again does not differ; then one thing does. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compared, essence } from '../helpers/diff.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { type RunningServer, startServer } from '../servers/server.js';

const FAR = 4_102_444_800_000;
const folder = mkdtempSync(join(tmpdir(), 'rdbkit-diff-matrix-'));
const first = join(folder, 'first.rdb');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Argument = string | number;

const many = (count: number, item: (i: number) => Argument[]): Argument[] =>
  Array.from({ length: count }, (_, i) => item(i)).flat();

/** Small and large ones of each type, so that every encoding occurs, and a stream with all that it can have. */
const DATASET: Argument[][] = [
  ['SET', 'string:text', 'some text'],
  ['SET', 'string:integer', '1234567'],
  ['SET', 'string:long', 'abc'.repeat(2000)],
  ['SET', 'string:expires', 'v', 'PX', 10 * 365 * 86_400_000],
  ...[3, 1000].flatMap((n) => [
    ['RPUSH', `list:${n}`, ...many(n, (i) => [`item ${i}`])],
    ['SADD', `set:${n}`, ...many(n, (i) => [`member ${i}`])],
    ['SADD', `integers:${n}`, ...many(n, (i) => [i * 70_000])],
    ['ZADD', `zset:${n}`, ...many(n, (i) => [i / 4, `member ${i}`])],
    ['HSET', `hash:${n}`, ...many(n, (i) => [`field ${i}`, `value ${i}`])],
  ]),
  ...Array.from({ length: 300 }, (_, i) => ['XADD', 'stream', `${i + 1}-1`, 'field', `value ${i}`, 'other', i]),
  ['XDEL', 'stream', '7-1'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XGROUP', 'CREATE', 'stream', 'idle', '5-1'],
  ['XREADGROUP', 'GROUP', 'group', 'alice', 'COUNT', 5, 'STREAMS', 'stream', '>'],
  ['XREADGROUP', 'GROUP', 'group', 'bob', 'COUNT', 2, 'STREAMS', 'stream', '>'],
];

/** One change each, and what is told of it. */
const CHANGES: readonly (readonly [expected: string, ...commands: Argument[][]])[] = [
  ['changed string:text value', ['SET', 'string:text', 'some other']],
  ['changed string:integer value', ['INCR', 'string:integer']],
  ['changed string:long value', ['SETRANGE', 'string:long', 5999, 'x']],
  ['changed string:expires expire', ['PEXPIREAT', 'string:expires', FAR]],
  ['changed list:3 value', ['LSET', 'list:3', 1, 'another']],
  ['changed list:1000 value', ['LSET', 'list:1000', 700, 'another']],
  ['changed set:3 value', ['SREM', 'set:3', 'member 1']],
  ['changed set:1000 value', ['SADD', 'set:1000', 'another']],
  ['changed integers:3 value', ['SREM', 'integers:3', 70_000]],
  ['changed integers:1000 value', ['SADD', 'integers:1000', 5]],
  ['changed zset:3 value', ['ZADD', 'zset:3', 0.5, 'member 1']],
  ['changed zset:1000 value', ['ZINCRBY', 'zset:1000', '1e-9', 'member 500']],
  ['changed hash:3 value', ['HSET', 'hash:3', 'field 2', 'another']],
  ['changed hash:1000 value', ['HDEL', 'hash:1000', 'field 999']],
  ['changed stream value', ['XACK', 'stream', 'group', '6-1']],
  ['added fresh', ['SET', 'fresh', '1']],
];

/** What only a change of the consumer or its entries is. */
const STREAM_CHANGES: readonly Argument[][] = [
  ['XCLAIM', 'stream', 'group', 'carol', 0, '2-1', 'JUSTID'],
  ['XDEL', 'stream', '200-1'],
  ['XGROUP', 'SETID', 'stream', 'idle', '9-1'],
  ['XGROUP', 'DESTROY', 'stream', 'idle'],
  ['XTRIM', 'stream', 'MAXLEN', 100],
];

async function run(client: Redis, commands: readonly (readonly Argument[])[]): Promise<void> {
  for (const [name, ...args] of commands) await client.call(String(name), ...args);
}

async function save(server: RunningServer, path: string): Promise<void> {
  await server.client.call('SAVE');
  copyFileSync(join(server.dir, 'dump.rdb'), path);
}

/** Starts a server on a file, or on nothing. */
function start({ binary, root }: AvailableServer, rdb?: string): Promise<RunningServer> {
  const prepare = rdb === undefined ? {} : { prepare: (dir: string) => copyFileSync(rdb, join(dir, 'dump.rdb')) };
  return startServer({ binary, root, ...prepare });
}

async function differences(left: string, right: string): Promise<string[]> {
  const { changes } = await compared([left], [right]);
  return changes.map((change) => [change.change, Buffer.from(change.key).toString(), ...change.what].join(' ')).sort();
}

const servers = availableServers().map((server) => ({ ...server }));

beforeAll(async () => {
  const server = await start(servers[0]);
  try {
    await run(server.client, DATASET);
    await save(server, first);
  } finally {
    await server.stop();
  }
});

describe.each(servers)('$name', (server) => {
  const saved = join(folder, `${server.name}.rdb`);
  let running: RunningServer;
  beforeAll(async () => {
    running = await start(server, first);
    await save(running, saved);
  });
  afterAll(() => running.stop());

  it('saves what the oldest one saved', async () => {
    expect(await differences(first, saved)).toEqual([]);
  });

  it('and what all the others saved', async () => {
    const before = servers.slice(
      0,
      servers.findIndex(({ name }) => name === server.name),
    );
    for (const { name } of before) {
      expect(await differences(join(folder, `${name}.rdb`), saved), name).toEqual([]);
    }
  });

  it('differs in what was changed, and in nothing else', async () => {
    const [older, newer] = ['older', 'newer'].map((name) => join(folder, `${server.name}-${name}.rdb`));
    await save(running, older);
    await run(
      running.client,
      CHANGES.flatMap(([, ...commands]) => commands),
    );
    await save(running, newer);
    const { changes } = await compared([older], [newer]);
    const name = (text: string) => Buffer.from(text).toString('base64');
    const expected = CHANGES.map(([words]) => {
      const [change, key, ...what] = words.split(' ');
      return [change, 0, name(key), ...what].join(' ');
    });
    expect(changes.map(essence).sort()).toEqual(expected.sort());
  });

  it.each(STREAM_CHANGES.map((command) => [command.join(' '), command] as const))('%s', async (_, command) => {
    const [older, newer] = ['older', 'newer'].map((name) => join(folder, `${server.name}-${name}.rdb`));
    await save(running, older);
    await run(running.client, [command]);
    await save(running, newer);
    expect(await differences(older, newer)).toEqual(['changed stream value']);
  });

  it.skipIf(!hasFieldExpiry(server))('expiries of fields', async () => {
    const [none, some, other] = ['none', 'some', 'other'].map((name) => join(folder, `${server.name}-${name}.rdb`));
    await save(running, none);
    await run(running.client, [
      ['HPEXPIREAT', 'hash:3', FAR, 'FIELDS', 1, 'field 1'],
      ['HPEXPIREAT', 'hash:1000', FAR, 'FIELDS', 1, 'field 1'],
    ]);
    await save(running, some);
    await run(running.client, [['HPEXPIREAT', 'hash:3', FAR + 1, 'FIELDS', 1, 'field 1']]);
    await save(running, other);
    expect(await differences(none, some)).toEqual(['changed hash:1000 fieldExpire', 'changed hash:3 fieldExpire']);
    expect(await differences(some, other)).toEqual(['changed hash:3 fieldExpire']);
  });
});

/** HPEXPIREAT came with Redis 7.4 and Valkey 9.0. */
function hasFieldExpiry({ lineage, release }: AvailableServer): boolean {
  return Number(release) >= (lineage === 'redis' ? 7.4 : 9);
}
