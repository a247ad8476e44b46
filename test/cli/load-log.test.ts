// Append-only sets: the keys of the base, then the commands, held against a server that loads the set itself.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../helpers/corpus.js';
import { requireServer } from '../servers/available.js';
import { withServer } from '../servers/server.js';
import { Directory, SOUND } from './files.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const redis = requireServer('redis', '7.0');
const sets = join(FIXTURES, 'aof', 'sound', 'redis-7.0.15');
const urlOf = (port: number) => `redis://127.0.0.1:${port}`;

interface Report {
  readonly ok: boolean;
  readonly keys: number;
  readonly loaded: number;
  readonly log: { commands: number; done: number; failed: number; torn?: unknown; until?: unknown } | null;
}

describe('a set', () => {
  it.each(['base-rdb', 'base-aof', 'several-incr', 'timestamps', 'multi', 'empty-incr'])(
    'gives what a server makes of it: %s',
    async (name) => {
      const set = join(sets, name);
      const prepare = (dir: string) => cpSync(set, dir, { recursive: true });
      await withServer({ ...redis, args: ['--appendonly', 'yes'], prepare }, async (own) => {
        await withServer(redis, async ({ port }) => {
          const { code, stdout } = rdbkit(['load', '--json', set, urlOf(port)]);
          const report = JSON.parse(stdout) as Report;
          expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true });
          expect(report.loaded).toBe(report.keys);
          expect(report.log?.done).toBe(report.log?.commands);
          expect(rdbkit(['diff', '--json', urlOf(own.port), urlOf(port)])).toMatchObject({ code: 0 });
        });
      });
    },
  );

  it('stops where --until says', async () => {
    const set = join(sets, 'timestamps');
    const folder = join(set, 'appendonlydir');
    const incrs = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'));
    const texts = incrs.map((name) => readFileSync(join(folder, name), 'latin1'));
    const [first] = [...texts.join('').matchAll(/#TS:(\d+)/g)].map(([, seconds]) => Number(seconds));
    await withServer(redis, async ({ port }) => {
      const { code, stdout } = rdbkit(['load', '--json', '--until', String(first), set, urlOf(port)]);
      const { log } = JSON.parse(stdout) as Report;
      expect(code).toBe(0);
      expect(log?.until).toBeDefined();
      expect(log?.done).toBeGreaterThan(0);
    });
  });
});

describe('commands are refused', () => {
  const set = join(sets, 'base-rdb');

  it('by a target that has keys, unless they may be replaced', async () => {
    await withServer(redis, async ({ port, client }) => {
      await client.set('mine', 'v');
      const { code, stderr } = rdbkit(['load', set, urlOf(port)]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/target has 1 keys already/);
      expect(await client.dbsize()).toBe(1);
      expect(rdbkit(['load', '--quiet', '--on-conflict', 'replace', set, urlOf(port)]).code).toBe(0);
      expect(await client.get('mine')).toBe('v');
      for (const option of [
        ['--match', 'a*'],
        ['--prefix-add', 'x'],
        ['--journal', directory.join('journal')],
        ['--verify'],
        ['--on-conflict', 'skip'],
      ]) {
        const refused = rdbkit(['load', ...option, set, urlOf(port)]);
        expect({ option, code: refused.code }).toEqual({ option, code: 2 });
        expect(refused.stderr).toMatch(/commands follow the keys/);
      }
    });
  });

  it('--until, where there are none', () => {
    const dump = directory.write('dump.rdb', SOUND);
    const { code, stderr } = rdbkit(['load', '--until', '2026-11-20T00:00:00Z', dump, urlOf(1)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--until is for the commands/);
  });
});
