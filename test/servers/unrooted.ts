import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { AvailableServer } from './available.js';

const LIBRARIES = [
  'lib/x86_64-linux-gnu',
  'usr/lib/x86_64-linux-gnu',
  'lib/aarch64-linux-gnu',
  'usr/lib/aarch64-linux-gnu',
];
const LOADERS = ['ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'];

/**
 * A program that runs a server of a suite without chroot, with the suite's libraries, so that it sees the files of this
 * machine; that of a server on PATH is its own. Undefined where the suite has no loader that is known here. Gone after the
 * tests of the file at hand.
 */
export function unrooted({ root, binary, name }: AvailableServer): string | undefined {
  if (root === undefined) return binary;
  const folders = LIBRARIES.map((each) => join(root, each)).filter((each) => existsSync(each));
  const loader = folders.flatMap((each) => LOADERS.map((file) => join(each, file))).find((each) => existsSync(each));
  if (loader === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-unrooted-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  const script = `#!/bin/sh\nexec '${loader}' --library-path '${folders.join(':')}' '${join(root, binary)}' "$@"\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
