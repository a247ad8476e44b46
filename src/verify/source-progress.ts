import type { OpenInput } from '../backup/open.js';
import { countedSource } from '../bytes/sources/counted.js';
import type { Source } from '../bytes/sources/source.js';
import type { VerifyOptions } from './options.js';

/** The source of an input, which tells the progress of reading it when somebody wants to know. */
export function withProgress({ source, inputSize }: OpenInput, { onProgress }: VerifyOptions): Source {
  return onProgress ? countedSource(source, (consumed) => onProgress(consumed, inputSize)) : source;
}
