import { availableParallelism } from 'node:os';
import type { OpenInput } from '../backup/open.js';
import { type Checksum, InlineChecksum, NoChecksum } from '../bytes/checksum/checksum.js';
import { ThreadChecksum } from '../bytes/checksum/thread.js';
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { VerifyOptions } from './options.js';

/** Files up to this size are summed on the spot: a thread takes longer to start than they take to sum. */
const THREAD_FROM = 4 * 1024 * 1024;

/** The way to sum an input. */
export function makeChecksum(kernels: Kernels, input: OpenInput, options: VerifyOptions): Checksum {
  if (options.level === 'header') return new NoChecksum();
  const size = input.inputSize;
  if (availableParallelism() < 2) return new InlineChecksum(kernels);
  return size === undefined || size > THREAD_FROM ? new ThreadChecksum(kernels) : new InlineChecksum(kernels);
}
