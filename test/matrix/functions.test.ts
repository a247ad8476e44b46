/** What rdbkit says about function libraries is what every server does with them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../functions/libraries.js';
import { disagreements, inspect, listed, loadRecord, loadsOn, loadText } from '../functions/loading.js';
import { MUTATIONS } from '../functions/mutations.js';
import { RdbBuilder } from '../helpers/rdb-builder.js';
import { availableServers } from '../servers/available.js';
import { ServerStartError, withServer } from '../servers/server.js';

/** Functions came with Redis 7.0. */
const SERVERS = availableServers().filter(({ release }) => Number(release) >= 7);

const CODES = LIBRARIES.map(({ code }) => code);
const F = 'function() return 1 end';

describe.each(SERVERS)('$name', (available) => {
  test(`loads those of ${CODES.length} libraries that it should`, async () => {
    expect(await withServer(available, (server) => disagreements(server, CODES, loadText))).toEqual([]);
  });

  test('loads the same as records of RDB files', async () => {
    expect(await withServer(available, (server) => disagreements(server, CODES, loadRecord))).toEqual([]);
  });

  test(`loads those of ${MUTATIONS.length} changed libraries that it should`, async () => {
    expect(await withServer(available, (server) => disagreements(server, MUTATIONS, loadText))).toEqual([]);
  });

  test('finds the functions and flags that we find', async () => {
    const codes = CODES.filter((code) => loadsOn(available, inspect(code)));
    expect(codes.length).toBeGreaterThan(100);
    await withServer(available, async (server) => {
      for (const code of codes) {
        await loadText(server, [code]);
        const { name, functions, flags } = inspect(code);
        expect(await listed(server)).toEqual({ name, functions: functions?.toSorted(), flags });
      }
    });
  });

  test.each([
    ['a library that loads', true, [library('a', 'f')]],
    ['one that does not compile', false, ['#!lua name=a\nredis.register_function(']],
    ['one that fails', false, [`${library('a', 'f')} total = 0`]],
    ['libraries whose names differ by case', true, [library('a', 'f'), library('A', 'g')]],
    ['a library twice', false, [library('a', 'f'), library('a', 'g')]],
    ['functions of a library whose names differ by case', true, [library('a', 'f', 'F')]],
    ['functions of two libraries whose names differ by case', false, [library('a', 'f'), library('b', 'F')]],
  ])('with %s in its dump: starts is %s', async (_, starts, codes) => {
    const rdb = new RdbBuilder(10);
    for (const code of codes) rdb.functionLibrary(code);
    const prepare = (dir: string) => writeFileSync(join(dir, 'dump.rdb'), rdb.finish());
    const starting = withServer({ ...available, prepare }, async () => 'started');
    if (starts) await expect(starting).resolves.toBe('started');
    else await expect(starting).rejects.toThrow(ServerStartError);
  });
});

function library(name: string, ...functions: string[]): string {
  return `#!lua name=${name}\n${functions.map((f) => `redis.register_function('${f}', ${F})`).join('\n')}`;
}
