import { readFile } from 'node:fs/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { LiveError, liveError } from './live-error.js';
import type { ServerAddress } from './server-url.js';

/** Files for TLS, as redis-cli takes them. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** Takes any certificate. */
  readonly insecure?: boolean;
}

/** A server, or the masters of a cluster, that answers. */
export interface LiveServer {
  readonly address: ServerAddress;
  readonly lineage: 'redis' | 'valkey';
  /** As the server tells it: `7.0.15`. */
  readonly version: string;
  readonly isCluster: boolean;
  /** One connection for each node that has keys of its own. */
  readonly nodes: readonly Redis[];
  close(): void;
}

/** The client knows RESP3, too, with other types: only RESP2 is spoken here. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping' | 'protocol'> & { readonly protocol: 2 };

const CONNECT_TIMEOUT_MS = 10_000;
/** A server that says nothing for so long is taken for dead. */
const ANSWER_TIMEOUT_MS = 300_000;

/**
 * Connects, and finds out what answers. RESP2, where scores arrive as the server printed them. Rejects with LiveError.
 */
export async function connectServer(address: ServerAddress, tlsFiles: TlsFiles = {}): Promise<LiveServer> {
  const options = await clientOptions(address, tlsFiles);
  const opened: Redis[] = [];
  const open = async (where: Partial<ClientOptions> = {}) => {
    const client = new Redis({ ...options, ...where, socketTimeout: ANSWER_TIMEOUT_MS });
    client.on('error', () => undefined);
    opened.push(client);
    await connected(client);
    return client;
  };
  const close = () => {
    for (const client of opened) client.disconnect();
  };
  try {
    const first = await open();
    const info = await first.info('server');
    const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
    const version = valkey ?? /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0.0.0';
    const isCluster = /^(?:redis|server)_mode:cluster/m.test(info);
    const nodes = isCluster ? await Promise.all((await mastersOf(first, address)).map(open)) : [first];
    return { address, lineage: valkey ? 'valkey' : 'redis', version, isCluster, nodes, close };
  } catch (error) {
    close();
    throw liveError(error);
  }
}

/** Where the masters are that own slots. A node that does not know its own name gives an empty one, or none. */
async function mastersOf(client: Redis, { host: own, path }: ServerAddress): Promise<{ host: string; port: number }[]> {
  if (path !== undefined) throw new LiveError('a node of a cluster is reached by its host, not by a socket');
  const ranges = (await client.call('CLUSTER', 'SLOTS')) as [number, number, [string | null, number]][];
  const masters = new Map<string, { host: string; port: number }>();
  for (const [, , [name, port]] of ranges) {
    const host = name === null || name === '' || name === '?' ? own : name;
    masters.set(`${host}:${port}`, { host, port });
  }
  if (masters.size === 0) throw new LiveError('this node of a cluster knows of no slots that anybody owns');
  return [...masters.values()];
}

/** What every connection to a server is made with; reads the files for TLS. */
export async function clientOptions(address: ServerAddress, files: TlsFiles): Promise<ClientOptions> {
  const { path, host, port, username, password, tls } = address;
  const read = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file));
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  return {
    ...(path === undefined ? { host, port } : { path }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls
      ? {
          tls: {
            ...(ca ? { ca } : {}),
            ...(cert ? { cert } : {}),
            ...(key ? { key } : {}),
            ...(files.serverName === undefined ? {} : { servername: files.serverName }),
            rejectUnauthorized: !files.insecure,
          },
        }
      : {}),
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // What is half done does not go on by itself on another connection: whoever asked has to know.
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
  };
}

/**
 * Waits for a connection. Rejects with LiveError; the reason is told by the event, as the promise only says that the connection is
 * closed.
 */
export async function connected(client: Redis): Promise<void> {
  if (client.status === 'ready') return;
  let reason: unknown;
  const note = (error: unknown) => {
    reason ??= error;
  };
  client.on('error', note);
  try {
    if (client.status === 'wait' || client.status === 'end') await client.connect();
    else await client.ping();
  } catch (error) {
    throw liveError(reason ?? error);
  } finally {
    client.removeListener('error', note);
  }
}
