import { type ClientOptions, clientOptions, type TlsFiles } from '../connect.js';
import { LiveError } from '../live-error.js';
import type { ServerAddress } from '../server-url.js';
import type { BulkTarget } from './bulk-target.js';
import { readSlots } from './cluster-map.js';
import { ClusterRoute } from './cluster-route.js';
import { dial, type NodeAddress } from './dial.js';
import { locateMaster } from './sentinel.js';
import { BulkSession } from './session.js';
import { SingleRoute } from './single-route.js';

export interface BulkOptions {
  /** Connections for each master. Default 2. */
  readonly connections?: number;
  /** Bytes that are sent and not answered, in all, before `full` holds. Default 16 MiB. */
  readonly mostUnderWay?: number;
  /** How long to try again what passes, ms. Default 60 000. */
  readonly retryMs?: number;
  /** How long a connection may wait for an answer before it counts as dead, ms. Default 300 000. */
  readonly answerTimeoutMs?: number;
  /** How long it may take to connect, ms. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** The name by which Sentinels know the master: the address is theirs. User and password are for the master. */
  readonly sentinel?: string | undefined;
  /** As whom to talk to the Sentinels. The password, if not given, comes from RDBKIT_SENTINEL_PASSWORD. */
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /** It has to be a cluster. One is recognised without this, too. */
  readonly cluster?: boolean;
}

const MIB = 1024 * 1024;
const DEFAULTS = {
  connections: 2,
  mostUnderWay: 16 * MIB,
  retryMs: 60_000,
  answerTimeoutMs: 300_000,
  connectTimeoutMs: 10_000,
};

/** Connects to a server, a cluster, or the master that Sentinels name, which is going to take much. Rejects with LiveError. */
export async function openBulkTarget(
  address: ServerAddress,
  tlsFiles: TlsFiles = {},
  given: BulkOptions = {},
): Promise<BulkTarget> {
  const options = { ...DEFAULTS, ...given };
  const base = { ...(await clientOptions(address, tlsFiles)), connectTimeout: options.connectTimeoutMs };
  // Each connection says for itself where it goes to.
  const { host: _, port: __, path: ___, ...client } = base;
  const locate = options.sentinel === undefined ? undefined : sentinelsOf(address, client, options.sentinel, options);
  const where = (await locate?.()) ?? placeOf(address);
  const { client: seed, greeting } = await dial(client, where);
  try {
    if (!greeting.isCluster) {
      if (options.cluster) throw new LiveError('it is no node of a cluster');
      const nodeOptions = { ...options, client, isElastic: locate !== undefined };
      return await opened(
        new BulkSession(address, options.mostUnderWay, nodeOptions, (makeNode, events) => {
          return new SingleRoute(makeNode(where), locate, events);
        }),
      );
    }
    if (locate) throw new LiveError('a node of a cluster is not reached through Sentinels');
    if ('path' in where) throw new LiveError('a node of a cluster is reached by its host, not by a socket');
    const ranges = await readSlots(seed, where.host);
    return await opened(
      new BulkSession(address, options.mostUnderWay, { ...options, client, isElastic: true }, (makeNode, events) => {
        return new ClusterRoute(ranges, makeNode, events);
      }),
    );
  } finally {
    seed.disconnect();
  }
}

async function opened(session: BulkSession): Promise<BulkTarget> {
  try {
    await session.open();
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

function sentinelsOf(
  address: ServerAddress,
  client: ClientOptions,
  name: string,
  { sentinelUsername: username, sentinelPassword = process.env.RDBKIT_SENTINEL_PASSWORD }: BulkOptions,
): () => Promise<NodeAddress> {
  const { username: _, password: __, ...open } = client;
  const options = {
    ...open,
    ...(username === undefined ? {} : { username }),
    ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
  };
  const sentinels = [{ host: address.host, port: address.port }, ...(address.others ?? [])];
  return () => locateMaster(options, sentinels, name);
}

function placeOf({ path, host, port }: ServerAddress): NodeAddress {
  return path === undefined ? { host, port } : { path };
}
