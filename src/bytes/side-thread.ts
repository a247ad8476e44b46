import { Worker } from 'node:worker_threads';
import { type Kernels, kernelModule } from './kernels/kernels.js';

// The control block, in 32-bit words. POSTED and DONE count jobs and wrap around; SLEEPING is 1 while the second thread waits,
// WAITED_FOR while the first one does: only then somebody has to be woken.
const POSTED = 0;
const DONE = 1;
const READY = 2;
const STOP = 3;
const CRC = 4; // two words
const SLEEPING = 6;
const WAITED_FOR = 7;
const JOBS_AT = 8;

/** Words of a job: the answer, what to do, and up to six operands. */
const JOB_WORDS = 8;
const JOBS = 1024;
const CONTROL_WORDS = JOBS_AT + JOBS * JOB_WORDS;
/** Jobs that may wait; with more, the first thread had better work itself. */
const QUEUE = 384;
/** Jobs that are handed over, and reported done, at a time. */
const BATCH = 16;
const REGISTER_BYTES = 128;
/** Looks at the queue before sleeping: waking up costs more. */
const SPINS = 4000;
/** No job takes anywhere near as long, even on a machine that is overloaded. */
const LOST_AFTER_MS = 60_000;

/** What to do with a job. */
const SUM = 0;
const CHECK = 1;
const COUNT_SLOTS = 2;

/** A table for repeated elements; larger containers are for the first thread. */
const TABLE_SLOTS = 16384;
/** Containers that decompress to more are for the first thread. */
export const LARGEST_DEFERRED = 1024 * 1024;
const SCRATCH_SLACK = 64;

/** Kinds and flags of `checkValue`; the same lists stand in assembly/deferred.ts. */
export const VALUE_KIND = { string: 0, listpack: 1, ziplist: 2, intset: 3 } as const;
export const VALUE_FLAG = { compressed: 1, unique: 2, scores: 4 } as const;

/** Text, because a file of its own would have to be found beside every bundle; it only waits, calls kernels and says so. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { module, memory, control, registers, scratch, table } = workerData;
const { crc64, checkValue, slotsRun, statsState, useRegisters } = new WebAssembly.Instance(module, { env: { memory } }).exports;
useRegisters(registers);
const words = new Int32Array(memory.buffer, control, ${CONTROL_WORDS});
const crc = new BigInt64Array(memory.buffer, control + ${CRC * 4}, 1);
Atomics.store(words, ${READY}, 1);
for (let done = 0, idle = 0; ; ) {
  const posted = Atomics.load(words, ${POSTED});
  if (posted === done) {
    if (Atomics.load(words, ${STOP})) break;
    if (++idle < ${SPINS}) continue;
    idle = 0;
    Atomics.store(words, ${SLEEPING}, 1);
    Atomics.wait(words, ${POSTED}, posted);
    Atomics.store(words, ${SLEEPING}, 0);
    continue;
  }
  idle = 0;
  // Both sides look at the other's counter seldom: each look moves a cache line from core to core.
  const until = ((posted - done) | 0) > ${BATCH} ? (done + ${BATCH}) | 0 : posted;
  for (; done !== until; done = (done + 1) | 0) {
    const at = ${JOBS_AT} + ((done >>> 0) % ${JOBS}) * ${JOB_WORDS};
    if (words[at + 1] === ${SUM}) crc[0] = crc64(crc[0], words[at + 2] >>> 0, words[at + 3] >>> 0);
    else if (words[at + 1] === ${COUNT_SLOTS}) {
      statsState(words[at + 2] >>> 0);
      slotsRun(words[at + 3] >>> 0, words[at + 4] >>> 0);
    } else {
      const kind = words[at + 2];
      words[at] = checkValue(kind & 255, (kind >>> 8) & 255, kind >>> 16, words[at + 3] >>> 0, words[at + 4] >>> 0,
        words[at + 5] >>> 0, scratch, table, ${TABLE_SLOTS});
    }
  }
  Atomics.store(words, ${DONE}, done);
  if (Atomics.load(words, ${WAITED_FOR})) Atomics.notify(words, ${DONE});
}
`;

/**
 * A second thread over the same memory. It sums ranges, checks values, and counts slots, in bytes that stay where they are
 * until `drain`.
 * Jobs are done in the order they come. It takes some 25 ms to start; until then it is not `ready`.
 */
export class SideThread {
  /** Told of each check whose answer is "look again", by the number that `check` returned. Its bytes are still there. */
  onLookAgain: (job: number) => void = () => undefined;
  private readonly worker: Worker;
  private readonly words: Int32Array;
  private readonly crc: BigInt64Array;
  private posted = 0;
  /** How many of them the thread was told of, and how many it was last seen to have done. */
  private published = 0;
  private doneSeen = 0;
  private collected = 0;
  private up = false;
  private failed = false;

  constructor(kernels: Kernels) {
    const { heap, memory } = kernels;
    const control = heap.allocate(CONTROL_WORDS * 4);
    const registers = heap.allocate(REGISTER_BYTES);
    const scratch = heap.allocate(LARGEST_DEFERRED + SCRATCH_SLACK);
    const table = heap.allocate(TABLE_SLOTS * 4);
    this.words = new Int32Array(memory.buffer, control, CONTROL_WORDS);
    this.words.fill(0);
    this.crc = new BigInt64Array(memory.buffer, control + CRC * 4, 1);
    const workerData = { module: kernelModule(), memory, control, registers, scratch, table };
    this.worker = new Worker(THREAD, { eval: true, workerData });
    this.worker.unref();
    // A thread that could not start (no memory, no threads allowed) costs speed, not the answer.
    this.worker.on('error', () => {
      this.failed = true;
    });
  }

  get ready(): boolean {
    if (this.up) return true;
    if (this.failed || Atomics.load(this.words, READY) === 0) return false;
    this.up = true;
    return true;
  }

  /** The sum of all ranges so far, signed; only after `drain`. Writable while the thread has nothing to do. */
  get sum(): bigint {
    return this.crc[0];
  }

  set sum(crc: bigint) {
    this.crc[0] = crc;
  }

  /** Adds a range to the sum. */
  addRange(address: number, length: number): void {
    const at = this.slot();
    this.words[at + 1] = SUM;
    this.words[at + 2] = address | 0;
    this.words[at + 3] = length | 0;
    this.post();
    this.publish();
  }

  /** Whether another check would be done soon. */
  get hasRoom(): boolean {
    if (!this.ready) return false;
    if (((this.posted - this.doneSeen) | 0) < QUEUE) return true;
    this.publish();
    this.doneSeen = Atomics.load(this.words, DONE);
    return ((this.posted - this.doneSeen) | 0) < QUEUE;
  }

  /** Has a value checked; returns the number of the job, 0 to JOBS - 1. */
  check(kind: number, flags: number, tuple: number, payload: number, stored: number, length: number): number {
    const at = this.slot();
    this.words[at] = 0;
    this.words[at + 1] = CHECK;
    this.words[at + 2] = kind | (flags << 8) | (tuple << 16);
    this.words[at + 3] = payload | 0;
    this.words[at + 4] = stored | 0;
    this.words[at + 5] = length | 0;
    const job = (this.posted >>> 0) % JOBS;
    this.post();
    return job;
  }

  /** Counts the slots of a run of small strings in the tables of `state`, which nobody else writes to (assembly/key-stats.ts). */
  countSlots(state: number, start: number, end: number): void {
    const at = this.slot();
    this.words[at + 1] = COUNT_SLOTS;
    this.words[at + 2] = state | 0;
    this.words[at + 3] = start | 0;
    this.words[at + 4] = end | 0;
    // Waking the thread takes long; the next range, which follows soon, does it for both.
    this.post();
  }

  /** Returns once everything is done, with every bad answer told. */
  drain(): void {
    this.waitUntilDone(this.posted);
    this.collect();
  }

  close(): void {
    Atomics.store(this.words, STOP, 1);
    Atomics.notify(this.words, POSTED);
    void this.worker.terminate();
  }

  /** Address (in words) of the next free job. */
  private slot(): number {
    if (((this.posted - this.collected) | 0) >= JOBS) {
      this.waitUntilDone((this.posted - JOBS + 1) | 0);
      this.collect();
    }
    return JOBS_AT + ((this.posted >>> 0) % JOBS) * JOB_WORDS;
  }

  private post(): void {
    this.posted = (this.posted + 1) | 0;
    if (((this.posted - this.published) | 0) >= BATCH) this.publish();
  }

  private publish(): void {
    this.published = this.posted;
    Atomics.store(this.words, POSTED, this.posted);
    if (Atomics.load(this.words, SLEEPING) !== 0) Atomics.notify(this.words, POSTED);
  }

  private collect(): void {
    const done = Atomics.load(this.words, DONE);
    while (this.collected !== done) {
      const job = (this.collected >>> 0) % JOBS;
      this.collected = (this.collected + 1) | 0;
      const at = JOBS_AT + job * JOB_WORDS;
      if (this.words[at + 1] === CHECK && this.words[at] !== 0) this.onLookAgain(job);
    }
  }

  /** The thread needs milliseconds for all that may wait, so this never keeps signals for long. */
  private waitUntilDone(job: number): void {
    const { words } = this;
    this.publish();
    let done = Atomics.load(words, DONE);
    let progress = performance.now();
    while (((done - job) | 0) < 0) {
      Atomics.store(words, WAITED_FOR, 1);
      Atomics.wait(words, DONE, done, 100);
      Atomics.store(words, WAITED_FOR, 0);
      const now = Atomics.load(words, DONE);
      if (now !== done) progress = performance.now();
      else if (performance.now() - progress > LOST_AFTER_MS) throw new Error('the second thread does not answer');
      done = now;
    }
  }
}

/** How many jobs may be under way: the size of tables that callers keep beside them. */
export const SIDE_JOBS = JOBS;
