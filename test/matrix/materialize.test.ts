/** What every server makes of its own logs is what it held when it wrote them; also at points in time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { materialize } from '../../src/materialize/materialize.js';
import { Directory } from '../cli/files.js';
import { CORPUS, lines } from '../helpers/corpus.js';
import { sample } from '../helpers/runs.js';
import { differences, truthOf } from '../helpers/truth.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { unrooted } from '../servers/unrooted.js';

const directory = new Directory();

interface Case {
  readonly name: string;
  readonly input: string;
  readonly truth: string;
  /** Seconds since the epoch. */
  readonly until?: number;
}

/** The logs that a server wrote, each as a whole, and at the times of which somebody knows what it held. */
function casesOf(server: AvailableServer): Case[] {
  const folder = join(CORPUS, 'aof', server.name);
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder)
      // The check tool of Valkey 9.1 takes an RDB of its own for damage, and cut nothing at the time it was told.
      .filter((name) => name.endsWith('.truth.jsonl') && !(server.release === '9.1' && name.includes('.at-')))
      .map((name) => {
        const [log = '', until] = name.replace('.truth.jsonl', '').split('.at-');
        const point = until === undefined ? {} : { until: Number(until) };
        return { name: `${server.name}/${name}`, input: join(folder, log), truth: join(folder, name), ...point };
      })
  );
}

const servers = availableServers().flatMap((server) => {
  const path = unrooted(server);
  const cases = casesOf(server);
  // One that ends at a point in time, and every second of the others; all in a long run.
  const some = [
    ...cases.filter(({ until }) => until),
    ...sample(
      cases.filter(({ until }) => !until),
      2,
    ),
  ];
  return path === undefined || some.length === 0 ? [] : [{ ...server, path, some }];
});

describe.runIf(servers.length > 0).each(servers)('$name', ({ lineage, version, path, some }) => {
  test.each(some)('$name', async ({ name, input, truth, until }) => {
    const output = directory.join(name.replaceAll(/\W/g, '-'));
    const report = await materialize(input, output, {
      server: path,
      ...(until === undefined ? {} : { untilMs: until * 1000 }),
    });
    expect(report).toMatchObject({ verdict: 'made', complete: true, server: { name: lineage, version } });
    const { records } = await truthOf(readFileSync(output), { sized: true });
    const told = differences(lines(truth), records, 'reloader');
    // Where the server takes a time from the clock, the truth has none.
    expect(told.filter((line) => !/(seen|active)Time: null expected/.test(line))).toEqual([]);
    expect(report.keys).toBe(records.length);
  });
});
