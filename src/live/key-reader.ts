import type { Redis } from 'ioredis';
import { hashSlot } from '../keyspace/slot.js';
import { liveError } from './live-error.js';

/** One key as a server holds it; both read in the same moment. */
export interface LiveKey {
  readonly name: Buffer;
  /** What DUMP gives; null when the key is gone. */
  readonly payload: Buffer | null;
  /** ms since the epoch. */
  readonly expireAtMs: number | undefined;
}

/** Keys that a server works on in one go: it does nothing else meanwhile. */
const MOST_KEYS = 64;
const MOST_BYTES = 1024 * 1024;
/** Where sizes cannot be asked for. */
const UNKNOWN_SIZE = MOST_BYTES / 8;
/** A server on a busy machine may be stopped between two commands: it is asked again when more time than this went by in between. */
const MOST_APART_MS = 1;
const MOST_TRIES = 10;
/** Bytes on their way to us, unless a single key is larger. */
const MOST_UNDER_WAY = 16 * MOST_BYTES;

/**
 * Reads keys by DUMP, each with its expiry in one transaction, so that nobody changes it in between. Sizes are asked for first:
 * only so much is under way at a time, whatever lies in the keys. None of the commands changes anything, and where a server
 * allows it (CLIENT NO-TOUCH), they do not count as a use of the keys.
 */
export class KeyReader {
  private sizesKnown = true;

  constructor(
    private readonly client: Redis,
    private readonly isCluster: boolean,
    private readonly hasExpireTime: boolean,
  ) {}

  /**
   * Tells the keys of one group after the other, those of a group in the order of their names: where there is no cluster, all in their order. `sizes`: about how many bytes each has,
   * for whoever knows without asking. Rejects with LiveError.
   */
  async *read(names: readonly Buffer[], sizes?: readonly number[]): AsyncGenerator<LiveKey> {
    const groups = this.groups(names, sizes ?? (await this.sizes(names)));
    for (let first = 0; first < groups.length; ) {
      let end = first;
      for (let bytes = 0; end < groups.length; end++) {
        bytes += groups[end].bytes;
        if (end > first && bytes > MOST_UNDER_WAY) break;
      }
      const replies = await Promise.all(groups.slice(first, end).map((group) => this.transaction(group.names)));
      for (const keys of replies) yield* keys;
      first = end;
    }
  }

  private async sizes(names: readonly Buffer[]): Promise<readonly number[]> {
    const unknown = () => names.map(() => UNKNOWN_SIZE);
    if (!this.sizesKnown) return unknown();
    const pipeline = this.client.pipeline();
    for (const name of names) pipeline.call('MEMORY', 'USAGE', name);
    const replies = (await pipeline.exec().catch(fail)) ?? [];
    // A user may not be allowed to ask, and a service may not know the command.
    this.sizesKnown = replies.every(([error]) => !error);
    return this.sizesKnown ? replies.map(([, size]) => Number(size ?? 0)) : unknown();
  }

  /** In the order of the names; in a cluster a transaction has keys of one slot only. */
  private groups(names: readonly Buffer[], sizes: readonly number[]) {
    const groups: { names: Buffer[]; bytes: number }[] = [];
    const open = new Map<number, { names: Buffer[]; bytes: number }>();
    for (const [i, name] of names.entries()) {
      const slot = this.isCluster ? hashSlot(name) : 0;
      let group = open.get(slot);
      if (!group || group.names.length === MOST_KEYS || group.bytes + sizes[i] > MOST_BYTES) {
        group = { names: [], bytes: 0 };
        groups.push(group);
        open.set(slot, group);
      }
      group.names.push(name);
      group.bytes += sizes[i];
    }
    return groups;
  }

  private async transaction(names: readonly Buffer[], tries = 1): Promise<LiveKey[]> {
    const multi = this.client.multi();
    for (const name of names) {
      multi.callBuffer('DUMP', name);
      if (this.hasExpireTime) multi.call('PEXPIRETIME', name);
      else multi.call('TIME').call('PTTL', name).call('TIME');
    }
    const replies = await multi.exec().catch(fail);
    if (!replies) throw liveError(new Error('it did not answer to DUMP'));
    const each = this.hasExpireTime ? 2 : 4;
    let isTorn = false;
    const keys = names.map((name, i) => {
      const [payload, ...times] = replies.slice(i * each, (i + 1) * each).map(([error, reply]) => {
        if (error) throw liveError(error);
        return reply;
      });
      const { expireAtMs, withinMs } = expiryOf(times);
      isTorn ||= withinMs > MOST_APART_MS;
      return { name, payload: payload as Buffer | null, expireAtMs };
    });
    return isTorn && tries < MOST_TRIES ? this.transaction(names, tries + 1) : keys;
  }
}

/** PEXPIRETIME; or TIME, PTTL, and TIME again. */
function expiryOf([first, ttl, second]: readonly unknown[]): {
  readonly expireAtMs: number | undefined;
  readonly withinMs: number;
} {
  const told = Number(String(ttl ?? first));
  // There is none, or no key.
  if (told < 0) return { expireAtMs: undefined, withinMs: 0 };
  if (ttl === undefined) return { expireAtMs: told, withinMs: 0 };
  const before = momentOf(first);
  return { expireAtMs: before + told, withinMs: momentOf(second) - before };
}

/** What TIME gives as ms since the epoch. */
function momentOf(reply: unknown): number {
  const [seconds, micros] = reply as readonly unknown[];
  return Number(String(seconds)) * 1000 + Math.floor(Number(String(micros)) / 1000);
}

function fail(error: unknown): never {
  throw liveError(error);
}
