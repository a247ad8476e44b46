/** Every server that is there: dump, export as commands, server. It holds then what it holds when it loads the dump itself. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RespFormat } from '../../src/export/resp/resp-format.js';
import { releaseNamed } from '../../src/servers/releases.js';
import type { Loss } from '../../src/values/commands/losses.js';
import { exported } from '../export/exported.js';
import { type Held, loaded, rebuilt, withKnownDeletions, withoutCounters } from '../export/rebuilt.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { sample } from '../helpers/runs.js';
import { type AvailableServer, availableServers } from '../servers/available.js';

/** A node in cluster mode loads keys of slots that it imports; what it shows of them is its own business. */
const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))].filter(
  ({ name }) => !name.includes('slot-import'),
);

async function exportFor(server: AvailableServer, rdb: string): Promise<{ bytes: Buffer; losses: readonly Loss[] }> {
  const format = new RespFormat(releaseNamed(`${server.lineage}-${server.release}`), Date.now());
  const { bytes, results } = await exported([rdb], format);
  expect(results).toMatchObject([{ complete: true, outcome: 'sound' }]);
  expect(format.losses.kept).toHaveLength(format.losses.count);
  return { bytes, losses: format.losses.kept };
}

/** Without what was lost, and the keys that lost something. */
function without({ keys, functions }: Held, losses: readonly Loss[]): Held {
  const lost = new Set(losses.map(({ db, key }) => `${db} ${Buffer.from(key).toString('base64')}`));
  return {
    keys: new Map([...keys].filter(([name]) => !lost.has(name))),
    functions: losses.some(({ what }) => /a function library/.test(what)) ? [] : functions,
  };
}

describe.each(availableServers().map((server) => ({ ...server })))('$name gets its own files', (server) => {
  const own = files.filter(({ name }) => name.startsWith(`${server.name}/`));

  test.skipIf(own.length === 0).each(sample(own, 2))('$name', async ({ rdb }) => {
    const { bytes, losses } = await exportFor(server, rdb);
    // Redis 6.0 has no command for a consumer that has nothing pending.
    const known = server.release === '6.0' ? /^a consumer without pending entries/ : /^no loss is known/;
    for (const { what } of losses) expect(what).toMatch(known);
    const wanted = without(await loaded(server, rdb), losses);
    const found = without(await rebuilt(server, bytes, 'aof'), losses);
    expect(withKnownDeletions(found, wanted)).toEqual(wanted);
  });
});

/** From one lineage to the other, and back to an older release: what is lost there. */
const WAYS = [
  { from: /^redis-8\.0/, to: /^valkey-9\.1/, lost: /vector sets/ },
  { from: /^valkey-9\.1/, to: /^redis-8\.0/, lost: /^nothing$/ },
  { from: /^redis-8\.0/, to: /^redis-7\.0/, lost: /vector sets|does not know values of type module|the expiry of/ },
  { from: /^valkey-9\.1/, to: /^redis-7\.0/, lost: /the expiry of/ },
  { from: /^redis-7\.0/, to: /^valkey-8\.1/, lost: /^nothing$/ },
  { from: /^redis-7\.0/, to: /^redis-6\.0/, lost: /^a consumer without pending entries|a function library/ },
  {
    from: /^redis-8\.0/,
    to: /^redis-6\.0/,
    lost: /^a consumer without pending entries|a function library|the expiry of|does not know values of type module|vector sets/,
  },
];

const crossings = WAYS.flatMap(({ from, to, lost }) => {
  const target = availableServers().findLast(({ name }) => to.test(name));
  if (!target) return [];
  return availableServers()
    .filter(({ name }) => from.test(name))
    .flatMap((writer) =>
      files.filter(({ name }) => name.startsWith(`${writer.name}/`)).map((file) => ({ ...file, writer })),
    )
    .map((file) => ({ ...file, target, lost, way: `${file.name} to ${target.name}` }));
});

describe('files of one release go to another', () => {
  test.skipIf(crossings.length === 0).each(sample(crossings, 3))('$way', async ({ rdb, writer, target, lost }) => {
    const { bytes, losses } = await exportFor(target, rdb);
    for (const { what } of losses) expect(what).toMatch(lost);
    const wanted = without(await loaded(writer, rdb), losses);
    const found = without(await rebuilt(target, bytes, 'aof'), losses);
    const comparable = target.release === '6.0' ? withoutCounters : (held: Held) => held;
    expect(comparable(withKnownDeletions(found, wanted))).toEqual(comparable(wanted));
  });
});
