// Keys that are hard to rebuild with commands, made by a real server.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { AvailableServer } from '../servers/available.js';
import { withServer } from '../servers/server.js';

/** Far enough from every test run, in ms since 1970. */
const LATER = 4_000_000_000_000;
const MiB = 1024 * 1024;

const ALL_BYTES = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
const LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return '\\r\\n' end)";

/** Bytes without a pattern, the same every time. */
function noise(length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let made = 0; made < length; made += 32) blocks.push(createHash('sha256').update(String(made)).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

/** What of all this a server has. */
interface Abilities {
  readonly functions: boolean;
  readonly consumers: boolean;
  readonly fieldExpiry: boolean;
  readonly vectors: boolean;
}

function abilitiesOf({ lineage, release }: AvailableServer): Abilities {
  const number = Number.parseFloat(release);
  const redis = lineage === 'redis';
  return {
    functions: number >= 7,
    consumers: number >= 6.2,
    fieldExpiry: number >= (redis ? 7.4 : 9),
    vectors: redis && number >= 8,
  };
}

/** A dump of the hard keys, as this server saves it. */
export async function hardKeys(server: AvailableServer): Promise<Buffer> {
  return withServer({ ...server, args: ['--databases', '32'] }, async ({ client, dir }) => {
    const abilities = abilitiesOf(server);
    await strings(client);
    await collections(client);
    await hashes(client, abilities);
    await streams(client, abilities);
    if (abilities.functions) await client.call('FUNCTION', 'LOAD', LIBRARY);
    if (abilities.vectors) await client.call('VADD', 'vectors', 'VALUES', '3', '0.1', '-0.2', '0.3', ALL_BYTES);
    await client.save();
    return readFileSync(join(dir, 'dump.rdb'));
  });
}

async function strings(client: Redis): Promise<void> {
  for (const db of [31, 7, 0]) {
    await client.select(db);
    await client.set('', '');
    await client.set(ALL_BYTES, ALL_BYTES);
    await client.pexpireat(ALL_BYTES, LATER + db);
    await client.set('\r\n$3\r\n', '*1\r\n$8\r\nFLUSHALL\r\n');
    await client.set('number', '-9223372036854775808');
    await client.set('almost a number', '+1');
    await client.set('__proto__', '007');
  }
  await client.set('large', noise(5 * MiB));
  await client.pexpireat('large', LATER);
  await client.set('large and plain', Buffer.alloc(5 * MiB, 'redis '));
}

async function collections(client: Redis): Promise<void> {
  await client.rpush('list of large items', noise(2 * MiB), 'small', Buffer.alloc(3 * MiB, 0x0d), '');
  await client.pexpireat('list of large items', LATER);
  const numbers = Array.from({ length: 15_000 }, (_, i) => i);
  await inParts(numbers, (part) => client.rpush('long list', ...part.map((i) => `item ${i}`)));
  await inParts(numbers, (part) => client.sadd('large set', ...part.map((i) => `member ${i}`)));
  await inParts(numbers, (part) => client.sadd('large intset', ...part.slice(0, 400).map((i) => i * 2 ** 33)));
  await client.sadd('set', '', ALL_BYTES, noise(100_000));
  await inParts(numbers, (part) => client.zadd('large zset', ...part.flatMap((i) => [Math.sqrt(i), `member ${i}`])));
  const scores = ['inf', '-inf', '0.1', '1e-320', '-5e-324', '1.7976931348623157e308', '9007199254740993', '3.5e21'];
  await client.zadd('scores', ...scores.flatMap((score) => [score, score]), '0.30000000000000004', '', '-0', ALL_BYTES);
}

async function hashes(client: Redis, { fieldExpiry }: Abilities): Promise<void> {
  await client.hset('hash', { '': '', __proto__: '1', constructor: '2' });
  await client.hset('hash', ALL_BYTES, noise(2 * MiB), 'after', 'x');
  const numbers = Array.from({ length: 8_000 }, (_, i) => i);
  await inParts(numbers, (part) => client.hset('large hash', ...part.flatMap((i) => [`field ${i}`, i])));
  if (!fieldExpiry) return;
  await client.hset('expiring', ALL_BYTES, noise(2 * MiB), 'small', '1', 'stays', '2', '', '3');
  await client.call('HPEXPIREAT', 'expiring', LATER, 'FIELDS', 2, ALL_BYTES, 'small');
  await client.call('HPEXPIREAT', 'expiring', LATER + 1, 'FIELDS', 1, '');
  await client.pexpireat('expiring', LATER + 2);
  await client.hset('small and expiring', 'a', '1', 'b', '2');
  await client.call('HPEXPIREAT', 'small and expiring', LATER, 'FIELDS', 1, 'b');
}

async function streams(client: Redis, { consumers }: Abilities): Promise<void> {
  const last = '18446744073709551615-18446744073709551614';
  await client.xadd('stream', '0-1', '', '');
  for (let i = 1; i <= 300; i++) await client.xadd('stream', `${i}-${i % 3}`, 'f', i, ALL_BYTES, noise(i));
  await client.xadd('stream', last, 'f', 'v', 'f', 'twice');
  await client.xgroup('CREATE', 'stream', ALL_BYTES, '0-0');
  await client.xgroup('CREATE', 'stream', 'untouched', '$');
  await client.call('XREADGROUP', 'GROUP', ALL_BYTES, 'ann', 'COUNT', '150', 'STREAMS', 'stream', '>');
  await client.call('XREADGROUP', 'GROUP', ALL_BYTES, ALL_BYTES, 'COUNT', '20', 'STREAMS', 'stream', '>');
  await client.call('XREADGROUP', 'GROUP', ALL_BYTES, 'ann', 'COUNT', '10', 'STREAMS', 'stream', '20-0');
  await client.call(
    'XCLAIM',
    'stream',
    ALL_BYTES,
    'bob',
    '0',
    '5-2',
    '6-0',
    'TIME',
    '1234567890123',
    'RETRYCOUNT',
    '99',
  );
  await client.call('XACK', 'stream', ALL_BYTES, '7-1', '8-2');
  if (consumers) await client.xgroup('CREATECONSUMER', 'stream', ALL_BYTES, 'nothing pending');
  // Pending, and no longer there: the first, one in the middle, and the last that was delivered.
  await client.xdel('stream', '0-1', '100-1', '170-2', '250-1');
  await client.pexpireat('stream', LATER);
  await client.xadd('emptied', '5-5', 'f', 'v');
  await client.xgroup('CREATE', 'emptied', 'g', '0');
  await client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'emptied', '>');
  await client.xdel('emptied', '5-5');
  await client.xgroup('CREATE', 'never filled', 'g', '$', 'MKSTREAM');
  for (let i = 1; i <= 10; i++) await client.xadd('trimmed', `${i}-0`, 'f', 'v');
  await client.xtrim('trimmed', 'MAXLEN', 2);
  await client.xgroup('CREATE', 'trimmed', 'ahead', '3-0');
}

async function inParts<T>(all: readonly T[], add: (part: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += 1000) await add(all.slice(i, i + 1000));
}
