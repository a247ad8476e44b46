import { Redis, type RedisOptions } from 'ioredis';

/** `replyMapping` only matters for RESP3, which we do not speak here. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping' | 'protocol' | 'host' | 'port'>;

/**
 * A connection to a test server. RESP2, since there scores arrive as the text the server printed (RESP3 doubles lose
 * `-0` and digits), and without second tries: a server that is gone should fail the test at once.
 */
export function connectClient(port: number, options: ClientOptions = {}): Redis {
  const client = new Redis({
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    ...options,
    protocol: 2,
    host: '127.0.0.1',
    port,
  });
  // A test that kills its server must not die of the unhandled event; the commands it sends still fail.
  client.on('error', () => {});
  return client;
}
