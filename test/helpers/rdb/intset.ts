// Intsets (section 5.3 of the format reference).
import { le } from './primitives.js';

/** `width` in bytes; the smallest that holds all members when it is left out. Members are written in the order given. */
export function intset(members: readonly (number | bigint)[], width?: number, count: number = members.length): Buffer {
  const needed = Math.max(
    2,
    ...members.map((m) => [2, 4, 8].find((w) => BigInt.asIntN(8 * w, BigInt(m)) === BigInt(m)) ?? 16),
  );
  const bytes = width ?? needed;
  if (needed > 8 || (bytes < needed && bytes >= 2)) throw new RangeError(`a member is wider than ${bytes} bytes`);
  return Buffer.concat([le(bytes, 4), le(count, 4), ...members.map((m) => le(m, bytes))]);
}
