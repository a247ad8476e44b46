// A real server that starts from a copy, as strict as it can be.
import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { differences, type Json, truthOf } from '../helpers/truth.js';
import type { AvailableServer } from '../servers/available.js';
import { type RunningServer, withServer } from '../servers/server.js';

/** Starts a server with `aof-load-truncated no` on a copy of `repaired`, which stays as it is. */
export function startOn<T>(
  server: AvailableServer,
  repaired: string,
  use: (running: RunningServer) => Promise<T>,
  name = 'appendonly.aof',
): Promise<T> {
  const target = statSync(repaired).isDirectory() ? 'appendonlydir' : 'appendonly.aof';
  return withServer(
    {
      ...server,
      prepare: (dir) => cpSync(repaired, join(dir, target), { recursive: true }),
      args: [
        ...['--appendonly', 'yes', '--aof-load-truncated', 'no', '--appendfilename', name],
        ...['--auto-aof-rewrite-percentage', '0'],
        // For DEBUG LOADAOF; 6.0 has no such setting, and always allows it.
        ...(server.release === '6.0' ? [] : ['--enable-debug-command', 'local']),
      ],
    },
    use,
  );
}

/** What differs between a truth and what a server holds that started from a copy. */
export function dataDifferences(
  server: AvailableServer,
  repaired: string,
  expected: readonly Json[],
  name?: string,
): Promise<string[]> {
  return startOn(
    server,
    repaired,
    async ({ client, dir }) => {
      await client.call('SAVE');
      const { records } = await truthOf(readFileSync(join(dir, 'dump.rdb')));
      // Where the server takes a time from the clock, the truth has none.
      return differences(expected, records, 'reloader').filter(
        (line) => !/(seen|active)Time: null expected/.test(line),
      );
    },
    name,
  );
}
