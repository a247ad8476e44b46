import { eventsOf, type Listening } from './events.js';
import { RdbBuilder, type Value } from './rdb-builder.js';

export interface OneValue extends Listening {
  readonly version?: number;
  readonly magic?: 'REDIS' | 'VALKEY';
}

/** What is told of one value in a file of its own, between its key and the end of it. Throws when the file is not read whole. */
export async function toldOf(value: Value, options: OneValue = {}): Promise<string[]> {
  const { version = 12, magic = 'REDIS', ...listening } = options;
  const file = new RdbBuilder(version, magic).key('k', value).finish();
  const { events, result } = await eventsOf(file, listening);
  if (!result.complete)
    throw new Error(`${result.failure.code} at ${result.failure.offset}: ${result.failure.message}`);
  const start = events.findIndex((event) => event.startsWith('key '));
  const end = events.findIndex((event) => event.startsWith('end of "k"'));
  return [...events.slice(start + 1, end), ...events.slice(end + 1, -1)];
}

/** Where the value of `toldOf` begins in its file: behind the header, the type and the key `k`. */
export const VALUE_AT = 12;
