// Runs the program as it ships: the built files behind bin/rdbkit.js, under the Node that runs the tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = fileURLToPath(new URL('../../bin/rdbkit.js', import.meta.url));

if (!existsSync(fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url)))) {
  throw new Error('dist/ is missing: these tests run the built program; run "npm run build" first');
}

/** The environment of the tests without what decides about colours. */
export const ENVIRONMENT: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name !== 'NO_COLOR' && name !== 'FORCE_COLOR'),
);

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `rdbkit ARGS` to its end. */
export function rdbkit(args: readonly string[], options: RunOptions = {}): Ran {
  return run(process.execPath, [BIN, ...args], options);
}

/** Runs a script of bash, in which `$rdbkit` stands for the program. */
export function bash(script: string, options: RunOptions = {}): Ran {
  const env = { ...options.env, rdbkit: `${process.execPath} ${BIN}` };
  return run('bash', ['-c', script], { ...options, env });
}

/** Whether there is such a program. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function run(file: string, args: readonly string[], { stdin, env }: RunOptions): Ran {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    encoding: 'utf8',
    env: { ...ENVIRONMENT, ...env },
    maxBuffer: 64 * 1024 * 1024,
    input: stdin ?? '',
  });
  // A program need not read what it is given.
  if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  return { code: status, stdout, stderr };
}
