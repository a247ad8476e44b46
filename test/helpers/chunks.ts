import { StreamSource } from '../../src/bytes/sources/stream.js';

/** A source that gives `bytes` in pieces of the lengths listed, over and over. */
export function chunkedSource(bytes: Uint8Array, lengths: readonly number[]): StreamSource {
  return new StreamSource(pieces(bytes, lengths));
}

async function* pieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = Math.max(1, lengths[i % lengths.length] ?? bytes.length);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
