import type { Duplex } from 'node:stream';
import { Redis } from 'ioredis';
import { type ClientOptions, connected } from '../connect.js';
import { LiveError, liveError } from '../live-error.js';

/** Where a node listens. */
export type NodeAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** What a server says of itself. */
export interface Greeting {
  /** Another one after each start; undefined when the user may not ask. */
  readonly runId: string | undefined;
  readonly lineage: 'redis' | 'valkey';
  readonly version: string;
  readonly isCluster: boolean;
}

const GREETING_MS = 10_000;

/** Connects a client and asks what answers; an answer of LOADING is none of its matters. Rejects with LiveError. */
export async function dial(
  options: ClientOptions,
  where: NodeAddress,
): Promise<{ readonly client: Redis; readonly greeting: Greeting }> {
  const client = new Redis({ ...options, ...where, enableReadyCheck: false });
  // Why a connection broke is told by the event only.
  let reason: unknown;
  client.on('error', (error) => {
    reason ??= error;
  });
  try {
    await connected(client);
    return { client, greeting: await inTime(greetingOf(client), options.connectTimeout) };
  } catch (error) {
    client.disconnect();
    throw dialError(isClosed(error) ? (reason ?? error) : error, options.tls);
  }
}

/**
 * Takes the connection away from a client that has nothing under way: from now on nobody reads or writes there but us. Throws LiveError when it
 * is gone already: nobody would be told any more.
 */
export function takeSocket(client: Redis): Duplex {
  const socket = client.stream;
  if (socket.destroyed || socket.readableEnded) throw new LiveError('the connection was lost');
  socket.removeAllListeners('data');
  socket.setTimeout(0);
  return socket;
}

export function showAddress(address: NodeAddress): string {
  if ('path' in address) return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

async function greetingOf(client: Redis): Promise<Greeting> {
  let info: string;
  try {
    info = await client.info('server');
  } catch (error) {
    if (!(error instanceof Error && /^NOPERM/.test(error.message))) throw error;
    return helloOf(client, error);
  }
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  return {
    runId: /^run_id:(\S+)/m.exec(info)?.[1],
    lineage: valkey ? 'valkey' : 'redis',
    version: valkey ?? /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0.0.0',
    isCluster: /^(?:redis|server)_mode:cluster/m.test(info),
  };
}

/** HELLO tells nearly the same, and hardly any user is kept from it. */
async function helloOf(client: Redis, refusal: Error): Promise<Greeting> {
  const reply = await client.call('HELLO', '2').catch(() => {
    throw refusal;
  });
  const told = new Map<string, string>();
  if (Array.isArray(reply)) for (let i = 0; i < reply.length; i += 2) told.set(String(reply[i]), String(reply[i + 1]));
  return {
    runId: undefined,
    lineage: told.get('server') === 'valkey' ? 'valkey' : 'redis',
    version: told.get('version') ?? '0.0.0',
    isCluster: told.get('mode') === 'cluster',
  };
}

/** What the promise gives. A host may take a connection on which nobody ever answers: rejects then with LiveError. */
export async function inTime<T>(promise: Promise<T>, ms = GREETING_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LiveError('it takes connections, and does not answer')), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && /max retries|Connection is closed/i.test(error.message);
}

function dialError(given: unknown, tls: ClientOptions['tls']): LiveError {
  const error = liveError(given);
  const isTls = tls !== undefined;
  const isCut = /ECONNRESET|EPIPE|connection was lost/.test(error.message);
  if (isTls && isCut && tls.cert === undefined) {
    return new LiveError('it closed the connection at once: perhaps it wants a certificate of ours');
  }
  if (isTls && /ETIMEDOUT/.test(error.message)) {
    return new LiveError('it does not answer in TLS in time: perhaps this is a port without TLS');
  }
  if (!isTls && isCut) {
    return new LiveError('it closed the connection at once: perhaps this is a port with TLS (rediss://)');
  }
  return error;
}
