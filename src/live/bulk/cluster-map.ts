import type { Redis } from 'ioredis';
import { LiveError, liveError } from '../live-error.js';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Slots [first, last] and who has them. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly master: HostPort;
  readonly replicas: readonly HostPort[];
}

type Told = readonly [name: string | null, port: number, ...unknown[]];

/** What a node of a cluster knows of who has which slots. `own` is its host, which it may not know. Rejects with LiveError. */
export async function readSlots(client: Redis, own: string): Promise<readonly SlotRange[]> {
  const reply = await client.call('CLUSTER', 'SLOTS').catch((error: unknown) => {
    throw liveError(error);
  });
  const place = ([name, port]: Told): HostPort => ({ host: !name || name === '?' ? own : name, port });
  const ranges = (reply as [number, number, Told, ...Told[]][]).map(([first, last, master, ...replicas]) => ({
    first,
    last,
    master: place(master),
    replicas: replicas.map(place),
  }));
  if (ranges.length === 0) throw new LiveError('this node of a cluster knows of no slots that anybody owns');
  return ranges;
}
