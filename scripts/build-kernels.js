// Compiles assembly/ to WebAssembly and embeds it as base64, so that the package needs no file beside its JavaScript.
import { mkdir, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const OUT = 'src/bytes/kernels/binary.ts';

const { error, stdout, stderr, binary } = await compile();
if (error || !binary) {
  process.stderr.write(`${stderr.toString()}${stdout.toString()}\n`);
  throw error ?? new Error('the kernels did not compile');
}

await mkdir('src/bytes/kernels', { recursive: true });
await writeFile(
  OUT,
  `// Made by scripts/build-kernels.js from assembly/. Do not edit.\nexport const KERNELS =\n  '${Buffer.from(binary).toString('base64')}';\n`,
);
process.stdout.write(`kernels: ${binary.length} bytes\n`);

async function compile() {
  let binary;
  const result = await asc.main(
    [
      'assembly/index.ts',
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--sharedMemory',
      '--initialMemory',
      '2',
      '--maximumMemory',
      '65536',
      '--enable',
      'threads',
      '--enable',
      'simd',
      '--enable',
      'bulk-memory',
      '--use',
      'abort=',
    ],
    {
      writeFile(name, contents) {
        if (name.endsWith('.wasm')) binary = contents;
      },
    },
  );
  return { ...result, binary };
}
