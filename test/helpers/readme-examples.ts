// The examples of the library in the README, and projects that use them.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIXTURES, lines } from './corpus.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Of every example: what it is about, and its code. */
export const NAMES = ['verify', 'entries', 'write'] as const;

export function readmeExamples(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = /^## As a library\n(.*?)^## /ms.exec(readme)?.[1] ?? '';
  return [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
}

/** What the strictest users set. */
const STRICT = {
  target: 'ES2022',
  lib: ['ES2022'],
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
};

/** The ways to find modules that TypeScript users have. */
export const RESOLUTIONS = {
  nodenext: { ...STRICT, module: 'NodeNext', moduleResolution: 'NodeNext' },
  bundler: { ...STRICT, module: 'ESNext', moduleResolution: 'Bundler' },
} as const;

/** Begins a project: it has no sources and no dependencies yet. */
export function startProject(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  copyFileSync(join(FIXTURES, 'dump.rdb'), join(folder, 'dump.rdb'));
}

/** Writes the sources of a project, by their names, and how they are compiled. */
export function writeSources(folder: string, files: Readonly<Record<string, string>>, compilerOptions: object): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, 'src', name), code);
  const config = { compilerOptions: { ...compilerOptions, rootDir: 'src', outDir: 'out' }, include: ['src'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
}

/** Compiles a project; an answer that is not empty is what is wrong with it. */
export function compile(folder: string): string {
  const { status, stdout } = run(folder, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder);
  return status === 0 ? '' : stdout || `exit status ${status}`;
}

/** Runs a file of a project. */
export function run(folder: string, file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

interface Truth {
  key: string;
  type: string;
  db: number;
  value: string;
}

/** What the second example has to print, as the server says what is in the dump. */
export function sumOfPrices(): string {
  const prices = (lines(join(FIXTURES, 'dump.truth.jsonl')) as unknown as Truth[])
    .map(({ key, value }) => ({ name: Buffer.from(key, 'base64').toString(), value }))
    .filter(({ name }) => name.startsWith('product:'))
    .map(({ value }) => JSON.parse(Buffer.from(value, 'base64').toString()).price as number);
  return prices.reduce((sum, price) => sum + price, 0).toFixed(2);
}

/** The lists that the third example has to copy, by database and name. */
export function carts(): string[] {
  return (lines(join(FIXTURES, 'dump.truth.jsonl')) as unknown as Truth[])
    .filter(({ type }) => type === 'list')
    .map(({ db, key }) => `${db} ${Buffer.from(key, 'base64')}`)
    .filter((name) => name.includes(' cart:'));
}
