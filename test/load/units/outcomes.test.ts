// What a server that is not empty, or not willing, makes of keys, and what is said of each.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadMode } from '../../../src/load/units/options.js';
import { Directory } from '../../cli/files.js';
import {
  hashValue,
  listValue,
  moduleValue,
  RdbBuilder,
  setValue,
  stringValue,
  type Text,
} from '../../helpers/rdb-builder.js';
import { availableServers } from '../../servers/available.js';
import { type RunningServer, startServer } from '../../servers/server.js';
import { loadInto, type Told } from './load-into.js';

const server = availableServers().find(({ lineage, suite }) => lineage === 'redis' && suite === 'PATH');
const MODES: readonly LoadMode[] = ['auto', 'restore', 'commands'];
/** More than one parcel of commands holds. */
const LARGE = Array.from({ length: 40_000 }, (_, i) => `an item that is long enough to matter, number ${i}`);
const directory = new Directory();
const LATER = 4_000_000_000_000;

function file(name: string, builder: RdbBuilder): string {
  const path = directory.join(`${name}.rdb`);
  writeFileSync(path, builder.finish());
  return path;
}

const some = (): RdbBuilder =>
  new RdbBuilder(10)
    .selectDb(0)
    .key('string', stringValue('new'))
    .key('list', listValue(['new', 'values']))
    .key('large', listValue(LARGE))
    .expireMs(LATER)
    .key('session', stringValue('x'.repeat(100)))
    .key('set', setValue(['new']));

const NAMES = ['string', 'list', 'large', 'session', 'set'];

function kinds(told: readonly Told[]): Record<string, string> {
  return Object.fromEntries(told.map(({ name, outcome }) => [name, outcome.kind]));
}

describe.skipIf(!server)('keys that are sent to the server on PATH', () => {
  let running: RunningServer;
  let url: string;

  beforeAll(async () => {
    if (server) running = await startServer({ ...server, args: ['--databases', '4'] });
    url = `redis://127.0.0.1:${running.port}`;
  });

  beforeEach(() => running.client.flushall());

  afterAll(async () => {
    await running?.stop();
  });

  const temporary = () => running.client.keys('rdbkit:*');

  describe.each(MODES)('mode %s', (mode) => {
    it('leaves what is there, and says so', async () => {
      for (const name of NAMES) await running.client.set(name, 'old');
      const rdb = file('some', some());
      const { loaded, told, offered } = await loadInto(url, rdb, { mode });
      expect(loaded).toEqual([]);
      expect(offered).toBe(NAMES.length);
      expect(kinds(told)).toEqual(Object.fromEntries(NAMES.map((name) => [name, 'conflicted'])));
      expect(told.every(({ outcome }) => outcome.reason === 'BUSYKEY' && !outcome.fatal && !outcome.maybeOurs)).toBe(
        true,
      );
      const skipped = await loadInto(url, rdb, { mode, onConflict: 'skip' });
      expect(kinds(skipped.told)).toEqual(Object.fromEntries(NAMES.map((name) => [name, 'skipped'])));
      expect(await running.client.mget(...NAMES)).toEqual(NAMES.map(() => 'old'));
      expect(await running.client.pttl('session')).toBe(-1);
      expect(await temporary()).toEqual([]);
    });

    it('replaces what is there when it should', async () => {
      for (const name of NAMES) await running.client.set(name, 'old', 'EX', 1000);
      const { loaded, told } = await loadInto(url, file('some', some()), { mode, onConflict: 'replace' });
      expect(told).toEqual([]);
      expect(loaded).toHaveLength(NAMES.length);
      expect(await running.client.get('string')).toBe('new');
      expect(await running.client.lrange('list', 0, -1)).toEqual(['new', 'values']);
      expect(await running.client.lrange('large', 0, -1)).toEqual(LARGE);
      expect(await running.client.pexpiretime('session')).toBe(LATER);
      expect(await running.client.ttl('large')).toBe(-1);
      expect(await running.client.dbsize()).toBe(NAMES.length);
    });

    it('gives keys other names and databases', async () => {
      const encode = (text: string): Uint8Array => Buffer.from(text);
      const nameOf = (name: Uint8Array) => Buffer.concat([encode('copy:'), name]);
      const rdb = file('some', some().selectDb(1).key('other', stringValue('1')));
      await running.client.set('copy:list', 'old');
      const { loaded, told } = await loadInto(url, rdb, { mode, nameOf, dbOf: (db) => db + 2 });
      expect(told).toEqual([]);
      expect(loaded).toHaveLength(NAMES.length + 1);
      await running.client.select(2);
      expect((await running.client.keys('*')).sort()).toEqual(NAMES.map((name) => `copy:${name}`).sort());
      const again = await loadInto(url, rdb, { mode, nameOf, dbOf: (db) => db + 2 });
      expect(again.told.map(({ name }) => name).sort()).toEqual([...NAMES, 'other'].sort());
      await running.client.select(0);
    });

    it('lets keys vanish that have expired, and touches no other', async () => {
      const rdb = file(
        'expired',
        new RdbBuilder(10)
          .selectDb(0)
          .expireMs(1000)
          .key(
            'gone',
            hashValue([
              ['field', 'value'],
              ['other', 'value'],
            ]),
          )
          .expireMs(-5)
          .key('never', stringValue('x'))
          .expireMs(0)
          .key('at the start', listValue(LARGE))
          .key('stays', stringValue('x')),
      );
      await running.client.set('never', 'old');
      const { loaded, told } = await loadInto(url, rdb, { mode });
      expect(loaded.length + told.length).toBe(4);
      for (const { name, outcome } of told)
        expect([name, outcome.kind]).toEqual([name, name === 'never' ? outcome.kind : 'expired']);
      expect(await running.client.get('never')).toBe('old');
      expect((await running.client.keys('*')).sort()).toEqual(['never', 'stays']);
    });

    it('says which databases are not there, and goes on with others', async () => {
      const rdb = file(
        'databases',
        new RdbBuilder(10)
          .selectDb(3)
          .key('a', stringValue('1'))
          .selectDb(7)
          .key('b', stringValue('1'))
          .key('c', setValue(['1']))
          .selectDb(2)
          .key('d', stringValue('1')),
      );
      const { loaded, told } = await loadInto(url, rdb, { mode });
      expect(loaded).toHaveLength(2);
      expect(kinds(told)).toEqual({ b: 'failed', c: 'failed' });
      for (const { outcome } of told) {
        expect(outcome.detail).toBe('ERR DB index is out of range');
        expect(outcome.fatal).toBe(false);
      }
    });
  });

  it('are refused when a payload is damaged, and fail by commands', async () => {
    const broken: Text = Buffer.from([20, 0, 0, 0, 9, 0]);
    const rdb = file(
      'damaged',
      new RdbBuilder(10)
        .selectDb(0)
        .key('before', setValue(['1']))
        .key('broken', { type: 16, body: Buffer.concat([Buffer.of(broken.length), Buffer.from(broken)]) })
        .key('hash', hashValue([['field', 'value']]))
        .key('behind', setValue(['1'])),
    );
    const first = await loadInto(url, rdb);
    expect(kinds(first.told)).toEqual({ broken: 'refused' });
    expect(first.told[0]?.outcome.detail).toMatch(/^ERR Bad data format/);
    expect(first.loaded).toHaveLength(3);
    const again = await loadInto(url, rdb, {
      onConflict: 'skip',
      byCommands: { has: (at) => at === first.told[0]?.offset },
    });
    expect(kinds(again.told)).toEqual({ before: 'skipped', broken: 'failed', hash: 'skipped', behind: 'skipped' });
    const restored = await loadInto(url, rdb, { onConflict: 'skip', mode: 'restore' });
    expect(kinds(restored.told)).toEqual({ before: 'skipped', broken: 'failed', hash: 'skipped', behind: 'skipped' });
    expect(await temporary()).toEqual([]);
  });

  it('fail when only a module could take them', async () => {
    const rdb = file(
      'modules',
      new RdbBuilder(10)
        .selectDb(0)
        .key('one', moduleValue('mymodule1', 1, [{ uint: 1 }]))
        .key('two', moduleValue('mymodule1', 1, [{ uint: 2 }]))
        .key('string', stringValue('1')),
    );
    const { loaded, told } = await loadInto(url, rdb);
    expect(loaded).toHaveLength(1);
    expect(kinds(told)).toEqual({ one: 'refused', two: 'failed' });
    const commands = await loadInto(url, rdb, { mode: 'commands', onConflict: 'skip' });
    expect(kinds(commands.told)).toEqual({ one: 'failed', two: 'failed', string: 'skipped' });
    expect(commands.told[0]?.outcome.detail).toMatch(/^only RESTORE can carry/);
  });

  it('are built by commands for a user who may not use RESTORE', async () => {
    await running.client.call('ACL', 'SETUSER', 'loader', 'on', '>secret', '~*', '+@all', '-restore');
    const { loaded, told } = await loadInto(`redis://loader:secret@127.0.0.1:${running.port}`, file('some', some()));
    expect(kinds(told)).toEqual({ list: 'refused' });
    expect(loaded).toHaveLength(NAMES.length - 1);
    expect(await running.client.lrange('large', 0, -1)).toEqual(LARGE);
    expect(await temporary()).toEqual([]);
  });

  it.each(MODES)('end with the first one that the memory does not take, in mode %s', async (mode) => {
    await running.client.config('SET', 'maxmemory', '1mb');
    const { loaded, told } = await loadInto(url, file('some', some()), { mode });
    await running.client.config('SET', 'maxmemory', '0');
    expect(loaded).toEqual([]);
    expect(told.map(({ outcome }) => outcome)).toEqual(
      NAMES.map(() => expect.objectContaining({ kind: 'failed', reason: 'OOM', fatal: true })),
    );
    expect(await running.client.dbsize()).toBe(0);
  });

  it('keep how they were used, where the server counts in that way', async () => {
    const rdb = file(
      'used',
      new RdbBuilder(10)
        .selectDb(0)
        .freq(200)
        .key('often', stringValue('x'))
        .idle(1000)
        .key('long ago', stringValue('x')),
    );
    await loadInto(url, rdb);
    expect(await running.client.object('IDLETIME', 'long ago')).toBeGreaterThanOrEqual(1000);
    await running.client.flushall();
    await running.client.config('SET', 'maxmemory-policy', 'allkeys-lfu');
    await loadInto(url, rdb);
    expect(await running.client.object('FREQ', 'often')).toBeGreaterThan(100);
    await running.client.config('SET', 'maxmemory-policy', 'noeviction');
  });
});
