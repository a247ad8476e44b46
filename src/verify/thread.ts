// A thread of the pool: verifies one file after the other.
import { parentPort } from 'node:worker_threads';
import { verifyFile } from './file.js';
import type { Answer, Order } from './thread-pool.js';

const TELL_EVERY_MS = 100;

const port = parentPort;
port?.on('message', async ({ path, options }: Order) => {
  let told = 0;
  const onProgress = (bytes: number) => {
    const now = Date.now();
    if (now - told < TELL_EVERY_MS) return;
    told = now;
    send({ kind: 'progress', bytes });
  };
  send({ kind: 'report', report: await verifyFile(path, { ...options, onProgress }) });
});

function send(answer: Answer): void {
  port?.postMessage(answer);
}
