#!/usr/bin/env node
/**
 * Prints how near the memory estimate comes to MEMORY USAGE key SAMPLES 0 on every server that can be started here.
 *
 *   RDBKIT_SUITES=… node scripts/memory-accuracy.js [--keys N] [--largest BYTES] [--seed N] [--server NAME] [--from NAME]
 *
 * Each server loads a dump of its own, or with --from that of another one. Errors are in percent: of the sum, and the median
 * and 95th percentile over the keys.
 */
import { parseArgs } from 'node:util';
import { importTypeScript } from './lib/typescript.js';

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '60' },
    largest: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    server: { type: 'string' },
    from: { type: 'string' },
  },
});

/** @type {typeof import('../test/servers/available.js')} */
const { availableServers } = await importTypeScript('test/servers/available.ts');
/** @type {typeof import('../test/servers/memory/accuracy.js')} */
const { accuracyOf, makeDump } = await importTypeScript('test/servers/memory/accuracy.ts');

const options = { keysPerKind: Number(values.keys), largest: Number(values.largest), seed: Number(values.seed) };
const maker = values.from && availableServers().find(({ name }) => name === values.from);
if (values.from && !maker) throw new Error(`${values.from} cannot be started here`);
for (const server of availableServers()) {
  if (values.server && server.name !== values.server) continue;
  const dump = await makeDump(maker || server, options);
  const { allocator, rows, all } = await accuracyOf(server, dump);
  console.log(`\n${server.name}, allocator ${allocator}${maker ? `, dump of ${maker.name}` : ''}`);
  console.log(`${'type and encoding'.padEnd(34)}   keys        bytes    total   median      p95`);
  for (const row of [...rows, all]) {
    const name = `${row.type} ${row.encoding}`.padEnd(34);
    const numbers = [row.total, row.median, row.p95].map((share) => `${(share * 100).toFixed(2)} %`.padStart(9));
    console.log(`${name} ${String(row.keys).padStart(6)} ${String(row.bytes).padStart(12)}${numbers.join('')}`);
  }
}
