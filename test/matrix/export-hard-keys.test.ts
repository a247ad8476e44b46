/** Every server that is there: hard keys, exported as commands, come back as they were, whichever way the commands get in. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RespFormat } from '../../src/export/resp/resp-format.js';
import { releaseNamed } from '../../src/servers/releases.js';
import { Directory } from '../cli/files.js';
import { exported } from '../export/exported.js';
import { hardKeys } from '../export/hard-keys.js';
import { loaded, rebuilt } from '../export/rebuilt.js';
import { availableServers } from '../servers/available.js';

const directory = new Directory();

test.each(availableServers().map((server) => ({ ...server })))('$name', async (server) => {
  const path = directory.join(`${server.name}.rdb`);
  writeFileSync(path, await hardKeys(server));
  const format = new RespFormat(releaseNamed(`${server.lineage}-${server.release}`), Date.now());
  const { bytes, results } = await exported([path], format);
  expect(results).toMatchObject([{ complete: true, outcome: 'sound' }]);
  expect(format.losses.kept).toEqual([]);
  const wanted = await loaded(server, path);
  expect(wanted.keys.size).toBeGreaterThan(30);
  for (const way of ['aof', 'pipe'] as const) expect(await rebuilt(server, bytes, way)).toEqual(wanted);
});

describe('servers', () => {
  test('are there', () => expect(availableServers().length).toBeGreaterThan(0));
});
