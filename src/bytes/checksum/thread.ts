import { Worker } from 'node:worker_threads';
import { type Kernels, kernelModule } from '../kernels/kernels.js';
import type { Checksum } from './checksum.js';

// The control block: 32-bit words, then a ring of jobs (address, length). POSTED and DONE count jobs and wrap around.
const POSTED = 0;
const DONE = 1;
const READY = 2;
const STOP = 3;
const CRC = 4; // two words
const RING = 8;
const JOBS = 64;
const CONTROL_BYTES = (RING + 2 * JOBS) * 4;

/** Text, because a worker file would have to be found beside every bundle; it only waits, sums and says so. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { module, memory, control } = workerData;
const { crc64 } = new WebAssembly.Instance(module, { env: { memory } }).exports;
const words = new Int32Array(memory.buffer, control, ${RING + 2 * JOBS});
const crc = new BigInt64Array(memory.buffer, control + ${CRC * 4}, 1);
Atomics.store(words, ${READY}, 1);
Atomics.notify(words, ${READY});
for (let done = 0; ; ) {
  const posted = Atomics.load(words, ${POSTED});
  if (posted === done) {
    if (Atomics.load(words, ${STOP})) break;
    Atomics.wait(words, ${POSTED}, posted);
    continue;
  }
  const at = ${RING} + 2 * ((done >>> 0) % ${JOBS});
  crc[0] = crc64(crc[0], words[at] >>> 0, words[at + 1] >>> 0);
  done = (done + 1) | 0;
  Atomics.store(words, ${DONE}, done);
  Atomics.notify(words, ${DONE});
}
`;

/**
 * Sums on a second thread, over the memory that both threads see, while the first one parses. Until the thread is up
 * (some 25 ms) the ranges wait; whoever needs the memory before that sums them on the spot.
 */
export class ThreadChecksum implements Checksum {
  private readonly worker: Worker;
  private readonly control: number;
  private readonly words: Int32Array;
  private readonly crc: BigInt64Array;
  private waiting: { address: number; length: number }[] = [];
  private ready = false;
  private failed = false;

  constructor(private readonly kernels: Kernels) {
    this.control = kernels.heap.allocate(CONTROL_BYTES);
    this.words = new Int32Array(kernels.memory.buffer, this.control, RING + 2 * JOBS);
    this.words.fill(0);
    this.crc = new BigInt64Array(kernels.memory.buffer, this.control + CRC * 4, 1);
    this.worker = new Worker(THREAD, {
      eval: true,
      workerData: { module: kernelModule(), memory: kernels.memory, control: this.control },
    });
    this.worker.unref();
    // A thread that could not start (no memory, no threads allowed) costs speed, not the answer.
    this.worker.on('error', () => {
      this.failed = true;
    });
  }

  add(address: number, length: number): void {
    if (length === 0) return;
    if (!this.threadIsUp()) {
      this.waiting.push({ address, length });
      return;
    }
    this.post(address, length);
  }

  drain(): void {
    if (!this.threadIsUp()) {
      this.sumWaiting();
      return;
    }
    this.waitUntilDone(this.words[POSTED]);
  }

  value(): bigint {
    this.drain();
    return BigInt.asUintN(64, this.crc[0]);
  }

  close(): void {
    Atomics.store(this.words, STOP, 1);
    Atomics.notify(this.words, POSTED);
    void this.worker.terminate();
  }

  private threadIsUp(): boolean {
    if (this.ready) return true;
    if (this.failed || Atomics.load(this.words, READY) === 0) return false;
    this.ready = true;
    const waiting = this.waiting;
    this.waiting = [];
    for (const range of waiting) this.post(range.address, range.length);
    return true;
  }

  private sumWaiting(): void {
    for (const range of this.waiting) this.crc[0] = this.kernels.call.crc64(this.crc[0], range.address, range.length);
    this.waiting = [];
  }

  private post(address: number, length: number): void {
    const posted = this.words[POSTED];
    if (((posted - Atomics.load(this.words, DONE)) | 0) >= JOBS) this.waitUntilDone((posted - JOBS + 1) | 0);
    const at = RING + 2 * ((posted >>> 0) % JOBS);
    this.words[at] = address | 0;
    this.words[at + 1] = length | 0;
    Atomics.store(this.words, POSTED, (posted + 1) | 0);
    Atomics.notify(this.words, POSTED);
  }

  /** The thread needs milliseconds for all that a window holds, so waiting here never blocks signals for long. */
  private waitUntilDone(job: number): void {
    for (;;) {
      const done = Atomics.load(this.words, DONE);
      if (((done - job) | 0) >= 0) return;
      Atomics.wait(this.words, DONE, done, 100);
    }
  }
}
