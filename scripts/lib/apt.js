/** Installs Debian packages on machines that have none of what the tests need: CI containers, mostly. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether a program is on PATH (or where only root looks, which is not on the PATH of every container).
 * @param {string} program
 */
export function has(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.filter(Boolean).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const isRoot = process.getuid?.() === 0;

/** What denies a package's maintainer scripts to start services, by Debian policy. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs packages and starts none of their services. Throws when apt-get fails.
 * @param {string[]} packages
 */
export function aptInstall(packages) {
  const denyServices = !existsSync(POLICY);
  if (denyServices) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  }
  try {
    aptGet(['update']);
    aptGet(['install', '-y', '--no-install-recommends', ...packages]);
  } finally {
    if (denyServices) {
      rmSync(POLICY, { force: true });
    }
  }
}

/** @param {string[]} args */
function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, signal } = spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], env });
  if (status !== 0) {
    throw new Error(`apt-get ${args.join(' ')} failed (${signal ?? status})`);
  }
}
