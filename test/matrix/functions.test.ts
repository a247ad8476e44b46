/** What rdbkit says about function libraries is what every server does with them. */
import { describe, expect, test } from 'vitest';
import { LIBRARIES, type Library, type Verdict } from '../functions/libraries.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { type RunningServer, withServer } from '../servers/server.js';

/** Functions came with Redis 7.0. */
const SERVERS = availableServers().filter(({ release }) => Number(release) >= 7);

describe.each(SERVERS)('$name', (available) => {
  test(`does what is said with ${LIBRARIES.length} libraries`, async () => {
    const wrong = await withServer(available, async (server) => {
      const replies = await loadAll(server, LIBRARIES);
      return LIBRARIES.flatMap(({ name, verdict }, i) =>
        fits(verdict, replies[i] === LOADED, available) ? [] : [{ name, verdict, reply: replies[i] }],
      );
    });
    expect(wrong).toEqual([]);
  });
});

const LOADED = 'loaded';

/** Loads every library alone and tells how that went. */
async function loadAll({ client }: RunningServer, libraries: readonly Library[]): Promise<string[]> {
  const pipeline = client.pipeline();
  for (const { code } of libraries) {
    pipeline.call('FUNCTION', 'FLUSH', 'SYNC');
    pipeline.call('FUNCTION', 'LOAD', Buffer.from(code, 'latin1'));
  }
  const replies = (await pipeline.exec()) ?? [];
  return libraries.map((_, i) => replies[2 * i + 1]?.[0]?.message ?? LOADED);
}

function fits(verdict: Verdict, loaded: boolean, { lineage }: AvailableServer): boolean {
  if (verdict === 'unknown') return true;
  return loaded === (verdict === 'loads' || (verdict === 'valkey' && lineage === 'valkey'));
}
