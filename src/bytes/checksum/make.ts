import { availableParallelism } from 'node:os';
import type { Kernels } from '../kernels/kernels.js';
import { type Checksum, InlineChecksum } from './checksum.js';
import { ThreadChecksum } from './thread.js';

/** Files up to this size are summed on the spot: a thread takes longer to start than they take to sum. */
const THREAD_FROM = 4 * 1024 * 1024;

/** The way to sum an input of so many bytes; undefined when that is not known. */
export function makeChecksum(kernels: Kernels, inputSize: number | undefined): Checksum {
  if (availableParallelism() < 2) return new InlineChecksum(kernels);
  return inputSize === undefined || inputSize > THREAD_FROM ? new ThreadChecksum(kernels) : new InlineChecksum(kernels);
}
