#!/usr/bin/env node
/**
 * What `npm test` runs: makes sure that a server is there and the tool is built, then runs vitest.
 *
 *   npm test                        everything but the matrix and the browser, against the redis-server on PATH
 *   npm test -- test/rdb -t listpack    any arguments of vitest
 *   npm test -- --matrix            the matrix: every server release, see scripts/suites.js; and reports in a real browser
 *
 * With CI=true, files that fail run once more, each alone.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { aptInstall, has, isRoot } from './lib/apt.js';
import { isBuilt } from './lib/built.js';
import { importTypeScript } from './lib/typescript.js';
import { runVitest } from './lib/vitest.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const matrix = args.includes('--matrix');
const rest = args.filter((arg) => arg !== '--matrix');

ensureServer();
if (!isBuilt(root)) {
  console.error('Building, since dist is missing or older than the sources');
  step('npm', ['run', 'build']);
}
if (matrix) {
  await ensureBrowser();
  step(process.execPath, ['scripts/suites.js']);
}
const slow = ['test/matrix', 'test/browser', 'test/pack'];
const selection = matrix ? slow : slow.flatMap((folder) => ['--exclude', `${folder}/**`]);
process.exitCode = runVitest(root, ['run', ...selection, ...rest], { again: process.env.CI === 'true' });

/** Most tests compare with a real server, so one must be on PATH. A machine that is ours alone (root, apt) gets one. */
function ensureServer() {
  if (has('redis-server')) {
    return;
  }
  if (isRoot && has('apt-get')) {
    console.error('No redis-server on PATH: installing it');
    try {
      aptInstall(['redis-server']);
      return;
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  console.error(
    `The tests need redis-server (6.0 or newer) and redis-check-rdb on PATH. Install them:
  Debian, Ubuntu   apt-get install redis-server
  Fedora           dnf install valkey-compat-redis
  Alpine           apk add redis
  macOS            brew install redis`,
  );
  process.exit(1);
}

/** The browser in which reports are opened. Without one, its tests say what to install. */
async function ensureBrowser() {
  /** @type {typeof import('../test/browser/chromium.js')} */
  const { findChromium } = await importTypeScript('test/browser/chromium.ts');
  if (findChromium() || !isRoot || !has('apt-get')) {
    return;
  }
  console.error('No Chromium on PATH: installing it');
  try {
    aptInstall(['chromium']);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

/**
 * Runs a command and ends with its exit code when it fails.
 * @param {string} file
 * @param {string[]} fileArgs
 */
function step(file, fileArgs) {
  const { status, error } = spawnSync(file, fileArgs, { cwd: root, stdio: 'inherit' });
  if (error) {
    console.error(`${file}: ${error.message}`);
  }
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
