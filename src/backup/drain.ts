import type { Window } from '../bytes/window.js';

const TRAILER = 8;

/**
 * Reads on to the end without understanding anything, so that the checksum can tell damage from what we do not know. The last
 * eight bytes of the file are taken as the stored checksum and left out of the sum. Returns them, or undefined when there
 * are not so many.
 */
export async function drain(window: Window): Promise<bigint | undefined> {
  while (await window.fill(TRAILER + 1)) window.position = window.end - TRAILER;
  if (window.end - window.position < TRAILER) return undefined;
  window.sum(window.position);
  const stored = new DataView(window.bytes.buffer).getBigUint64(window.position, true);
  window.discard(window.end);
  return stored;
}
