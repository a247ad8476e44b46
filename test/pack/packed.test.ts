// What npm packs, installed into projects of their own: TypeScript in two ways, plain JavaScript, and the command.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Names everything that a stranger may touch, so that each type is checked against the declarations that come along. */
const TOUR = `
import { createReadStream } from 'node:fs';
import {
  DamagedBackupError, dumpStats, type Entry, Level, openBackup, RdbVisitor, readRdb, salvage, type KeyRecord,
} from 'rdbkit';

function count(entry: Entry): number {
  switch (entry.type) {
    case 'string':
      return entry.value.length;
    case 'list':
    case 'set':
      return entry.value.reduce((sum, item) => sum + item.length, 0);
    case 'zset':
      return entry.value.reduce((sum, [member, score]) => sum + member.length + (score > 0 ? 1 : 0), 0);
    case 'hash':
      return entry.value.filter(({ field, value, expireAtMs }) => expireAtMs === undefined && field.length + value.length).length;
    case 'stream':
      return entry.value.groups.flatMap(({ consumers }) => consumers.flatMap(({ pending }) => pending)).length;
    case 'array':
      return entry.value.elements.length;
    case 'module':
      return entry.value.bytes.length;
    case 'cron':
      return entry.value.length;
    default:
      return entry satisfies never;
  }
}

class Names extends RdbVisitor {
  readonly names: string[] = [];
  override key(key: KeyRecord): number {
    this.names.push(Buffer.from(key.name.toBytes()).toString());
    return Level.SKIP;
  }
}

await using backup = await openBackup(new URL('../dump.rdb', import.meta.url));
let total = 0;
for await (const entry of backup.entries({ maxValueBytes: 1e6 })) total += count(entry);
const names = new Names();
const { complete } = await readRdb(createReadStream('dump.rdb'), names);
const scanned = await backup.scan(new Names());
const report = await backup.verify();
const stats = await dumpStats(['dump.rdb']);
const { outcome, survey } = await salvage('dump.rdb', 'salvaged.rdb');
try {
  for await (const _ of (await openBackup(Buffer.from('REDIS0011'))).entries());
} catch (error) {
  if (!(error instanceof DamagedBackupError)) throw error;
  console.log(error.findings[0]?.code);
}
console.log(total > 0, complete, scanned.checksum.status, report.outcome, stats.totals.keys === names.names.length);
console.log(outcome, survey.sure === names.names.length, survey.skipped.map(({ code }) => code));
`;
const TOUR_PRINTS = 'RDB_TRUNCATED\ntrue true ok sound true\nwhole true []\n';

let folder = '';
let packed: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rdbkit-packed-'));
  // Built already: scripts/test.js sees to that.
  const list = npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [{ filename, files }] = JSON.parse(list) as { filename: string; files: { path: string }[] }[];
  packed = files.map(({ path }) => path);
  const project = join(folder, 'project');
  startProject(project);
  npm(
    project,
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    join(folder, filename),
    nodeTypes(),
  );
}, 240_000);
afterAll(() => rm(folder, { recursive: true }));

/** A copy of the project with the package in it, so that no test finds what another one left. */
async function project(name: string): Promise<string> {
  const own = join(folder, name);
  await cp(join(folder, 'project'), own, { recursive: true, verbatimSymlinks: true });
  return own;
}

describe('the package', () => {
  it('holds what is needed, and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/rdbkit\.js|dist\/.*\.(js|d\.ts)|docs\/[\w-]+\.md|examples\/.+|fixtures\/(dump\.rdb|README\.md))$/;
    expect(packed.filter((path) => !allowed.test(path))).toEqual([]);
    expect(packed).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/bin/main.js', 'LICENSE']));
    const scripts = packed.filter((path) => /^dist\/.*\.js$/.test(path) && !path.startsWith('dist/bin/'));
    const types = scripts.map((path) => path.replace(/js$/, 'd.ts'));
    expect(types.filter((path) => !packed.includes(path))).toEqual([]);
  });

  it('speaks of no source map and of no place on this machine', () => {
    const own = join(folder, 'project/node_modules/rdbkit');
    for (const path of readdirSync(join(own, 'dist'), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|d\.ts)$/.test(path)) continue;
      const text = readFileSync(join(own, 'dist', path), 'utf8');
      expect(text.includes('sourceMappingURL='), path).toBe(false);
      expect(text.includes(ROOT), path).toBe(false);
    }
  });

  it('has a command that runs', async () => {
    const own = await project('command');
    const command = spawnSync(join(own, 'node_modules/.bin/rdbkit'), ['verify', 'dump.rdb'], {
      cwd: own,
      encoding: 'utf8',
    });
    expect(command).toMatchObject({ status: 0, stderr: '' });
    expect(command.stdout).toMatch(/^dump\.rdb: OK\n/);
  });
});

describe.each(Object.entries(RESOLUTIONS))('TypeScript with %s', (name, options) => {
  it('compiles the examples and a tour, strictly, and they run', async () => {
    const own = await project(name);
    const examples = readmeExamples();
    const files = Object.fromEntries(NAMES.map((example, i) => [`${example}.ts`, examples[i] ?? '']));
    writeSources(own, { ...files, 'tour.ts': TOUR }, { ...options, lib: ['ES2022', 'ESNext.Disposable'] });
    expect(compile(own)).toBe('');
    await expectExamples(own, (example) => `out/${example}.js`);
    expect(run(own, 'out/tour.js')).toEqual({ status: 0, stdout: TOUR_PRINTS, stderr: '' });
  }, 240_000);
});

describe('plain JavaScript', () => {
  it('runs the examples as they stand', async () => {
    const own = await project('javascript');
    for (const [i, code] of readmeExamples().entries()) writeFileSync(join(own, `${NAMES[i]}.mjs`), code);
    await expectExamples(own, (example) => `${example}.mjs`);
  });
});

async function expectExamples(own: string, file: (example: string) => string): Promise<void> {
  expect(run(own, file('verify'))).toMatchObject({ status: 0, stdout: 'dump.rdb sound\n' });
  expect(run(own, file('entries'))).toEqual({ status: 0, stdout: `${sumOfPrices()}\n`, stderr: '' });
  expect(run(own, file('write'))).toEqual({ status: 0, stdout: '', stderr: '' });
  const names = (await readAll(join(own, 'carts.rdb'))).map(({ db, key }) => `${db} ${Buffer.from(key)}`);
  expect(names.sort()).toEqual([...carts(), '0 about'].sort());
}

/** The types of Node that this repository has, by version. */
function nodeTypes(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/@types/node/package.json'), 'utf8'));
  return `@types/node@${version}`;
}

function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', timeout: 280_000 });
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${stderr}`);
  return stdout;
}
