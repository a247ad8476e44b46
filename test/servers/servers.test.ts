import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { availableServers } from './available.js';
import { checkRdb } from './check.js';
import { ServerStartError, startServer, withServer } from './server.js';

describe.each(availableServers())('$name', (available) => {
  test('starts, answers, saves, and leaves nothing behind', async () => {
    const server = await startServer(available);
    try {
      expect(server.version).toBe(available.version);
      expect(server.lineage).toBe(available.lineage);
      await server.client.set('k', 'v');
      await server.client.call('SAVE');
      expect(checkRdb(available, join(server.dir, 'dump.rdb'))).toMatchObject({ exit: 0, signal: null });
    } finally {
      await server.stop();
    }
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
    expect(existsSync(server.dir)).toBe(false);
  });
});

const [any] = availableServers();

describe.runIf(any !== undefined)('any server', () => {
  const available = any ?? { binary: '' };

  test('that refuses its dump is reported with its log', async () => {
    const prepare = (dir: string) => writeFileSync(join(dir, 'dump.rdb'), 'REDIS9999 no such version');
    const error = await startServer({ ...available, prepare }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ServerStartError);
    expect(error).toMatchObject({ exitCode: 1, log: expect.stringContaining("Can't handle RDB format version 9999") });
  });

  test('that does not exist is an error, not a wait', async () => {
    await expect(startServer({ binary: '/nonexistent/redis-server' })).rejects.toThrow();
  });

  test('is stopped when the test fails', async () => {
    let pid = 0;
    const failing = withServer(available, async (server) => {
      pid = server.pid;
      throw new Error('boom');
    });
    await expect(failing).rejects.toThrow('boom');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test.runIf(process.platform === 'linux')('dies with a test process that is killed', async () => {
    // The test process is a plain Node that starts the server the way reaper.ts does.
    const { dieWithParent } = await import('./reaper.js');
    const [file, ...args] = [...dieWithParent(), 'sleep', '60'];
    const script = `const c = require('child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)});
      console.log(c.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { cwd: dirname(fileURLToPath(import.meta.url)) });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (d) => resolve(Number(String(d)))));
    // The wish to die with the parent is there when the program itself runs.
    await expect.poll(() => readFileSync(`/proc/${pid}/comm`, 'latin1')).toBe('sleep\n');
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

/** A killed orphan may stay as a zombie for a while: who inherits it decides when it is gone. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
