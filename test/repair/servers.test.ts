// Hand-made damage on every server at hand: the copy starts as strict as it can be, and holds what was before the cut.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RepairOptions } from '../../src/repair/plan.js';
import { planRepair } from '../../src/repair/plan-repair.js';
import { writeRepair } from '../../src/repair/write-repair.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { at, cmd, EXEC, MULTI, SELECT, set, Workshop } from './logs.js';
import { startOn } from './start.js';

const shop = new Workshop();
const T = 1_700_000_000;
const HEAD = SELECT + set('a') + MULTI + set('b') + set('c') + EXEC;
const STAMPED = at(T) + HEAD + at(T + 9) + MULTI + set('d') + at(T + 10) + set('e') + EXEC;

/** What is in the last file, what the copy is to hold, and what is asked for. */
const CASES: [name: string, log: string, keys: string, options?: RepairOptions][] = [
  ['a torn command', HEAD + set('d').slice(0, -1), 'abc'],
  ['an open MULTI', HEAD + MULTI + set('d'), 'abc'],
  ['an open MULTI, torn', HEAD + MULTI + set('d') + set('e').slice(0, -9), 'abc'],
  ['zeros', `${HEAD}${'\0'.repeat(4096)}`, 'abc'],
  ['half a command and zeros', `${HEAD}*3\r\n$3\r\nSET\r\n$1\r\nd${'\0'.repeat(99)}`, 'abc'],
  ['damage', `${HEAD}${set('d')}*x\r\n${set('e')}`, 'abcd', { truncateAtDamage: true }],
  ['a command that nobody knows', `${HEAD}${set('d')}${cmd('SAT', 'e')}`, 'abcd', { truncateAtDamage: true }],
  ['too few arguments', `${HEAD}${set('d')}${cmd('SET', 'e')}${set('f')}`, 'abcd', { truncateAtDamage: true }],
];
/** Annotations are known from 7.0 on. */
const TIMED: typeof CASES = [
  ['a time', STAMPED, 'abc', { untilMs: (T + 5) * 1000 }],
  ['a time inside of a transaction', STAMPED, 'abc', { untilMs: (T + 9) * 1000 }],
  ['a time behind the end', `${STAMPED}*`, 'abcde', { untilMs: (T + 99) * 1000 }],
];

async function keysAfter(server: AvailableServer, copy: string): Promise<string> {
  return startOn(server, copy, async ({ client }) => {
    const keys = (await client.keys('*')).sort().join('');
    // It takes writes, and starts again from what it then has: nothing that was cut comes back.
    await client.set('z', 'v');
    await client.call('DEBUG', 'LOADAOF');
    expect((await client.keys('*')).sort().join('')).toBe(`${keys}z`);
    return keys;
  });
}

describe.each(availableServers())('$name', (server) => {
  const multiPart = server.lineage === 'valkey' || Number(server.release.split('.')[0]) >= 7;

  it.each(multiPart ? [...CASES, ...TIMED] : CASES)('a file: %s', async (_, log, keys, options) => {
    const copy = shop.fresh('appendonly.aof');
    await writeRepair(await planRepair(shop.file(log), options), copy);
    expect(await keysAfter(server, copy)).toBe(keys);
  });

  it.runIf(multiPart).each([...CASES, ...TIMED])('a set: %s', async (_, log, keys, options) => {
    const directory = shop.fresh('appendonlydir');
    mkdirSync(directory);
    const files = { 'appendonly.aof.1.base.aof': SELECT + set('1'), 'appendonly.aof.1.incr.aof': log };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, 'latin1');
    const manifest =
      'file appendonly.aof.0.base.aof seq 7 type h\nfile appendonly.aof.1.base.aof seq 1 type b\n' +
      'file appendonly.aof.1.incr.aof seq 1 type i\n';
    writeFileSync(join(directory, 'appendonly.aof.manifest'), manifest);
    const copy = shop.fresh();
    await writeRepair(await planRepair(directory, options), copy);
    expect(await keysAfter(server, copy)).toBe(`1${keys}`);
  });
});
