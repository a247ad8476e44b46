/** Which servers this machine can start: those on PATH and those of the suites. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { command } from './command.js';
import { isComplete, LINEAGES, type Lineage, SUITES, type Suite, serverBinary, suitesFolder } from './suites.js';

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

/** The server on PATH, which sees the files of this machine: those of suites see their own. Throws where there is none. */
export function serverOnPath(lineage: Lineage): AvailableServer {
  const server = availableServers().find((s) => s.lineage === lineage && s.root === undefined);
  if (!server) throw new Error(`No ${lineage}-server on PATH: install the package ${lineage}-server`);
  return server;
}

/** The servers of a suite that is whole; none for an ordinary user, who may not chroot. */
export function suiteServers(suite: Suite): AvailableServer[] {
  if (process.getuid?.() !== 0 || !isComplete(suite)) {
    return [];
  }
  const root = join(suitesFolder(), suite.name);
  return suite.servers.flatMap(({ lineage }) => describe(lineage, suite.name, serverBinary(lineage), root));
}

function pathServers(): AvailableServer[] {
  return LINEAGES.flatMap((lineage) => {
    const binary = onPath(`${lineage}-server`);
    return binary ? describe(lineage, 'PATH', binary, undefined) : [];
  });
}

function find(): AvailableServer[] {
  const byName = new Map<string, AvailableServer>();
  for (const server of [...pathServers(), ...SUITES.flatMap(suiteServers)]) {
    if (!byName.has(server.name)) {
      byName.set(server.name, server);
    }
  }
  return [...byName.values()].sort(
    (a, b) => a.lineage.localeCompare(b.lineage) || a.version.localeCompare(b.version, 'en', { numeric: true }),
  );
}

/** One server as a list, empty when the binary does not run. */
function describe(lineage: Lineage, suite: string, binary: string, root: string | undefined): AvailableServer[] {
  const version = versionOf(binary, root);
  if (!version) {
    return [];
  }
  return [
    {
      name: `${lineage}-${version}`,
      lineage,
      version,
      release: version.split('.').slice(0, 2).join('.'),
      suite,
      binary,
      root,
      checkTool: join(dirname(binary), `${lineage}-check-rdb`),
      checkAofTool: join(dirname(binary), `${lineage}-check-aof`),
    },
  ];
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
