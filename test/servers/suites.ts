/**
 * The Debian suites that hold the servers we test against, and the folder where `node scripts/suites.js` keeps them.
 *
 * A suite is a small Debian tree made by debootstrap. Its servers run through chroot, so that one machine can have
 * six releases of two lineages side by side without a container runtime.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Suite {
  /** Debian's name of the suite, and the name of its folder. */
  name: string;
  /** The servers to install, and the releases that the suite is there for (sid moves, so its numbers age). */
  servers: readonly { lineage: Lineage; release: string }[];
}

export type Lineage = 'redis' | 'valkey';

export const LINEAGES: readonly Lineage[] = ['redis', 'valkey'];

export const SUITES: readonly Suite[] = [
  { name: 'bullseye', servers: [{ lineage: 'redis', release: '6.0' }] },
  { name: 'bookworm', servers: [{ lineage: 'redis', release: '7.0' }] },
  {
    name: 'trixie',
    servers: [
      { lineage: 'redis', release: '8.0' },
      { lineage: 'valkey', release: '8.1' },
    ],
  },
  {
    name: 'sid',
    servers: [
      { lineage: 'redis', release: '8.0' },
      { lineage: 'valkey', release: '9.1' },
    ],
  },
];

/** Where the suites are: RDBKIT_SUITES, else the user's cache. Outside the repository, since they outlive a checkout. */
export function suitesFolder(): string {
  const fromEnv = process.env.RDBKIT_SUITES;
  if (fromEnv) {
    return resolve(fromEnv);
  }
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rdbkit', 'suites');
}

/** Whether a suite's tree is whole: debootstrap keeps a `debootstrap` folder in it until its last step. */
export function isComplete(suite: Suite): boolean {
  const root = join(suitesFolder(), suite.name);
  return (
    !existsSync(join(root, 'debootstrap')) &&
    suite.servers.every(({ lineage }) => existsSync(join(root, serverBinary(lineage))))
  );
}

/** The path of a lineage's server inside a suite. */
export function serverBinary(lineage: Lineage): string {
  return `/usr/bin/${lineage}-server`;
}
