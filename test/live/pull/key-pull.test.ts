// Keys of a running server; and servers that answer what none does.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { KeyPull, type PullOptions } from '../../../src/live/pull/key-pull.js';
import { availableServers, requireServer } from '../../servers/available.js';
import { withServer } from '../../servers/server.js';

/** A client that asks nothing of its own. */
const PLAIN = { lazyConnect: true, enableReadyCheck: false, disableClientInfo: true, protocol: 2 } as const;

interface Pulled {
  readonly key: string;
  readonly payload: Buffer | undefined;
  readonly expireAtMs: number | undefined;
}

async function pulled(
  node: Redis,
  keys: readonly string[],
  { db = 0, size = Number.NaN, ...options }: { db?: number; size?: number } & Partial<PullOptions<string>> = {},
): Promise<Pulled[]> {
  const found: Pulled[] = [];
  const pull = await KeyPull.open<string>([node], {
    isCluster: false,
    hasExpireTime: true,
    take: (key, buffer, start, end, expireAtMs) => {
      found.push({ key, payload: buffer && Buffer.from(buffer.subarray(start, end)), expireAtMs });
    },
    ...options,
  });
  try {
    for (const key of keys) {
      pull.ask(0, db, key, Buffer.from(key), size);
      if (pull.isFull) await pull.ready();
    }
    await pull.drain();
    return found;
  } finally {
    pull.close();
  }
}

describe.each(availableServers())('keys of $name', (server) => {
  it.each([true, false])('come with their values and expiries, by PEXPIRETIME: %s', async (hasExpireTime) => {
    await withServer(server, async ({ client }) => {
      const knows = await client.call('COMMAND', 'INFO', 'PEXPIRETIME').then((told) => (told as unknown[])[0] !== null);
      const expireAtMs = Date.now() + 1_000_000;
      await client.select(2);
      await client.set('string', 'value');
      await client.hset('hash', 'field', 'x'.repeat(100_000));
      await client.pexpireat('hash', expireAtMs);
      const names = ['string', 'none', 'hash', ...Array.from({ length: 300 }, (_, i) => `key:${i}`)];
      await client.mset(Object.fromEntries(names.slice(3).map((name) => [name, name])));
      const found = await pulled(client, names, { db: 2, hasExpireTime: hasExpireTime && knows });
      // Without PEXPIRETIME some may be asked for again, when the server was held up.
      if (hasExpireTime && knows) expect(found.map(({ key }) => key)).toEqual(names);
      else found.sort((a, b) => names.indexOf(a.key) - names.indexOf(b.key));
      expect(found.map(({ key }) => key)).toEqual(names);
      for (const { key, payload } of found) expect(payload ?? null).toEqual(await client.dumpBuffer(key));
      expect(Math.abs((found[2].expireAtMs ?? 0) - expireAtMs)).toBeLessThanOrEqual(2);
      expect(found.filter((each) => each.expireAtMs !== undefined)).toHaveLength(1);
    });
  });
});

describe('a pull', () => {
  it('waits for whoever takes the keys', async () => {
    await withServer(requireServer('redis'), async ({ client }) => {
      const names = Array.from({ length: 40 }, (_, i) => `key:${i}`);
      for (const name of names) await client.set(name, 'x'.repeat(200_000));
      let waits = 0;
      const ready = () => {
        waits++;
        return new Promise<void>((resolve) => setImmediate(resolve));
      };
      const found = await pulled(client, names, { ready, size: 200_000 });
      expect(found.map(({ payload }) => (payload?.length ?? 0) > 100)).toEqual(names.map(() => true));
      expect(waits).toBeGreaterThan(0);
    });
  });

  it('ends with what is thrown by whoever takes the keys', async () => {
    await withServer(requireServer('redis'), async ({ client }) => {
      await client.set('a', 'x'.repeat(200_000));
      const take = () => {
        throw new RangeError('enough');
      };
      await expect(pulled(client, ['a'], { take })).rejects.toThrow(RangeError);
      const ready = () => Promise.reject(new RangeError('no space'));
      await expect(pulled(client, new Array<string>(20).fill('a'), { ready })).rejects.toThrow('no space');
    });
  });

  it('tells sizes, and that they cannot be told', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      await client.set('small', '1');
      await client.set('large', 'x'.repeat(1_000_000));
      await client.call('ACL', 'SETUSER', 'reader', 'on', 'nopass', '~*', '+@all', '-memory');
      const names = ['small', 'large', 'none'].map((name) => Buffer.from(name));
      const options = { isCluster: false, hasExpireTime: true, take: () => undefined };
      const pull = await KeyPull.open<string>([client], options);
      const [small, large, none] = await pull.sizes(0, 0, names);
      expect([small < 200, large >= 1_000_000, none]).toEqual([true, true, 0]);
      pull.close();
      await expect(pull.ready()).rejects.toThrow('the connection was closed');
      const reader = new Redis({ port, username: 'reader', password: 'any', lazyConnect: true });
      const other = await KeyPull.open<string>([reader], options);
      expect([...(await other.sizes(0, 0, names))]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      other.close();
      reader.disconnect();
    });
  });

  it('says why a database cannot be chosen', async () => {
    await withServer(requireServer('redis'), async ({ client }) => {
      await expect(pulled(client, ['a'], { db: 99 })).rejects.toThrow('DB index is out of range');
    });
  });

  it('says that the server was stopped in the middle', async () => {
    await withServer(requireServer('redis'), async ({ client }) => {
      await client.set('a', 'x'.repeat(1000));
      const take = () => void client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes').catch(() => undefined);
      const names = Array.from({ length: 100_000 }, () => 'a');
      await expect(pulled(client, names, { take })).rejects.toThrow('the connection was lost');
    });
  });
});

describe('a server that answers', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** Answers a transaction with this, and does what a client asks for before. */
  async function answering(answer: (socket: Socket) => void): Promise<Redis> {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        if (bytes.includes('MULTI')) answer(socket);
        else socket.write('+OK\r\n');
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new Redis({ ...PLAIN, port, host: '127.0.0.1' });
  }

  const QUEUED = '+OK\r\n+QUEUED\r\n+QUEUED\r\n';
  const NO_VALUE = '*2\r\n:-1\r\n$-1\r\n';

  it('as it should is believed', async () => {
    const node = await answering((socket) => socket.write(`${QUEUED}*2\r\n:-1\r\n$3\r\nabc\r\n`));
    expect(await pulled(node, ['a'])).toEqual([{ key: 'a', payload: Buffer.from('abc'), expireAtMs: undefined }]);
  });

  it('-2 for an expiry has no key, whatever its value', async () => {
    const node = await answering((socket) => socket.write(`${QUEUED}*2\r\n:-2\r\n$3\r\nabc\r\n`));
    expect(await pulled(node, ['a'])).toEqual([{ key: 'a', payload: undefined, expireAtMs: undefined }]);
  });

  it.each([
    ['garbage', 'HTTP/1.1 400 Bad Request\r\n', 'it answers what no server answers'],
    ['an error', '-ERR no MULTI today\r\n', 'ERR no MULTI today'],
    ['MOVED', '+OK\r\n-MOVED 1 127.0.0.1:1\r\n+QUEUED\r\n-EXECABORT discarded\r\n', 'MOVED 1'],
    ['an error within', `${QUEUED}*2\r\n:-1\r\n-ERR broken\r\n`, 'ERR broken'],
    ['nothing to EXEC', `${QUEUED}*-1\r\n`, 'do not fit'],
    ['too little', `${QUEUED}*1\r\n`, 'do not fit'],
    ['too much', `${QUEUED}*999999999999\r\n`, 'do not fit'],
    ['in the wrong order', `${QUEUED}*2\r\n$1\r\na\r\n:-1\r\n`, 'do not fit'],
    ['arrays', `${QUEUED}*2\r\n:-1\r\n*1\r\n`, 'do not fit'],
    ['values at once', '$1\r\na\r\n', 'do not fit'],
    ['numbers at once', ':1\r\n', 'do not fit'],
    ['words for values', `${QUEUED}*2\r\n:-1\r\n+OK\r\n`, 'do not fit'],
    ['an endless value', `${QUEUED}*2\r\n:-1\r\n$99999999999999\r\n`, 'is too large'],
    ['more than was asked', `${QUEUED}${NO_VALUE}:1\r\n`, 'it answers what nobody asked'],
  ])('%s is an error', async (_, answer, message) => {
    const node = await answering((socket) => socket.write(answer));
    await expect(pulled(node, ['a'])).rejects.toThrow(message);
  });

  it('a clock that ran on around the rest of a life is asked again', async () => {
    const time = (ms: number) => `*2\r\n$10\r\n1700000000\r\n$6\r\n${String(ms * 1000).padStart(6, '0')}\r\n`;
    const answers = [`${time(10)}:5000\r\n${time(300)}`, `${time(400)}:4700\r\n${time(401)}`];
    const node = await answering((socket) =>
      socket.write(`+OK\r\n${'+QUEUED\r\n'.repeat(4)}*4\r\n${answers.shift()}$3\r\nabc\r\n`),
    );
    const found = await pulled(node, ['a'], { hasExpireTime: false });
    expect(found).toEqual([{ key: 'a', payload: Buffer.from('abc'), expireAtMs: 1_700_000_005_100 }]);
    expect(answers).toEqual([]);
  });

  it.each(['', '+OK\r\n', `${QUEUED}*2\r\n:-1\r\n$1000\r\nhalf`])('%j and hangs up is an error', async (answer) => {
    const node = await answering((socket) => socket.end(answer));
    await expect(pulled(node, ['a'])).rejects.toThrow('the connection was lost');
  });

  it('nothing more is given up', async () => {
    const node = await answering((socket) => socket.write(`${QUEUED}*2\r\n:-1\r\n$1000\r\nhalf`));
    await expect(pulled(node, ['a'], { answerTimeoutMs: 200 })).rejects.toThrow('it did not answer for 0 s');
  });
});
