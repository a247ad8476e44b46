// Builds dist/: kernels first, because the TypeScript embeds them.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';

await rm('dist', { recursive: true, force: true });
run('scripts/build-kernels.js');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
