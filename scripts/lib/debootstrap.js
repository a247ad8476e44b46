/** Makes one Debian tree with servers in it. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `folder/name`, whole or not at all: it grows under another name, so that a run that was cut short never looks
 * like a suite. Throws with the end of debootstrap's log when it fails.
 * @param {string} folder
 * @param {string} name the suite
 * @param {string[]} packages
 * @param {string | undefined} mirror
 */
export function makeSuite(folder, name, packages, mirror) {
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  const partial = join(folder, `${name}.partial-${process.pid}`);
  const logPath = join(folder, `${name}.log`);
  const log = openSync(logPath, 'w');
  const args = ['--variant=minbase', `--include=${packages.join(',')}`, name, partial, ...(mirror ? [mirror] : [])];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const { status, signal, error } = spawnSync('debootstrap', args, { stdio: ['ignore', log, log], env });
  closeSync(log);
  if (status !== 0) {
    removeTree(partial);
    const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    throw new Error(`debootstrap of ${name} failed (${error?.message ?? signal ?? status}), see ${logPath}\n${tail}`);
  }
  // The downloaded packages are half of the tree's size, and nobody needs them again.
  const archives = join(partial, 'var/cache/apt/archives');
  for (const file of readdirSync(archives).filter((entry) => entry.endsWith('.deb'))) {
    rmSync(join(archives, file));
  }
  const final = join(folder, name);
  if (existsSync(final)) {
    // What is there is not whole, else nobody had asked for another one.
    removeTree(final);
  }
  renameSync(partial, final);
}

/**
 * Removes what earlier runs left when they were killed.
 * @param {string} folder
 */
function removeLeftovers(folder) {
  for (const entry of readdirSync(folder)) {
    const pid = /\.partial-(\d+)$/.exec(entry)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) {
      removeTree(join(folder, entry));
    }
  }
}

/**
 * Removes a tree in which debootstrap may have left /proc or /sys mounted. Those are unmounted first, and never
 * walked into.
 * @param {string} path
 */
function removeTree(path) {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const inside = mounts.map((line) => line.split(' ')[1] ?? '').filter((point) => point.startsWith(`${path}/`));
  for (const point of inside.sort().reverse()) {
    spawnSync('umount', ['-l', point]);
  }
  spawnSync('rm', ['-rf', '--one-file-system', path]);
}
