// Real servers load copies, also those that were taken apart and put together again, and hold what the original gives them.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exported, inputFiles, useFolder } from '../export/rdb/exported.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { sample } from '../helpers/runs.js';
import { type TruthRecord, truthOf } from '../helpers/truth.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { withServer } from '../servers/server.js';

useFolder();

/** Larger files take long, and say nothing that smaller ones do not. */
const LARGEST = 8 * 1024 * 1024;

/** The newest of each release. */
const servers = availableServers().filter(({ lineage, release }, at, all) => {
  const wanted = ['redis-7.0', 'redis-8.0', 'valkey-9.1'].includes(`${lineage}-${release}`);
  return wanted && !all.slice(at + 1).some((other) => other.lineage === lineage && other.release === release);
});

/** Files that the release wrote itself. */
function filesOf({ lineage, release }: AvailableServer): { name: string; rdb: string }[] {
  const folder = `${lineage}-${release}`;
  return [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))].filter(
    ({ name, rdb }) => name.startsWith(folder) && readFileSync(rdb).length <= LARGEST,
  );
}

/** What a server holds after it has loaded a dump, as it saves it again. */
async function loaded(server: AvailableServer, path: string, cluster: boolean): Promise<TruthRecord[]> {
  const options = {
    ...server,
    args: [
      ...['--databases', '1000', '--sanitize-dump-payload', 'yes'],
      ...(cluster ? ['--cluster-enabled', 'yes'] : []),
    ],
    prepare: (dir: string) => copyFileSync(path, join(dir, 'dump.rdb')),
  };
  return withServer(options, async ({ client, dir }) => {
    await client.call('SAVE');
    const { records } = await truthOf(readFileSync(join(dir, 'dump.rdb')), { sized: true });
    // What depends on when it was loaded.
    return records.map(({ idle: _idle, freq: _freq, ...record }) => record);
  });
}

describe.each(servers)('$name', (server) => {
  it.each(sample(filesOf(server), 2))('$name', async ({ name, rdb }) => {
    // A node has to be in cluster mode to load what it wrote while it imported slots.
    const cluster = name.includes('slot-import');
    const wanted = await loaded(server, rdb, cluster);
    for (const [way, bytes] of await copies(rdb)) {
      const [copy] = inputFiles(bytes);
      expect(await loaded(server, copy, cluster), way).toEqual(wanted);
      writeFileSync(copy, ''); // they would add up
    }
  });
});

/** The same keys, by the ways that they can take. */
async function copies(rdb: string): Promise<[string, Buffer][]> {
  const whole = await exported([rdb]);
  const parts = await exported([rdb], { split: 3 });
  const merged = await exported(inputFiles(...Object.values(parts.files)));
  // One that every key passes, but only when its value was looked at.
  const filtered = await exported([rdb], { filters: { minElements: 0 } });
  for (const { summary } of [whole, parts, merged, filtered]) {
    expect(summary).toMatchObject({ written: true, keys: whole.summary.keys });
  }
  return [
    ['as a whole', whole.files['.rdb']],
    ['split and merged', merged.files['.rdb']],
    ['through a filter', filtered.files['.rdb']],
  ];
}
