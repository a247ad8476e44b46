import { MemorySource } from '../bytes/sources/memory.js';
import { StreamSource } from '../bytes/sources/stream.js';
import { type OpenInput, openSource } from './open.js';

/** A stream of bytes: a Readable of Node, a web stream, any async iterable of Uint8Arrays. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Opens a stream, of which only one reading is possible. Rejects with the error of the stream. */
export async function openStream(stream: ByteStream): Promise<OpenInput> {
  const input = await openSource(new StreamSource(stream), async () => false);
  return {
    ...input,
    close: async () => {
      // A reading that waits for bytes which never come ends only like this.
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
      await input.close();
    },
  };
}

/** Opens bytes that are in memory. They must not change while they are read. */
export async function openMemory(bytes: Uint8Array): Promise<OpenInput> {
  return openSource(
    new MemorySource(bytes),
    async () => false,
    () => new MemorySource(bytes),
  );
}
