// Keys of a dump, loaded one by one: the server holds then what it holds when it loads the dump itself.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyLoaderOptions } from '../../../src/load/units/options.js';
import { Directory } from '../../cli/files.js';
import { hardKeys } from '../../export/hard-keys.js';
import { type Held, loaded, saved, withKnownDeletions } from '../../export/rebuilt.js';
import { FIXTURES, goldens } from '../../helpers/corpus.js';
import { availableServers } from '../../servers/available.js';
import { type RunningServer, startServer } from '../../servers/server.js';
import { loadInto } from './load-into.js';

const server = availableServers().find(({ lineage, suite }) => lineage === 'redis' && suite === 'PATH');

/** Files of Redis 7.0 and before: their data go into Redis 7.0 without a loss. */
const files = goldens(FIXTURES).filter(({ name }) => /^(redis-[67]\.0\/|dump\.rdb$)/.test(name));

const WAYS: readonly (Partial<KeyLoaderOptions> & { readonly name: string })[] = [
  { name: 'as it is quickest', mode: 'auto' },
  { name: 'by RESTORE', mode: 'restore' },
  { name: 'by commands', mode: 'commands' },
  { name: 'in pieces', mode: 'auto', ceiling: 1 },
  { name: 'in place of what is there', mode: 'commands', onConflict: 'replace' },
];

describe.skipIf(!server)('keys loaded into the server on PATH', () => {
  let running: RunningServer;

  beforeAll(async () => {
    if (server) running = await startServer({ ...server, args: ['--databases', '32'] });
  });

  afterAll(() => running?.stop());

  /** Loads a dump, and gives what the server holds then, and did not before. */
  async function held(rdb: string, way: Partial<KeyLoaderOptions>): Promise<Held> {
    await running.client.flushall();
    const { offered, loaded: taken, told, partly } = await loadInto(`redis://127.0.0.1:${running.port}`, rdb, way);
    expect(told).toEqual([]);
    expect(partly).toEqual([]);
    expect(new Set(taken).size).toBe(offered);
    expect(taken).toHaveLength(offered);
    return saved(running);
  }

  it('are tried with some files', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('$name', async ({ rdb }) => {
    if (!server) return;
    const wanted = { ...(await loaded(server, rdb)), functions: [] };
    for (const way of WAYS) expect(withKnownDeletions(await held(rdb, way), wanted), way.name).toEqual(wanted);
  });

  it('however hard they are', async () => {
    if (!server) return;
    const rdb = new Directory().join('hard.rdb');
    writeFileSync(rdb, await hardKeys(server));
    const wanted = { ...(await loaded(server, rdb)), functions: [] };
    expect(wanted.keys.size).toBeGreaterThan(30);
    for (const way of WAYS.filter(({ name }) => /commands|pieces/.test(name))) {
      expect(await held(rdb, way), way.name).toEqual(wanted);
    }
  });
});
