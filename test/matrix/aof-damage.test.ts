/**
 * What every server does with the damaged sets of test/aof-matrix is what fixtures/aof/behaviour.json says; what rdbkit says
 * of them is held against that record by test/aof-matrix/says.test.ts. With RDBKIT_RECORD=1 it is written down instead.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { CASES, type DamageCase } from '../aof-matrix/cases.js';
import { type Measured, measure, startTwice } from '../aof-matrix/measure.js';
import { RECORDING, readRecord, writeRecord } from '../aof-matrix/record.js';
import { LONG } from '../helpers/runs.js';
import { type AvailableServer, availableServers } from '../servers/available.js';

/** Servers that run at a time: most of a start is waiting. */
const AT_A_TIME = 2;
const TIMEOUT_MS = 300_000;
/** Sets came with Redis 7.0. */
const RELEASES = ['redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1'];

const record = readRecord();
const servers = RELEASES.flatMap((name) => availableServers().findLast((server) => nameOf(server) === name) ?? []);

describe.runIf(servers.length > 0)('damaged append-only sets', () => {
  const measured: Record<string, Record<string, Measured>> = {};

  test.each(servers)(
    '$name',
    async (server) => {
      const is: Record<string, Measured> = {};
      const cases = casesFor(server);
      const rest = cases.values();
      const takeSome = async () => {
        for (const each of rest) is[each.name] = await measure(server, each);
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, takeSome));
      for (const [name, outcome] of Object.entries(is)) (measured[name] ??= {})[nameOf(server)] = outcome;
      if (RECORDING) return;
      const was = Object.fromEntries(cases.map(({ name }) => [name, record[name]?.[nameOf(server)]]));
      expect(is).toEqual(was);
    },
    TIMEOUT_MS,
  );

  // A start writes to what it starts from: the second one tells what the first one did. The texts of the findings say so.
  test.each(servers)('$name started twice', async (server) => {
    const twice = (name: string) => {
      const damage = CASES.find((each) => each.name === name);
      if (!damage) throw new Error(name);
      return startTwice(server, damage, 'written');
    };
    expect(await twice('none')).toEqual(['starts 91', 'starts 91']);
    expect(await twice('middle incr cut inside a command')).toEqual(['exit 1', 'starts 89']);
    expect(await twice('middle incr: open MULTI')).toEqual(['exit 1', 'starts 90']);
    expect(await twice('last incr cut inside a command')).toEqual(['starts 90', 'starts 90']);
    // Behind a MULTI that stays open, what was written is thrown away.
    const kept = nameOf(server) === 'valkey-9.1' ? 'starts 91' : 'starts 90';
    expect(await twice('last incr: open MULTI and a cut command')).toEqual(['starts 91', kept]);
    expect(await twice('last incr: open MULTI')).toEqual(['starts 91', 'starts 91']);
    // The new incr file is the old one, and its commands come back without the base.
    expect(await twice('manifest deleted, numbers from 1')).toEqual(['starts 1', 'starts 21']);
  });

  afterAll(() => {
    if (RECORDING) writeRecord(measured);
  });
});

/** Every case with two of the servers; all of them in a long run. */
function casesFor(server: AvailableServer): readonly DamageCase[] {
  const at = servers.indexOf(server);
  return RECORDING || LONG ? CASES : CASES.filter((_, i) => i % 2 === at % 2);
}

function nameOf({ lineage, release }: AvailableServer): string {
  return `${lineage}-${release}`;
}
