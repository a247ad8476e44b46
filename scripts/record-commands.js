#!/usr/bin/env node
/**
 * Asks every server that can be started here which commands it has, and writes src/servers/command-data.ts.
 *
 *   RDBKIT_SUITES=… node scripts/record-commands.js
 *
 * Ends without writing when one of the releases below cannot be started.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { importTypeScript } from './lib/typescript.js';

/** @type {typeof import('../test/servers/available.js')} */
const { availableServers } = await importTypeScript('test/servers/available.ts');
/** @type {typeof import('../test/servers/server.js')} */
const { withServer } = await importTypeScript('test/servers/server.ts');

const OUT = 'src/servers/command-data.ts';
/** Releases in the order of the columns of the data. */
const RELEASES = ['redis-6.0', 'redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1'];
/** What is kept of the flags that COMMAND tells. */
const FLAGS = new Map([
  ['write', 'w'],
  ['readonly', 'r'],
  ['admin', 'a'],
]);

/** @type {Map<string, Map<string, string>>} line without its columns -> release -> as is */
const lines = new Map();
const asked = new Map();
for (const server of availableServers()) asked.set(`${server.lineage}-${server.release}`, server); // the newest wins
const missing = RELEASES.filter((release) => !asked.has(release));
if (missing.length > 0) {
  console.error(`Not to be started here: ${missing.join(', ')}`);
  process.exit(1);
}
for (const [column, release] of RELEASES.entries()) {
  await withServer(asked.get(release), async ({ client, version }) => {
    const commands = /** @type {any[]} */ (await client.call('COMMAND'));
    const since = await sinceOf(client, release);
    for (const command of commands) add(command, column, since);
    console.log(`${release} (${version}): ${commands.length} commands`);
  });
}
joinUndated();
const sorted = [...lines].sort(([a], [b]) =>
  a.split(' ')[0] < b.split(' ')[0] ? -1 : a.split(' ')[0] > b.split(' ')[0] ? 1 : a < b ? -1 : 1,
);
writeFileSync(
  OUT,
  `// Made by scripts/record-commands.js from what real servers answer to COMMAND and COMMAND DOCS. Do not edit.

/** The releases that were asked, one for each column at the end of a line. */
export const COMMAND_RELEASES = ${JSON.stringify(RELEASES)} as const;

/**
 * One line for each form of a command: name (or container|subcommand), arity, flags (w write, r reads, a admin, c container,
 * - none), position of the first key, the release it came with (0 unknown), and whether each release has it so.
 */
export const COMMAND_DATA = \`
${sorted.map(([line, columns]) => `${line} ${RELEASES.map((_, i) => (columns.has(i) ? 1 : 0)).join('')}`).join('\n')}
\`;
`,
);
spawnSync('node_modules/.bin/biome', ['check', '--write', OUT], { stdio: 'inherit' });

/**
 * @param {any[]} command as COMMAND tells it
 * @param {number} column
 * @param {Map<string, string>} since
 */
function add([name, arity, flags, firstKey, , , , , , subcommands], column, since) {
  const letters = [...FLAGS].filter(([flag]) => flags.includes(flag)).map(([, letter]) => letter);
  if (subcommands?.length > 0) letters.push('c');
  const lower = name.toLowerCase();
  const line = [lower, arity, letters.join('') || '-', firstKey, since.get(lower) ?? '0'].join(' ');
  if (!lines.has(line)) lines.set(line, new Map());
  lines.get(line).set(column, true);
  for (const subcommand of subcommands ?? []) add(subcommand, column, since);
}

/** A server that does not tell since when it has a command has the same one as a later server that does. */
function joinUndated() {
  for (const [line, columns] of [...lines]) {
    if (!line.endsWith(' 0')) continue;
    const dated = [...lines.keys()].find((other) => other !== line && withoutSince(other) === withoutSince(line));
    if (dated === undefined) continue;
    for (const column of columns.keys()) lines.get(dated).set(column, true);
    lines.delete(line);
  }
}

/** @param {string} line */
function withoutSince(line) {
  return line.slice(0, line.lastIndexOf(' '));
}

/** Major and minor of the release that each command came with. Servers before 7.0 do not tell. */
async function sinceOf(client, release) {
  const since = new Map();
  if (release === 'redis-6.0') return since;
  const docs = await client.call('COMMAND', 'DOCS');
  collect(docs, since);
  return since;
}

/** Docs come as pairs of name and pairs. */
function collect(docs, since) {
  for (let i = 0; i + 1 < docs.length; i += 2) {
    const [name, pairs] = [docs[i].toLowerCase(), docs[i + 1]];
    for (let k = 0; k + 1 < pairs.length; k += 2) {
      if (pairs[k] === 'since') since.set(name, pairs[k + 1].split('.').slice(0, 2).join('.'));
      if (pairs[k] === 'subcommands') collect(pairs[k + 1], since);
    }
  }
}
