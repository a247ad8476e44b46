// The second thread may only change how long it takes: a dump, sound or damaged, gets the same report with and without.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Checksum, InlineChecksum } from '../../src/bytes/checksum/checksum.js';
import { ThreadChecksum } from '../../src/bytes/checksum/thread.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { StreamSource } from '../../src/bytes/sources/stream.js';
import { Window } from '../../src/bytes/window.js';
import { Findings } from '../../src/verify/findings.js';
import { verifyRdb } from '../../src/verify/rdb.js';
import { sample } from '../helpers/runs.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const NOW = Date.UTC(2027, 0);

function dumps(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rdb'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function report(bytes: Uint8Array, make: (kernels: Kernels) => Checksum | Promise<Checksum>) {
  const kernels = new Kernels();
  const checksum = await make(kernels);
  const findings = new Findings();
  const window = new Window(kernels, new StreamSource(once(bytes)), checksum);
  try {
    const result = await verifyRdb(window, checksum, findings, { nowMs: NOW });
    return { result, findings: findings.kept, counts: findings.counts };
  } finally {
    checksum.close();
  }
}

async function readyThread(kernels: Kernels): Promise<Checksum> {
  const checksum = new ThreadChecksum(kernels);
  while (!checksum.thread.ready) await setTimeout(1);
  return checksum;
}

describe('with the second thread ready from the start', () => {
  for (const path of sample(dumps(FIXTURES), 5)) {
    it(`gives the same report of ${relative(FIXTURES, path)}`, async () => {
      const bytes = readFileSync(path);
      const alone = await report(bytes, (kernels) => new InlineChecksum(kernels));
      expect(await report(bytes, readyThread)).toEqual(alone);
    });
  }
});
