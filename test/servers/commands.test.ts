import { describe, expect, it } from 'vitest';
import { isWithoutEffect, plainCommands, reachOf } from '../../src/servers/command-reach.js';
import { commandsOf, findCommand, fitsArity } from '../../src/servers/commands.js';
import { RELEASES, releaseName, releaseNamed } from '../../src/servers/releases.js';
import { availableServers } from './available.js';
import { withServer } from './server.js';

function setOf(name: string) {
  const release = releaseNamed(name);
  if (!release) throw new Error(name);
  return commandsOf(release);
}

describe('the commands of a release', () => {
  it('are measured for those that were asked, and expected for the others', () => {
    const measured = RELEASES.map(releaseName).filter((name) => setOf(name).basis === 'measured');
    expect(measured).toEqual(['redis-6.0', 'redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1']);
  });

  it.each([
    ['redis-6.0', ['set', 'xgroup', 'acl'], ['getdel', 'copy', 'function', 'hpexpireat']],
    ['redis-6.2', ['getdel', 'copy', 'set'], ['function', 'hpexpireat']],
    ['redis-7.0', ['function', 'lmpop'], ['hpexpireat', 'hsetex']],
    ['redis-7.2', ['function', 'waitaof'], ['hpexpireat', 'hsetex']],
    ['redis-7.4', ['hpexpireat'], ['hsetex']],
    ['redis-8.0', ['hsetex', 'vadd', 'hgetdel'], ['delifeq']],
    ['redis-8.8', ['hsetex', 'vadd'], ['delifeq']],
    ['valkey-7.2', ['function'], ['delifeq', 'hsetex', 'hpexpireat']],
    ['valkey-8.1', ['function', 'waitaof'], ['delifeq', 'hsetex', 'hpexpireat', 'vadd']],
    ['valkey-9.0', ['hsetex', 'hpexpireat'], ['vadd', 'msetex']],
    ['valkey-9.2', ['hsetex', 'hgetdel'], ['vadd']],
  ])('%s', (release, has, hasNot) => {
    const { commands } = setOf(release);
    expect(has.filter((name) => !commands.has(name))).toEqual([]);
    expect(hasNot.filter((name) => commands.has(name))).toEqual([]);
  });

  it('are found in any case, with their subcommands', () => {
    const redis = setOf('redis-8.0');
    expect(findCommand(redis, 'SET', 'x')).toMatchObject({ name: 'set', arity: -3, write: true, firstKey: 1 });
    expect(findCommand(redis, 'XGroup', 'CREATE')).toMatchObject({ name: 'xgroup|create', write: true, firstKey: 2 });
    expect(findCommand(redis, 'xgroup', 'nothing')).toBeUndefined();
    expect(findCommand(redis, 'xgroup')).toMatchObject({ container: true });
    expect(findCommand(redis, 'nothing')).toBeUndefined();
    expect(findCommand(setOf('redis-6.0'), 'xgroup', 'create')).toMatchObject({ name: 'xgroup', write: true });
  });

  it('have an arity', () => {
    const redis = setOf('redis-7.0');
    const fits = (name: string, argc: number) => {
      const command = findCommand(redis, name);
      return command !== undefined && fitsArity(command, argc);
    };
    expect([2, 3, 4].map((argc) => fits('set', argc))).toEqual([false, true, true]);
    expect([1, 2, 3].map((argc) => fits('get', argc))).toEqual([false, true, false]);
  });
});

describe('what a command does while it is loaded', () => {
  it.each([
    ['CONFIG', 'SET', 'configuration'],
    ['config', 'GET', undefined],
    ['config', undefined, 'configuration'],
    ['ACL', 'setuser', 'users'],
    ['module', 'load', 'modules'],
    ['replicaof', 'host', 'replication'],
    ['eval', 'return 1', 'scripts'],
    ['function', 'load', undefined],
    ['set', 'config', undefined],
  ])('%s %s reaches %s', (name, argument, reach) => {
    expect(reachOf(name, argument)).toBe(reach);
  });

  it('is nothing for those that only read', () => {
    const redis = setOf('redis-8.0');
    const without = ['get', 'ping', 'subscribe', 'config|get', 'function|list', 'discard'];
    const withEffect = ['set', 'multi', 'exec', 'select', 'pfcount', 'eval', 'config|set', 'function|load'];
    for (const [names, expected] of [[without, true] as const, [withEffect, false] as const]) {
      for (const name of names) {
        const command = redis.commands.get(name);
        expect(command && isWithoutEffect(command), name).toBe(expected);
      }
    }
  });

  it('needs no word for plain commands: what all releases at hand take', () => {
    const [redis6, valkey9] = [setOf('redis-6.0'), setOf('valkey-9.1')];
    const plain = new Map(plainCommands([redis6, valkey9]).map((command) => [command.name, command]));
    expect(plain.get('set')).toEqual({ name: 'set', minArgc: 3, maxArgc: Number.POSITIVE_INFINITY });
    expect(plain.get('multi')).toEqual({ name: 'multi', minArgc: 1, maxArgc: 1 });
    for (const name of ['get', 'config', 'xgroup', 'hsetex', 'eval', 'publish'])
      expect(plain.has(name), name).toBe(false);
    expect(plainCommands([valkey9]).some(({ name }) => name === 'hsetex')).toBe(true);
    expect(plainCommands([])).toEqual([]);
  });
});

describe.each(availableServers())('$name', (server) => {
  it('answers as recorded', async () => {
    const release = releaseNamed(server.name);
    if (!release || commandsOf(release).basis !== 'measured') return;
    await withServer(server, async ({ client }) => {
      const told = (await client.call('COMMAND')) as [string, number, string[], number, ...unknown[]][];
      const { commands } = commandsOf(release);
      for (const [name, arity, flags, firstKey] of told) {
        expect(commands.get(name.toLowerCase()), name).toMatchObject({
          arity,
          write: flags.includes('write'),
          firstKey,
        });
      }
      expect([...commands.keys()].filter((name) => !name.includes('|')).sort()).toEqual(
        told.map(([name]) => name.toLowerCase()).sort(),
      );
    });
  });
});
