import type { OpenInput } from '../backup/open.js';
import type { Source } from '../bytes/sources/source.js';
import type { VerifyOptions } from './options.js';

/** The source of an input, which tells with each read how far it is. */
export function withProgress(input: OpenInput, options: VerifyOptions): Source {
  const { source, inputSize } = input;
  const { onProgress } = options;
  if (!onProgress) return source;
  return {
    get size() {
      return source.size;
    },
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      const n = await source.read(target);
      onProgress(source.consumed, inputSize);
      return n;
    },
    close: () => source.close(),
  };
}
