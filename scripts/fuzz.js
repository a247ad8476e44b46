#!/usr/bin/env node
/**
 * Feeds mutated dumps to the built verifier and parser, and checks what they promise of any input: no exception, no hang, a
 * verdict, known codes at places within the file, and the same events however the bytes arrive.
 *
 *   node scripts/fuzz.js                     10,000 inputs
 *   node scripts/fuzz.js --count N           so many
 *   node scripts/fuzz.js --seed S            other ones; the same seed and seed files give the same inputs
 *   node scripts/fuzz.js --minutes M         stop after that time
 *   node scripts/fuzz.js --from I            begin with input I (with --count 1: only that one)
 *   node scripts/fuzz.js --jobs J            threads, default 1
 *   node scripts/fuzz.js --dist DIR          what to test, default dist
 *   node scripts/fuzz.js --save DIR          where inputs go that break a promise, default a temporary directory
 *   node scripts/fuzz.js --limit SECONDS     what one input may take, default 10
 *
 * The mutations start from the dumps of fixtures/, and of ../shared/corpus when it is there. Ends with one line of numbers,
 * and with exit status 1 when a promise was broken.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { importTypeScript } from './lib/typescript.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LARGEST_SEED = 1024 * 1024;
const HEAP_MB = 1024;
const WATCH_EVERY_MS = 250;
const PRINTED = 20;

/** Words of the memory shared with a worker: the input at hand, and since when (ms). */
const INPUT = 0;
const SINCE = 1;

/**
 * @typedef {{ seed: number, from: number, to: number, step: number, dist: string, save: string, state: SharedArrayBuffer }} Task
 * @typedef {{ kind: 'done', outcome: string, milliseconds: number, memory: number }
 *   | { kind: 'broken', input: number, story: string, what: string[], file: string }} News
 */

if (isMainThread) await main();
else await work(/** @type {Task} */ (workerData));

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      from: { type: 'string', default: '0' },
      jobs: { type: 'string', default: '1' },
      dist: { type: 'string', default: join(ROOT, 'dist') },
      save: { type: 'string' },
      limit: { type: 'string', default: '10' },
    },
  });
  const [count, seed, from, jobs, limit] = ['count', 'seed', 'from', 'jobs', 'limit'].map((name) =>
    Number(values[/** @type {'count'} */ (name)]),
  );
  const save = values.save ?? mkdtempSync(join(tmpdir(), 'rdbkit-fuzz-'));
  mkdirSync(save, { recursive: true });
  const started = Date.now();
  const deadline = values.minutes === undefined ? Number.POSITIVE_INFINITY : started + Number(values.minutes) * 60_000;
  const totals = { inputs: 0, crashes: 0, hangs: 0, broken: 0, slowest: 0, memory: 0 };
  /** @type {Record<string, number>} */
  const outcomes = { sound: 0, damaged: 0, unknown: 0 };
  /** @type {Map<string, number>} */
  const kinds = new Map();
  let printed = 0;
  const report = (/** @type {number} */ input, /** @type {string} */ text) => {
    if (printed++ < PRINTED) console.log(`input ${input}: ${text}`);
  };

  await Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      let next = from + job;
      while (next < from + count && Date.now() < deadline) next = await runWorker(next);
    }),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  const rss = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(
    `${totals.inputs} inputs, ${totals.crashes} crashes, ${totals.hangs} hangs, ${totals.broken} broken promises, ` +
      `${seconds} s, slowest ${totals.slowest} ms, peak RSS ${rss} MiB (kernels ${(totals.memory / 2 ** 20).toFixed(0)} MiB); ` +
      `${outcomes.sound} sound, ${outcomes.damaged} damaged, ${outcomes.unknown} unknown`,
  );
  if (totals.broken + totals.crashes + totals.hangs > 0) {
    for (const [kind, times] of kinds) console.log(`${times} x ${kind}`);
    console.log(`what broke them is in ${save}`);
    process.exitCode = 1;
  }

  /**
   * Runs a worker from input `first` until it is done or has to be ended. Returns the input to go on with.
   * @param {number} first
   * @returns {Promise<number>}
   */
  function runWorker(first) {
    const state = new SharedArrayBuffer(16);
    const words = new Float64Array(state);
    words[INPUT] = first;
    words[SINCE] = Number.POSITIVE_INFINITY;
    const task = { seed, from: first, to: from + count, step: jobs, dist: values.dist, save, state };
    return new Promise((done) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      });
      let ended = false;
      const end = (/** @type {number} */ next) => {
        if (ended) return;
        ended = true;
        clearInterval(watch);
        worker.terminate().then(() => done(next));
      };
      const watch = setInterval(() => {
        const now = Date.now();
        if (now >= deadline) return end(Number.POSITIVE_INFINITY);
        if (now - words[SINCE] < limit * 1000) return;
        totals.hangs++;
        totals.inputs++;
        report(words[INPUT], `takes longer than ${limit} s; see ${save}/${words[INPUT]}.rdb`);
        writeFileSync(join(save, 'hangs.txt'), `${words[INPUT]}\n`, { flag: 'a' });
        end(words[INPUT] + jobs);
      }, WATCH_EVERY_MS);
      worker.on('message', (/** @type {News} */ news) => {
        if (ended) return;
        if (news.kind === 'broken') {
          if (news.what[0]?.startsWith('threw')) totals.crashes++;
          else totals.broken++;
          for (const kind of new Set(news.what.map((what) => what.replaceAll(/\d+/g, 'N').slice(0, 70)))) {
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          }
          report(news.input, `${news.story}\n  ${news.what.join('\n  ').slice(0, 2000)}\n  ${news.file}`);
          return;
        }
        totals.inputs++;
        outcomes[news.outcome] = (outcomes[news.outcome] ?? 0) + 1;
        totals.slowest = Math.max(totals.slowest, news.milliseconds);
        totals.memory = Math.max(totals.memory, news.memory);
      });
      worker.on('error', (error) => {
        if (ended) return;
        totals.crashes++;
        totals.inputs++;
        report(words[INPUT], `ends the thread: ${error}`);
        end(words[INPUT] + jobs);
      });
      worker.on('exit', () => end(from + count));
    });
  }
}

/** @param {Task} task */
async function work(task) {
  /** @typedef {typeof import('../test/fuzz/lib/index.js')} Lib */
  const lib = /** @type {Lib} */ (await importTypeScript('test/fuzz/lib/index.ts'));
  const library = await loadLibrary(task.dist, lib.MODULES);
  const seeds = [];
  for (const path of seedFiles()) seeds.push(await lib.makeSeed(library, relative(ROOT, path), readFileSync(path)));
  let checker = new lib.Checker(library);
  const words = new Float64Array(task.state);
  for (let input = task.from; input < task.to; input += task.step) {
    const random = lib.Random.of(task.seed, input);
    const { bytes, story } = lib.mutate(seeds, random, lib.crc64);
    const file = join(task.save, `${input}.rdb`);
    const since = Date.now();
    words[INPUT] = input;
    words[SINCE] = since;
    /** @type {string[]} */
    let what = [];
    let outcome = 'none';
    try {
      ({ outcome, violations: what } = await checker.check(bytes, random));
    } catch (error) {
      what = [`threw ${error instanceof Error ? error.stack : error}`];
      checker = new lib.Checker(library);
    }
    words[SINCE] = Number.POSITIVE_INFINITY;
    if (what.length > 0) {
      writeFileSync(file, bytes);
      writeFileSync(`${file}.txt`, `${story}\n${what.join('\n')}\n`);
      tell({ kind: 'broken', input, story, what, file });
    }
    tell({ kind: 'done', outcome, milliseconds: Date.now() - since, memory: checker.largestMemory });
  }
}

/**
 * @param {string} dist
 * @param {Readonly<Record<string, string>>} paths
 */
async function loadLibrary(dist, paths) {
  const base = pathToFileURL(`${resolve(dist)}/`);
  const entries = Object.entries(paths).map(async ([name, path]) => {
    const module = await import(new URL(path, base).href);
    return [name, module[name]];
  });
  return /** @type {import('../test/fuzz/lib/index.js').Library} */ (Object.fromEntries(await Promise.all(entries)));
}

/** @param {News} news */
function tell(news) {
  parentPort?.postMessage(news);
}

/** The dumps to start from, in an order that does not depend on the machine. */
function seedFiles() {
  return ['fixtures', '../shared/corpus'].flatMap((folder) => dumpsBelow(join(ROOT, folder))).sort();
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function dumpsBelow(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return dumpsBelow(path);
    return entry.name.endsWith('.rdb') && readFileSync(path).length <= LARGEST_SEED ? [path] : [];
  });
}
