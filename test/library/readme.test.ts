// The examples of the README compile, and do what they say.
import { mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAll } from '../entries/written.js';
import {
  carts,
  compile,
  NAMES,
  RESOLUTIONS,
  ROOT,
  readmeExamples,
  run,
  startProject,
  sumOfPrices,
  writeSources,
} from '../helpers/readme-examples.js';

let parent = '';
let folder = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rdbkit-readme-'));
  folder = join(parent, 'project');
  startProject(folder);
  const examples = readmeExamples();
  expect(examples).toHaveLength(NAMES.length);
  const files = Object.fromEntries(NAMES.map((name, i) => [`${name}.ts`, examples[i] ?? '']));
  writeSources(folder, files, RESOLUTIONS.nodenext);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/rdbkit'));
  symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  symlinkSync(join(ROOT, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'));
});
afterAll(() => rm(parent, { recursive: true }));

it('compile with every strict option', () => {
  expect(compile(folder)).toBe('');
});

it('verify: prints the outcome', () => {
  expect(run(folder, 'out/verify.js')).toMatchObject({ status: 0, stdout: 'dump.rdb sound\n' });
});

it('entries: prints the sum', () => {
  expect(run(folder, 'out/entries.js')).toEqual({ status: 0, stdout: `${sumOfPrices()}\n`, stderr: '' });
});

it('write: makes a dump with the chosen keys', async () => {
  expect(run(folder, 'out/write.js')).toEqual({ status: 0, stdout: '', stderr: '' });
  const entries = await readAll(join(folder, 'carts.rdb'));
  const names = entries.map(({ db, key }) => `${db} ${Buffer.from(key)}`);
  expect(names.sort()).toEqual([...carts(), '0 about'].sort());
  expect(entries.every(({ expireAtMs }) => expireAtMs === undefined)).toBe(true);
});
