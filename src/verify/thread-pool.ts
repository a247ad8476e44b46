import { Worker } from 'node:worker_threads';
import type { VerifyOptions } from './options.js';
import type { Progress } from './progress.js';
import type { FileReport } from './report.js';

/** What goes to a thread, and what comes back. */
export type Order = { readonly path: string; readonly options: VerifyOptions };
export type Answer =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'report'; readonly report: FileReport };

interface Job {
  readonly path: string;
  readonly input: number;
  readonly resolve: (report: FileReport) => void;
  readonly reject: (reason: unknown) => void;
}

/** Verifies several files at a time, each on a thread. */
export class ThreadPool {
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  private readonly waiting: Job[] = [];
  private readonly options: VerifyOptions;

  constructor(
    private readonly size: number,
    options: VerifyOptions,
    private readonly progress: Progress,
  ) {
    // Functions cannot be sent; the memory is shared by those that run at a time.
    const { onProgress: _own, ...rest } = options;
    this.options = rest.maxMemory === undefined ? rest : { ...rest, maxMemory: Math.floor(rest.maxMemory / size) };
  }

  verify(path: string, input: number): Promise<FileReport> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ path, input, resolve, reject });
      this.start();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }

  private start(): void {
    const worker = this.idle.pop() ?? (this.all.length < this.size ? this.spawn() : undefined);
    if (!worker) return;
    const job = this.waiting.shift();
    if (!job) {
      this.idle.push(worker);
      return;
    }
    const failed = (reason: unknown) => job.reject(reason);
    const answered = (answer: Answer) => {
      if (answer.kind === 'progress') {
        this.progress.update(job.input, answer.bytes);
        return;
      }
      worker.off('message', answered);
      worker.off('error', failed);
      this.idle.push(worker);
      job.resolve(answer.report);
      this.start();
    };
    worker.on('message', answered);
    worker.once('error', failed);
    const order: Order = { path: job.path, options: this.options };
    worker.postMessage(order);
  }

  private spawn(): Worker {
    const worker = new Worker(new URL('./thread.js', import.meta.url));
    this.all.push(worker);
    return worker;
  }
}
