// Throw-away servers: what they are given, what they leave behind.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { backupFiles } from '../../src/disposable/backup-files.js';
import { startDisposable } from '../../src/disposable/disposable.js';
import { findServer } from '../../src/disposable/program.js';
import { someKeys } from '../cli/files.js';
import { ROOT } from '../cli/run.js';
import { availableServers } from '../servers/available.js';
import { unrooted } from '../servers/unrooted.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-disposable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What every server of this list loads.
const SOUND = someKeys(9).finish();
const TRUNCATED = SOUND.subarray(0, -11);
let folders = 0;

/** A directory of its own for what a server leaves behind, and how it looks now. */
function room(): { readonly tmpDir: string; content(): string[] } {
  const tmpDir = join(folder, `room${folders++}`);
  mkdirSync(tmpDir);
  return { tmpDir, content: () => readdirSync(tmpDir) };
}

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

describe('a disposable server', () => {
  it('is empty, private and without a network, and leaves nothing behind', async () => {
    const { tmpDir, content } = room();
    const server = await startDisposable({ program: await findServer(), tmpDir });
    const live = await server.connect();
    const [client] = live.nodes;
    const asked = ['port', 'save', 'maxmemory', 'appendonly', 'maxmemory-policy'];
    const config = await Promise.all(asked.map((name) => client.config('GET', name)));
    expect(config).toEqual([
      ['port', '0'],
      ['save', ''],
      ['maxmemory', '0'],
      ['appendonly', 'no'],
      ['maxmemory-policy', 'noeviction'],
    ]);
    expect(await client.dbsize()).toBe(0);
    expect(statSync(server.dir).mode & 0o777).toBe(0o700);
    expect(content()).toHaveLength(1);
    live.close();
    await server.stop();
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(content()).toEqual([]);
  });

  it.each([
    ['as it is', SOUND],
    ['unpacked from a gzip', gzipSync(SOUND)],
  ])('loads a copy of a dump: %s', async (what, bytes) => {
    const { tmpDir } = room();
    const path = file(`a dump\n${what} -x.rdb`, bytes);
    const before = statSync(path, { bigint: true });
    const server = await startDisposable({ program: await findServer(), files: await backupFiles(path), tmpDir });
    try {
      expect(await server.info('keyspace')).toMatch(/^db0:keys=2,[\s\S]*^db3:keys=1,/m);
      expect(server.copiedBytes).toBe(SOUND.length);
    } finally {
      await server.stop();
    }
    const after = statSync(path, { bigint: true });
    expect([after.mtimeNs, after.ino, after.nlink]).toEqual([before.mtimeNs, before.ino, before.nlink]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('saves what it holds, what has expired among it, to a dump in its own folder', async () => {
    const log = command('SET', 'old', 'v', 'PXAT', '1000') + command('SET', 'new', 'v');
    const files = await backupFiles(file('expired.aof', log));
    const server = await startDisposable({ program: await findServer(), files, keepExpired: true, ...room() });
    try {
      const path = await server.save();
      expect(path.startsWith(server.dir)).toBe(true);
      expect(readFileSync(path).includes('old')).toBe(true);
    } finally {
      await server.stop();
    }
  });

  it('drops what has expired when it is not told to keep it', async () => {
    const log = command('SET', 'old', 'v', 'PXAT', '1000') + command('SET', 'new', 'v');
    const files = await backupFiles(file('dropped.aof', log));
    const server = await startDisposable({ program: await findServer(), files, ...room() });
    try {
      await expect.poll(() => server.info('keyspace')).toContain('db0:keys=1,');
    } finally {
      await server.stop();
    }
  });

  it('loads an append-only set by its manifest, whatever the names, without touching it', async () => {
    const { tmpDir } = room();
    const set = join(folder, 'a set');
    mkdirSync(set);
    writeFileSync(join(set, 'the base'), SOUND);
    writeFileSync(join(set, 'more'), command('SELECT', '3') + command('SET', 'other', '1'));
    const manifest = 'file "the base" seq 1 type b\nfile gone seq 1 type h\nfile more seq 1 type i\n';
    const path = join(set, 'free.manifest');
    writeFileSync(path, manifest);
    const before = readdirSync(set).map((name) => statSync(join(set, name), { bigint: true }).mtimeNs);
    chmodSync(set, 0o500);
    const server = await startDisposable({ program: await findServer(), files: await backupFiles(path), tmpDir });
    try {
      expect(await server.info('keyspace')).toMatch(/^db0:keys=2,[\s\S]*^db3:keys=2,/m);
    } finally {
      await server.stop();
      chmodSync(set, 0o700);
    }
    expect(readdirSync(set).sort()).toEqual(['free.manifest', 'more', 'the base']);
    expect(readdirSync(set).map((name) => statSync(join(set, name), { bigint: true }).mtimeNs)).toEqual(before);
  });

  it('says why it does not start, and leaves nothing behind', async () => {
    const { tmpDir, content } = room();
    const files = await backupFiles(file('cut.rdb', TRUNCATED));
    const started = startDisposable({ program: await findServer(), files, tmpDir });
    await expect(started).rejects.toMatchObject({
      name: 'StartFailure',
      kind: 'truncated',
      exitCode: 1,
      lines: expect.arrayContaining([expect.stringContaining('Unexpected EOF')]),
    });
    expect(content()).toEqual([]);
  });

  it('fits its socket into an address below a long directory', async () => {
    const tmpDir = join(folder, 'long'.repeat(40));
    mkdirSync(tmpDir);
    const server = await startDisposable({ program: await findServer(), tmpDir });
    expect(Buffer.byteLength(server.socket)).toBeLessThan(108);
    expect(await server.info('server')).toContain('tcp_port:0');
    await server.stop();
    expect(readdirSync(tmpDir)).toEqual([]);
    expect(existsSync(server.socket)).toBe(false);
  });

  it('tells of its end while it was used', async () => {
    const { tmpDir, content } = room();
    const server = await startDisposable({ program: await findServer(), tmpDir });
    process.kill(server.pid, 'SIGKILL');
    await expect(server.save()).rejects.toMatchObject({ name: 'StartFailure', signal: 'SIGKILL' });
    await server.stop();
    expect(content()).toEqual([]);
  });

  it('is up only in time', async () => {
    const { tmpDir, content } = room();
    // It never listens.
    const program = {
      path: file('sleeper', '#!/bin/sh\nexec sleep 60\n'),
      lineage: 'redis',
      version: '7.0.15',
    } as const;
    chmodSync(program.path, 0o755);
    await expect(startDisposable({ program, tmpDir, timeoutMs: 300 })).rejects.toMatchObject({ fault: 'timeout' });
    expect(content()).toEqual([]);
  });

  it.runIf(process.platform === 'linux' && spawnSync('setpriv', ['--version']).status === 0)(
    'dies with the process that started it, however that dies',
    async () => {
      const { tmpDir } = room();
      const script = `import { startDisposable } from './dist/disposable/disposable.js';
        import { findServer } from './dist/disposable/program.js';
        const server = await startDisposable({ program: await findServer(), tmpDir: ${JSON.stringify(tmpDir)} });
        console.log(server.pid); setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
      const [printed] = (await once(child.stdout, 'data')) as [Buffer];
      const pid = Number(String(printed));
      expect(isAlive(pid)).toBe(true);
      child.kill('SIGKILL');
      await expect.poll(() => isAlive(pid)).toBe(false);
    },
  );
});

describe('the program to start', () => {
  it('is the one that was given, when it is a server', async () => {
    await expect(findServer({ server: 'redis-server' })).resolves.toMatchObject({ lineage: 'redis' });
    await expect(findServer({ server: '/bin/true' })).rejects.toMatchObject({ fault: 'no-program' });
    await expect(findServer({ server: '/nonexistent/redis-server' })).rejects.toMatchObject({ fault: 'no-program' });
  });

  const servers = availableServers().flatMap((server) => {
    const path = unrooted(server);
    return path === undefined ? [] : [{ ...server, path }];
  });

  it.runIf(servers.length > 1)('is the one most like the writer among those that can load the backup', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const { lineage, version, path } of servers) symlinkSync(path, join(bin, `${lineage}-server-${version}`));
    const before = process.env.PATH;
    process.env.PATH = bin;
    try {
      for (const { lineage, version } of servers) {
        const needs = { lineage, version, rdb: undefined, multiPart: false, commands: [] };
        await expect(findServer({ needs })).resolves.toMatchObject({ lineage, version });
      }
      const rdb = { magic: 'REDIS', version: 99 } as const;
      const needs = { lineage: 'redis', version: '99.0.0', rdb, multiPart: false, commands: [] } as const;
      await expect(findServer({ needs })).rejects.toMatchObject({
        fault: 'no-program',
        message: expect.stringContaining('RDB version 99'),
      });
    } finally {
      process.env.PATH = before;
    }
  });
});
