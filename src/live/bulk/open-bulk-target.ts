import { clientOptions, type TlsFiles } from '../connect.js';
import { LiveError } from '../live-error.js';
import type { ServerAddress } from '../server-url.js';
import type { BulkTarget } from './bulk-target.js';
import type { NodeAddress } from './dial.js';
import { BulkSession } from './session.js';

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
}

const MIB = 1024 * 1024;
const DEFAULTS = {
  connections: 2,
  mostUnderWay: 16 * MIB,
  retryMs: 60_000,
  answerTimeoutMs: 300_000,
  connectTimeoutMs: 10_000,
};

/** Connects to a server that is going to take much. Rejects with LiveError. */
export async function openBulkTarget(
  address: ServerAddress,
  tlsFiles: TlsFiles = {},
  given: BulkOptions = {},
): Promise<BulkTarget> {
  const options = { ...DEFAULTS, ...given };
  const client = { ...(await clientOptions(address, tlsFiles)), connectTimeout: options.connectTimeoutMs };
  const where: NodeAddress =
    address.path === undefined ? { host: address.host, port: address.port } : { path: address.path };
  const nodeOptions = { ...options, client, isElastic: false };
  const session = new BulkSession(address, options.mostUnderWay, nodeOptions);
  try {
    const greeting = await session.open(where);
    if (greeting.isCluster) throw new LiveError('clusters are not loaded yet');
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}
