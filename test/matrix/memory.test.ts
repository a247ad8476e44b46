/**
 * The memory estimate against what every server says of what it has loaded: keys of 10 bytes to 1 MB of every type and
 * encoding, from dumps of its own and of others. scripts/memory-accuracy.js prints the errors.
 */
import { describe, expect, test } from 'vitest';
import { releaseNamed } from '../../src/servers/releases.js';
import { LONG, runs } from '../helpers/runs.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { type Accuracy, accuracyOf, makeDump } from '../servers/memory/accuracy.js';

const MOST = 0.05;
const TIMEOUT_MS = 300_000;

const servers = availableServers();
/** Each gets the dumps of the oldest and the newest of the others that it takes; in a long run, of all. */
const foreign = servers.flatMap((target) => {
  const makers = servers.filter((maker) => maker !== target && loads(target, maker));
  const some = LONG ? makers : makers.filter((_, i) => i === 0 || i === makers.length - 1);
  return some.map((maker) => ({ target, maker }));
});
/** By the name of their makers. */
const dumps = new Map<string, Promise<Buffer>>();

describe.each(servers)('$name', (server) => {
  test(
    'uses as much memory as estimated',
    async () => {
      const dump = await makeDump(server, { seed: 1, keysPerKind: runs(15), largest: 1_000_000 });
      const accuracy = await accuracyOf(server, dump);
      expect(tooFar(accuracy)).toEqual([]);
      // Every type, and at least as many encodings as the oldest server has.
      expect(new Set(accuracy.rows.map(({ type }) => type)).size).toBe(6);
      expect(accuracy.rows.length).toBeGreaterThanOrEqual(16);
    },
    TIMEOUT_MS,
  );
});

describe.runIf(foreign.length > 0)('the dump of another server', () => {
  test.each(foreign)(
    '$maker.name on $target.name',
    async ({ maker, target }) => {
      const dump = dumps.get(maker.name) ?? makeDump(maker, { seed: 2, keysPerKind: 12, largest: 100_000 });
      dumps.set(maker.name, dump);
      expect(tooFar(await accuracyOf(target, await dump))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** The rows whose sum or median is off by more than 5 %. */
function tooFar({ rows, all }: Accuracy): unknown[] {
  return [...rows, all].filter(({ total, median }) => Math.abs(total) > MOST || !(median <= MOST));
}

function loads(target: AvailableServer, maker: AvailableServer): boolean {
  const [reads, writes] = [releaseNamed(target.name), releaseNamed(maker.name)];
  if (!reads || !writes || writes.rdb > reads.rdb) return false;
  // From RDB 12 on each lineage has versions of its own.
  return writes.rdb <= 11 || target.lineage === maker.lineage;
}
