import { setTimeout as sleep } from 'node:timers/promises';
import type { AvailableServer } from './available.js';
import { type RunningServer, startServer } from './server.js';

const SLOTS = 16384;
// Short, for quick failovers, and long enough that a busy machine does not make one by itself.
const NODE_TIMEOUT_MS = 3000;

export interface TestCluster {
  readonly masters: readonly RunningServer[];
  /** One for each master, in the same order; none when there are no replicas. */
  readonly replicas: readonly RunningServer[];
  stop(): Promise<void>;
}

/** Starts a cluster whose masters share the slots evenly, and waits until it takes keys. */
export async function startCluster(
  available: AvailableServer,
  masterCount: number,
  hasReplicas: boolean,
): Promise<TestCluster> {
  const args = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
    ...['--repl-diskless-sync-delay', '0', '--cluster-replica-validity-factor', '0'],
    ...['--shutdown-timeout', '0'],
  ];
  const count = hasReplicas ? 2 * masterCount : masterCount;
  const started = await Promise.allSettled(Array.from({ length: count }, () => startServer({ ...available, args })));
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const masters = servers.slice(0, masterCount);
    const replicas = servers.slice(masterCount);
    for (const [i, { client }] of masters.entries()) {
      const [first, end] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / masterCount));
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
      await client.call(
        'CLUSTER',
        'ADDSLOTS',
        ...Array.from({ length: end - first }, (_, slot) => String(first + slot)),
      );
    }
    for (const { client } of servers.slice(1))
      await client.call('CLUSTER', 'MEET', '127.0.0.1', String(servers[0].port));
    await until(async () => {
      const infos = await Promise.all(servers.map(({ client }) => client.call('CLUSTER', 'INFO')));
      return infos.every((info) => String(info).includes(`cluster_known_nodes:${servers.length}\r`));
    });
    for (const [i, { client }] of replicas.entries()) {
      const id = String(await masters[i].client.call('CLUSTER', 'MYID'));
      // Nodes that still shake hands count as known, and have other names.
      await until(async () => (await client.call('CLUSTER', 'REPLICATE', id).catch(unknownNode)) === 'OK');
    }
    await until(async () => {
      const infos = await Promise.all(servers.map(({ client }) => client.call('CLUSTER', 'INFO')));
      const links = await Promise.all(replicas.map(({ client }) => client.info('replication')));
      const slots = await Promise.all(masters.map(({ client }) => client.call('CLUSTER', 'SLOTS')));
      return (
        infos.every((info) => String(info).includes('cluster_state:ok')) &&
        links.every((link) => link.includes('master_link_status:up')) &&
        slots.every((told) => Array.isArray(told) && told.every((range) => range.length === (hasReplicas ? 4 : 3)))
      );
    });
    return { masters, replicas, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes a replica take the slots of its master, whether that lives or not: an election may take long on a busy machine. */
export async function takeOver({ client }: RunningServer): Promise<void> {
  await client.call('CLUSTER', 'FAILOVER', 'TAKEOVER');
  await until(async () => (await client.info('replication')).includes('role:master'));
}

function unknownNode(error: Error): undefined {
  if (!/unknown node/i.test(error.message)) throw error;
}

/** Waits until this holds. Rejects after four minutes. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 240_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('It did not come to that in time');
    await sleep(50);
  }
}
