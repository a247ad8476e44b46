import { createServer } from 'node:net';

/** Cluster nodes also listen on their port plus this. */
const CLUSTER_BUS_OFFSET = 10_000;

// Ports and their cluster bus ports stay below 32768, where Linux starts to hand out ports for outgoing connections:
// nobody takes one by chance between our look and the server's start.
const FIRST = 11_000;
const COUNT = 11_000;

/** A loopback port that is free, and whose cluster bus port is free too. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if ((await isFree(port)) && (await isFree(port + CLUSTER_BUS_OFFSET))) {
      return port;
    }
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
