import { createServer } from 'node:net';

/** Cluster nodes also listen on their port plus this. */
const CLUSTER_BUS_OFFSET = 10_000;

// Each worker has ports of its own, and gives none twice: a server that is started again finds its port free.
const WORKERS = 4;
const PORTS = 2750;

// Ports and their cluster bus ports stay below 32768, where Linux starts to hand out ports for outgoing connections:
// nobody takes one by chance between our look and the server's start.
const FIRST = 11_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS) * PORTS;
const given = new Set<number>();

/** A loopback port that is free, and whose cluster bus port is free too. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (given.size > PORTS / 2) given.clear();
    const port = FIRST + Math.floor(Math.random() * PORTS);
    if (given.has(port)) continue;
    given.add(port);
    if ((await isFree(port)) && (await isFree(port + CLUSTER_BUS_OFFSET))) return port;
  }
  throw new Error('No free loopback port found');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
