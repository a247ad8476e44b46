// Runs an export into memory.
import { openDataset } from '../../src/backup/dataset.js';
import { ByteSink } from '../../src/export/byte-sink.js';
import { type InputExport, KeyExport, type KeyFormat } from '../../src/export/export-keys.js';
import type { GateOptions } from '../../src/export/key-gate.js';
import { OneKeyOutput } from '../../src/export/key-outputs.js';

export interface Exported {
  readonly bytes: Buffer;
  readonly results: readonly InputExport[];
}

/** Exports files, one after the other. */
export async function exported(
  paths: readonly string[],
  format: KeyFormat,
  options: Partial<GateOptions> = {},
): Promise<Exported> {
  const pieces: Buffer[] = [];
  const sink = new ByteSink(async (bytes) => {
    pieces.push(Buffer.from(bytes));
  });
  const all = new KeyExport(format, new OneKeyOutput(sink), {
    filter: {},
    now: 'file',
    clockMs: Date.now(),
    ...options,
  });
  const results: InputExport[] = [];
  for (const path of paths) {
    const dataset = await openDataset(path);
    try {
      results.push(await all.add(dataset));
    } finally {
      await dataset.close();
    }
  }
  await all.finish();
  return { bytes: Buffer.concat(pieces), results };
}
