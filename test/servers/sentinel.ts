import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AvailableServer } from './available.js';
import { until } from './cluster.js';
import { type RunningServer, startServer } from './server.js';

export const MASTER_NAME = 'orders';

export interface Watched {
  readonly master: RunningServer;
  readonly replica: RunningServer;
  readonly sentinel: RunningServer;
  stop(): Promise<void>;
}

/** Starts a master, a replica of it, and a Sentinel that watches both and wants a password. */
export async function startWatched(available: AvailableServer, sentinelPassword: string): Promise<Watched> {
  const started: RunningServer[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const start = async (options: Partial<Parameters<typeof startServer>[0]>) => {
    const server = await startServer({ ...available, ...options });
    started.push(server);
    return server;
  };
  try {
    const master = await start({ args: ['--repl-diskless-sync-delay', '0', '--shutdown-timeout', '0'] });
    const replica = await start({ args: ['--shutdown-timeout', '0', '--replicaof', '127.0.0.1', String(master.port)] });
    await until(async () => (await replica.client.info('replication')).includes('master_link_status:up'));
    const config = [
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 1500`,
      `sentinel failover-timeout ${MASTER_NAME} 5000`,
      `requirepass ${sentinelPassword}`,
    ];
    const sentinel = await start({
      prepare: (folder) => writeFileSync(join(folder, 'sentinel.conf'), `${config.join('\n')}\n`),
      configFile: 'sentinel.conf',
      args: ['--sentinel'],
      client: { password: sentinelPassword },
    });
    await until(async () =>
      String(await sentinel.client.call('SENTINEL', 'replicas', MASTER_NAME)).includes('127.0.0.1'),
    );
    return { master, replica, sentinel, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes the Sentinel put the replica into the place of the master, whether that lives or not. */
export async function failOver({ replica, sentinel }: Watched): Promise<void> {
  await until(async () => {
    // A server that is promoted closes all connections.
    if (replica.client.status === 'end') await replica.client.connect();
    if ((await replica.client.info('replication').catch(() => '')).includes('role:master')) return true;
    // It says so when it is at it, and when the replica does not suit yet.
    await sentinel.client.call('SENTINEL', 'FAILOVER', MASTER_NAME).catch(() => undefined);
    return false;
  });
  if (replica.client.status === 'end') await replica.client.connect();
}
