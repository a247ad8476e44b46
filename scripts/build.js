// Builds dist/: kernels and the page of reports first, because the TypeScript embeds them; then the modules with their types for the library; then the
// command line once more as a few joined files, because loading a hundred small ones takes longer than verifying most dumps.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { build } from 'rolldown';

await rm('dist', { recursive: true, force: true });
run('scripts/build-kernels.js');
run('scripts/build-report-page.js');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await build({
  // The thread is found by its name beside the file that starts it.
  input: { main: 'src/cli/main.ts', thread: 'src/verify/thread.ts' },
  platform: 'node',
  external: [/^[^./]/],
  output: { dir: 'dist/bin', format: 'esm', chunkFileNames: '[name]-[hash].js' },
  logLevel: 'warn',
});

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
