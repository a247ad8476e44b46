import { spawnSync } from 'node:child_process';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases.js';
import { CommandFailed, compare } from './compare.js';
import { dataset } from './dataset.js';
import { kinds } from './kinds/index.js';
import { memorySource } from './measure.js';
import { renderTable } from './table.js';

const USAGE = `usage: npm run bench -- [options]

  --size small|full|FACTOR  how much data: small is 0.05 of full (default full)
  --runs N                  paired runs per file, after one pair to warm up (default 5)
  --only KIND,...           ${Object.keys(kinds).join(', ')}
                            (default all that can be compared)
  --vs CASE                 what to compare (default verify):
${Object.entries(cases)
  .map(([name, { about }]) => `                            ${name}: ${about}`)
  .join('\n')}
  --data DIR                where the dumps are kept and looked for (default: rdbkit-bench in the temporary folder)
  --json                    print the results as JSON
`;

const sizes = new Map([
  ['small', 0.05],
  ['full', 1],
]);

const memoryNotes = {
  wait4: 'Peak memory is the resident set as the kernel reports it at the end of the process.',
  sampled: 'Peak memory is sampled every 5 ms: growth in the last moments of a process is missed.',
  none: 'Peak memory cannot be measured on this machine.',
};

process.on('SIGINT', () => process.exit(130)); // through 'exit', where a running server is ended
process.on('SIGTERM', () => process.exit(143));

process.exitCode = await main();

async function main() {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  const { factor, runs, only, pair, folder, json } = options;
  /** @type {import('./compare.js').Comparison[]} */
  const results = [];
  /** @type {{ kind: string, failure: string }[]} */
  const failures = [];
  for (const kind of only) {
    const file = await dataset(kind, factor, folder, console.error);
    console.error(`${kind}: ${runs} runs of each`);
    try {
      results.push(await compare(pair, file, runs));
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      failures.push({ kind, failure: error.message });
    }
  }
  const judged = factor === 1;
  if (json) {
    const { targets } = pair;
    console.log(
      JSON.stringify({ about: pair.about, factor, runs, machine: machine(), targets, results, failures }, null, 2),
    );
  } else {
    const { cpu, cores, node, redis } = machine();
    console.log(`\n${pair.about}\n${cpu}, ${cores} cores; Node ${node}; Redis ${redis}; ${runs} runs\n`);
    if (results.length > 0) console.log(renderTable(results, pair, judged));
    console.log(`\n${memoryNotes[memorySource]}`);
    if (!judged) console.log('The targets are meant for files of full size.');
    for (const { kind, failure } of failures) console.error(`\nFAILED on ${kind}: ${failure}`);
  }
  return failures.length > 0 ? 1 : 0;
}

/** @returns the checked options, or what is wrong with them */
function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        size: { type: 'string', default: 'full' },
        runs: { type: 'string', default: '5' },
        only: { type: 'string' },
        vs: { type: 'string', default: 'verify' },
        data: { type: 'string', default: join(tmpdir(), 'rdbkit-bench') },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return `${/** @type {Error} */ (error).message}\n\n${USAGE}`;
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const factor = sizes.get(values.size) ?? Number(values.size);
  if (!(factor > 0 && factor <= 1)) return `--size ${values.size}: small, full or a factor up to 1`;
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs > 0)) return `--runs ${values.runs}: a number of at least 1`;
  if (!Object.hasOwn(cases, values.vs)) return `--vs ${values.vs}: one of ${Object.keys(cases).join(', ')}`;
  const possible = cases[values.vs].kinds;
  const only = values.only?.split(',') ?? possible;
  const unknown = only.find((kind) => !possible.includes(kind));
  if (unknown !== undefined) return `--only ${unknown}: one of ${possible.join(', ')}`;
  return { factor, runs, only, pair: cases[values.vs], folder: resolve(values.data), json: values.json };
}

function machine() {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  const redis = /v=(\S+)/.exec(stdout ?? '')?.[1] ?? 'unknown';
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.versions.node, redis };
}
