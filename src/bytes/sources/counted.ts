import type { Source } from './source.js';

/** A source that tells after each read how many bytes of the outermost input were read, a wrapping's own included. */
export function countedSource(source: Source, onRead: (consumed: number) => void): Source {
  return {
    get size() {
      return source.size;
    },
    get consumed() {
      return source.consumed;
    },
    get seek() {
      const { seek } = source;
      return seek && ((offset: number) => seek.call(source, offset));
    },
    async read(target) {
      const n = await source.read(target);
      onRead(source.consumed);
      return n;
    },
    close: () => source.close(),
  };
}
