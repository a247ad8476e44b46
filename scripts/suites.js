#!/usr/bin/env node
/**
 * Makes the Debian suites that hold the servers of the test matrix, those that are missing.
 *
 *   node scripts/suites.js            all of them
 *   node scripts/suites.js trixie sid these
 *
 * They go to RDBKIT_SUITES, else to ~/.cache/rdbkit/suites (about 200 MB each). RDBKIT_MIRROR names a Debian mirror;
 * without it the one apt uses is taken. Needs root: debootstrap makes device nodes, and the tests use chroot.
 */
import { aptInstall, has, isRoot } from './lib/apt.js';
import { makeSuite } from './lib/debootstrap.js';
import { debianMirror } from './lib/mirror.js';
import { importTypeScript } from './lib/typescript.js';

/** @type {typeof import('../test/servers/suites.js')} */
const { SUITES, suitesFolder, isComplete } = await importTypeScript('test/servers/suites.ts');
/** @type {typeof import('../test/servers/available.js')} */
const { suiteServers } = await importTypeScript('test/servers/available.ts');

process.exit(run(process.argv.slice(2)));

/**
 * @param {string[]} names
 * @returns {number} the exit code
 */
function run(names) {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`No such suite: ${unknown.join(', ')}. There are: ${SUITES.map((suite) => suite.name).join(', ')}`);
    return 2;
  }
  if (!isRoot) {
    console.error('The suites need root: debootstrap makes device nodes, and their servers run through chroot.');
    return 1;
  }
  const wanted = SUITES.filter((suite) => names.length === 0 || names.includes(suite.name));
  let failures = 0;
  for (const suite of wanted.filter((suite) => !isComplete(suite))) {
    try {
      make(suite);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      failures++;
    }
  }
  console.log(`Suites in ${suitesFolder()}:`);
  for (const suite of wanted) {
    const found = suiteServers(suite).map((server) => server.name);
    console.log(`  ${suite.name}: ${found.join(', ') || 'missing'}`);
    for (const { lineage, release } of suite.servers) {
      // sid moves on. That is no failure, but whoever reads a failed matrix wants to know.
      if (isComplete(suite) && !found.some((name) => name.startsWith(`${lineage}-${release}.`))) {
        console.log(`    (was ${lineage} ${release} when this list was made)`);
      }
    }
  }
  return failures > 0 ? 1 : 0;
}

/** @param {import('../test/servers/suites.js').Suite} suite */
function make(suite) {
  if (!has('debootstrap')) {
    console.error('Installing debootstrap');
    aptInstall(['debootstrap', 'debian-archive-keyring']);
  }
  const packages = suite.servers.flatMap(({ lineage }) => [`${lineage}-server`, `${lineage}-tools`]);
  const started = Date.now();
  console.error(`Making ${suite.name} with ${packages.join(', ')}`);
  makeSuite(suitesFolder(), suite.name, packages, debianMirror());
  console.error(`Made ${suite.name} in ${Math.round((Date.now() - started) / 1000)} s`);
}
