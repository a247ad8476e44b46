import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AvailableServer } from './available.js';
import { command } from './command.js';
import { removeFolder } from './reaper.js';

export interface CheckResult {
  /** Null when a signal ended the tool. */
  exit: number | null;
  signal: NodeJS.Signals | null;
  /** Its stdout, then its stderr. */
  output: string;
}

const TIMEOUT_MS = 120_000;

/** What a server's own check tool (redis-check-rdb, valkey-check-rdb) says about an RDB file. */
export function checkRdb(server: AvailableServer, path: string): CheckResult {
  const { root } = server;
  // Under chroot the tool sees nothing but the suite, so it gets a copy there.
  const folder = mkdtempSync(join(root ? join(root, 'tmp') : tmpdir(), 'rdbkit-'));
  try {
    copyFileSync(path, join(folder, 'dump.rdb'));
    const seen = join(root ? folder.slice(root.length) : folder, 'dump.rdb');
    const [file, args] = command(server.checkTool, [seen], root);
    const run = spawnSync(file, args, { encoding: 'utf8', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    return { exit: run.status, signal: run.signal, output: run.stdout + run.stderr };
  } finally {
    removeFolder(folder);
  }
}
