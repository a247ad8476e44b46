// Dump, export as commands, server: it holds then what it holds when it loads the dump itself.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RespFormat } from '../../src/export/resp/resp-format.js';
import { releaseNamed } from '../../src/servers/releases.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { availableServers } from '../servers/available.js';
import { exported } from './exported.js';
import { loaded, rebuilt, withKnownDeletions } from './rebuilt.js';

const server = availableServers().find(({ lineage, suite }) => lineage === 'redis' && suite === 'PATH');

/** Files of Redis 7.0 and before: their data go into Redis 7.0 without a loss. */
const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))].filter(({ name }) =>
  /^(redis-[67]\.0\.\d+\/|dump\.rdb$)/.test(name),
);

describe.skipIf(!server)('exports as commands, on the server on PATH', () => {
  it('are tried with some files', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('$name', async ({ rdb }) => {
    if (!server) return;
    const format = new RespFormat(releaseNamed(`redis-${server.release}`), Date.now());
    const { bytes, results } = await exported([rdb], format);
    expect(results).toMatchObject([{ complete: true, outcome: 'sound' }]);
    expect(format.losses.kept).toEqual([]);
    const wanted = await loaded(server, rdb);
    for (const way of ['aof', 'pipe'] as const) {
      expect(withKnownDeletions(await rebuilt(server, bytes, way), wanted)).toEqual(wanted);
    }
  });
});
