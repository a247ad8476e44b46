/** Which servers this machine can start: those on PATH and those of the suites. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { command } from './command.js';
import { isComplete, LINEAGES, type Lineage, SUITES, serverBinary, suitesFolder } from './suites.js';

export interface AvailableServer {
  /** Lineage and full version, unique in the list: `redis-7.0.15`. */
  name: string;
  lineage: Lineage;
  /** As the server tells it: `7.0.15`. */
  version: string;
  /** Major and minor: `7.0`. */
  release: string;
  /** The suite it comes from, or `PATH`. */
  suite: string;
  /** Path of the server; inside `root` when there is one. */
  binary: string;
  /** The folder to chroot to, undefined for a server on PATH. */
  root: string | undefined;
  /** Path of `redis-check-rdb` or `valkey-check-rdb`, seen as `binary` is. */
  checkTool: string;
  /** Path of `redis-check-aof` or `valkey-check-aof`, seen as `binary` is. */
  checkAofTool: string;
}

let found: AvailableServer[] | undefined;

/**
 * Every server that can be started here, oldest release first, Redis before Valkey. The same version is listed once, the
 * one on PATH before the one of a suite. Suites need root (chroot), so an ordinary user gets those on PATH only.
 */
export function availableServers(): readonly AvailableServer[] {
  found ??= find();
  return found;
}

/**
 * The newest available server of a lineage and, when given, of a release such as `8.0`.
 * Throws with the remedy when there is none.
 */
export function requireServer(lineage: Lineage, release?: string): AvailableServer {
  const server = availableServers().findLast((s) => s.lineage === lineage && (!release || s.release === release));
  if (!server) {
    const wanted = release ? `${lineage} ${release}` : lineage;
    throw new Error(`No ${wanted} on PATH or in ${suitesFolder()}: run "node scripts/suites.js" as root`);
  }
  return server;
}

function find(): AvailableServer[] {
  const servers = new Map<string, AvailableServer>();
  const add = (lineage: Lineage, suite: string, binary: string, root: string | undefined) => {
    const version = versionOf(binary, root);
    const name = `${lineage}-${version}`;
    if (version && !servers.has(name)) {
      const release = version.split('.').slice(0, 2).join('.');
      const checkTool = join(dirname(binary), `${lineage}-check-rdb`);
      const checkAofTool = join(dirname(binary), `${lineage}-check-aof`);
      servers.set(name, { name, lineage, version, release, suite, binary, root, checkTool, checkAofTool });
    }
  };
  for (const lineage of LINEAGES) {
    const binary = onPath(`${lineage}-server`);
    if (binary) {
      add(lineage, 'PATH', binary, undefined);
    }
  }
  if (process.getuid?.() === 0) {
    for (const suite of SUITES.filter(isComplete)) {
      for (const { lineage } of suite.servers) {
        add(lineage, suite.name, serverBinary(lineage), join(suitesFolder(), suite.name));
      }
    }
  }
  return [...servers.values()].sort(
    (a, b) => a.lineage.localeCompare(b.lineage) || a.version.localeCompare(b.version, 'en', { numeric: true }),
  );
}

/** The version that `--version` prints (`… v=7.0.15 sha=…`), undefined when the binary does not run. */
function versionOf(binary: string, root: string | undefined): string | undefined {
  const [file, args] = command(binary, ['--version'], root);
  return /\bv=(\d+\.\d+\.\d+)/.exec(spawnSync(file, args, { encoding: 'utf8' }).stdout ?? '')?.[1];
}

function onPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
