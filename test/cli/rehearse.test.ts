// The drill as a person, a script and cron see it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { metric, samplesOf } from '../helpers/exposition.js';
import { stringValue } from '../helpers/rdb-builder.js';
import { Directory, someKeys } from './files.js';
import { BIN, bash, ENVIRONMENT, rdbkit } from './run.js';

const directory = new Directory();
const SOUND = directory.write('sound.rdb', someKeys(9).finish());

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

let rooms = 0;

/** A directory for all that a drill leaves behind. */
function room(): string {
  const path = directory.join(`room${rooms++}`);
  mkdirSync(path);
  return path;
}

/** Runs a drill and looks at what is left of it. */
function drill(...args: string[]) {
  const tmp = room();
  const ran = rdbkit(['rehearse', '--tmp-dir', tmp, ...args]);
  expect(readdirSync(tmp)).toEqual([]);
  expect(serversIn(tmp)).toEqual([]);
  return ran;
}

/** Processes that work in a directory or below it. */
function serversIn(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(path);
      } catch {
        return false;
      }
    });
}

/** Names of all fields, but of what verify-json.md describes. */
function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, of]) => [
    name,
    ...(name === 'findings' || name === 'loads' ? [] : fieldsOf(of)),
  ]);
}

/** A server that takes its time. */
function slow(name: string, ...args: string[]): string {
  const path = directory.write(
    name,
    `#!/bin/sh\ncase "$1" in --version) exec redis-server --version;; esac\nexec redis-server "$@" ${args.join(' ')}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

describe('a drill', () => {
  it('that goes well says so, and ends with 0', () => {
    const { code, stdout, stderr } = drill(SOUND);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^RESTORED: redis [\d.]+ loaded .*sound\.rdb, and all 3 keys are equal\n/);
    expect(stdout).toMatch(/ready in {3}\d/);
    expect(stdout).toMatch(/db 0 +2 +2 +0 +0 +0 +0\n {2}db 3 +1 +1/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('is silent for cron when it goes well', () => {
    expect(drill('--quiet', SOUND)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('takes standard input', () => {
    const tmp = room();
    const { code, stdout } = bash(`$rdbkit rehearse --tmp-dir '${tmp}' - < '${SOUND}'`);
    expect({ code, left: readdirSync(tmp) }).toEqual({ code: 0, left: [] });
    expect(stdout).toContain('loaded standard input');
  });

  it('only reads the backup, in a directory that nobody may write to', () => {
    const folder = directory.join('-a read only\ndirectory');
    mkdirSync(folder);
    const path = `${folder}/dump.rdb`;
    writeFileSync(path, someKeys(9).finish());
    const before = statSync(path, { bigint: true });
    chmodSync(folder, 0o500);
    const { code, stdout } = drill(folder);
    chmodSync(folder, 0o700);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toContain('-a read only\\x0adirectory');
    const after = statSync(path, { bigint: true });
    expect([after.mtimeNs, after.ino, after.size]).toEqual([before.mtimeNs, before.ino, before.size]);
    expect(readdirSync(folder)).toEqual(['dump.rdb']);
  });

  it('of a cut dump fails with the reason of the server and ours', () => {
    const path = directory.write('cut.rdb', someKeys(9).finish().subarray(0, -11));
    const { code, stdout } = drill(path);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED: redis [\d.]+ does not load/);
    expect(stdout).toContain('Unexpected EOF');
    expect(stdout).toMatch(/rdbkit +RDB_TRUNCATED at 0x/);
  });

  it('of a log with a cut end says what a restart would save', () => {
    const log = command('SET', 'a', '1') + command('SET', 'b', '2');
    const { code, stdout } = drill(directory.write('torn.aof', log.slice(0, -3)));
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'aof-load-truncated yes (the default) a server cuts the end off and starts with 1 key',
    );
    expect(stdout).toContain('AOF_TRUNCATED_TAIL');
  });

  it('of a log that reaches beyond the data is not held', () => {
    const hostile = command('CONFIG', 'SET', 'dir', '/\x1b[31m') + command('DEBUG', 'SLEEP', '0');
    const { code, stdout } = drill(directory.write('hostile.aof', hostile));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^NOT STARTED: .*hostile\.aof holds 2 commands that reach beyond the data\n {2}config set \(configuration\) at 0x0/,
    );
    expect(stdout).not.toContain('\x1b');
  });

  it('of a version that no server here reads says what to install', () => {
    const path = directory.write('new.rdb', someKeys(13).finish());
    expect(drill(path)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/needs Redis 8\.6 or newer: install it/),
    });
    const { code, stdout } = drill('--server', 'redis-server', path);
    expect(code).toBe(1);
    expect(stdout).toContain("Can't handle RDB format version 13");
  });

  it('without a server on PATH says what to install, and that goes into the metrics', () => {
    const metrics = directory.join('none.prom');
    const empty = room();
    const { code, stdout, stderr } = rdbkit(['rehearse', '--metrics', metrics, SOUND], { env: { PATH: empty } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/no drill was held: there is no redis-server or valkey-server on PATH.*install/);
    const samples = samplesOf(readFileSync(metrics, 'utf8'));
    expect(metric(samples, 'success', { path: SOUND }, 'rdbkit_rehearse')).toBe(0);
    expect(metric(samples, 'exit_status', { path: SOUND }, 'rdbkit_rehearse')).toBe(2);
  });

  it('without room or input ends with 2', () => {
    expect(rdbkit(['rehearse', '--tmp-dir', directory.join('no such'), SOUND])).toMatchObject({ code: 2, stdout: '' });
    expect(drill(directory.join('no such.rdb'))).toMatchObject({ code: 2, stdout: '' });
    expect(drill(directory.write('text.rdb', 'no backup'))).toMatchObject({ code: 1, stdout: '' });
    expect(drill(directory.write('z.rdb', Buffer.from('28b52ffd00000000', 'hex')))).toMatchObject({
      code: 3,
      stdout: '',
    });
  });

  it('is one JSON document, with names that can be read back', () => {
    const name = Buffer.from('k\xff\n', 'latin1');
    const path = directory.write('names.rdb', someKeys(9).key(name, stringValue('v')).finish());
    const { code, stdout } = drill('--json', path);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schema: 1, ok: true, verdict: 'restored', complete: true, path, kind: 'rdb', compared: 'keys' },
      ...{ differences: [], limited: false, failure: null, verified: null, kept: null, reaching: [] },
      databases: [{ db: 0, keys: 2, expired: 0, found: 2, missing: 0, different: 0, unsure: 0, extra: 0 }, { db: 3 }],
    });
    const cut = directory.write('cut2.rdb', someKeys(9).finish().subarray(0, -11));
    expect(JSON.parse(drill('--json', cut).stdout)).toMatchObject({
      ...{ ok: false, verdict: 'failed', complete: false, readyMs: null },
      failure: { kind: 'truncated', exitCode: 1, signal: null },
      verified: { ok: false, outcome: 'damaged', findings: [{ code: 'RDB_TRUNCATED' }] },
    });
  });

  it('has every field of its JSON documented', () => {
    const page = readFileSync(new URL('../../docs/rehearse-json.md', import.meta.url), 'utf8');
    const torn = directory.write('torn2.aof', command('SET', 'a', '1').slice(0, -3));
    const reaching = directory.write('reaching.aof', command('CONFIG', 'SET', 'a', 'b'));
    const documents = [SOUND, torn, reaching].map((path) => JSON.parse(drill('--json', path).stdout) as unknown);
    const names = new Set(documents.flatMap(fieldsOf));
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(names.size).toBeGreaterThan(50);
  });

  it('is told in metrics', () => {
    const metrics = directory.join('drill.prom');
    expect(drill('--metrics', metrics, SOUND).code).toBe(0);
    const samples = samplesOf(readFileSync(metrics, 'utf8'));
    const of = (name: string, labels = {}) => metric(samples, name, { path: SOUND, ...labels }, 'rdbkit_rehearse');
    expect([of('success'), of('verdict', { verdict: 'restored' }), of('verdict', { verdict: 'failed' })]).toEqual([
      1, 1, 0,
    ]);
    expect([of('keys'), of('missing_keys'), of('different_keys'), of('extra_keys')]).toEqual([3, 0, 0, 0]);
    expect(of('ready_seconds')).toBeGreaterThan(0);
    expect(of('last_success_timestamp_seconds')).toBe(of('last_run_timestamp_seconds'));
  });

  it('leaves a server that is to be kept, and says how to end it', async () => {
    const tmp = room();
    const { code, stdout } = rdbkit(['rehearse', '--json', '--keep', '--tmp-dir', tmp, SOUND]);
    const { kept } = JSON.parse(stdout) as { kept: { pid: number; socket: string; dir: string } };
    try {
      expect(code).toBe(0);
      expect(serversIn(tmp)).toEqual([kept.pid]);
      expect(kept.dir.startsWith(tmp)).toBe(true);
      expect(bash(`redis-cli -s '${kept.socket}' DBSIZE`).stdout.trim()).toBe('2');
    } finally {
      process.kill(kept.pid, 'SIGKILL');
    }
  });
});

describe('a drill that is broken off', () => {
  // A second of loading, and of saving, for every ten keys.
  const many = someKeys(9);
  for (let i = 0; i < 400; i++) many.key(`key${i}`, stringValue('v'));
  const path = directory.write('many.rdb', many.finish());
  const loads = slow('loads', '--key-load-delay', '100000', '--loading-process-events-interval-bytes', '1024');
  const saves = slow('saves', '--rdb-key-save-delay', '100000');

  async function started(server: string, isBusy: (files: string[]) => boolean) {
    const tmp = room();
    const child = spawn(process.execPath, [BIN, 'rehearse', '--tmp-dir', tmp, '--server', server, path], {
      env: ENVIRONMENT,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    await expect.poll(() => readdirSync(tmp).some((name) => isBusy(readdirSync(`${tmp}/${name}`)))).toBe(true);
    return { tmp, child, output: () => output };
  }

  async function ended(child: ChildProcess) {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { code, signal };
  }

  const isLoading = (files: string[]) => files.includes('socket');
  const isSaving = (files: string[]) => files.some((name) => name.startsWith('temp-'));

  it.each([
    ['SIGINT', 130, 'loads', loads, isLoading],
    ['SIGTERM', 143, 'loads', loads, isLoading],
    ['SIGHUP', 129, 'loads', loads, isLoading],
    ['SIGINT', 130, 'saves', saves, isSaving],
    ['SIGTERM', 143, 'saves', saves, isSaving],
  ] as const)(
    'by %s ends with %d, and leaves nothing, while the server %s',
    async (signal, status, _, server, isBusy) => {
      const { tmp, child } = await started(server, isBusy);
      expect(serversIn(tmp)).toHaveLength(1);
      child.kill(signal);
      expect(await ended(child)).toEqual({ code: status, signal: null });
      expect(readdirSync(tmp)).toEqual([]);
      await expect.poll(() => serversIn(tmp)).toEqual([]);
    },
  );

  it('by a second SIGTERM at once, too, leaves nothing', async () => {
    const { tmp, child } = await started(saves, isSaving);
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 143, signal: null });
    expect(readdirSync(tmp)).toEqual([]);
    await expect.poll(() => serversIn(tmp)).toEqual([]);
  });

  it.each([
    ['loads', loads, isLoading],
    ['saves', saves, isSaving],
  ] as const)('by the end of the server says so, while it %s', async (_, server, isBusy) => {
    const { tmp, child, output } = await started(server, isBusy);
    await sleep(50);
    for (const pid of serversIn(tmp)) process.kill(pid, 'SIGKILL');
    expect(await ended(child)).toEqual({ code: 1, signal: null });
    expect(output()).toContain('ended by SIGKILL');
    expect(readdirSync(tmp)).toEqual([]);
  });
});
