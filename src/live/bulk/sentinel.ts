import { Redis } from 'ioredis';
import { type ClientOptions, connected } from '../connect.js';
import { LiveError, liveError } from '../live-error.js';
import { inTime, type NodeAddress } from './dial.js';

/** A host and a port of a Sentinel. */
export interface SentinelAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Where the master is that Sentinels know by this name: the first one that answers decides. Rejects with LiveError when none of
 * them can be asked, or none knows the name.
 */
export async function locateMaster(
  options: ClientOptions,
  sentinels: readonly SentinelAddress[],
  name: string,
): Promise<NodeAddress> {
  let isKnown = true;
  let reason: LiveError | undefined;
  for (const { host, port } of sentinels) {
    const client = new Redis({ ...options, host, port, enableReadyCheck: false });
    client.on('error', () => undefined);
    try {
      await connected(client);
      const asked = client.call('SENTINEL', 'get-master-addr-by-name', name);
      // The next one may answer.
      const reply = await inTime(asked, options.connectTimeout);
      if (Array.isArray(reply)) return { host: String(reply[0]), port: Number(reply[1]) };
      isKnown = false;
    } catch (error) {
      reason = liveError(error);
    } finally {
      client.disconnect();
    }
  }
  if (!isKnown) throw new LiveError(`the Sentinel knows no master of the name ${JSON.stringify(name)}`);
  if (/unknown command/i.test(reason?.message ?? '')) throw new LiveError('this is no Sentinel');
  throw new LiveError(`no Sentinel can be asked: ${reason?.message ?? 'none was named'}`);
}
