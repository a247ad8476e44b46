// Loads a dump into a running server, key by key, and keeps what is told of every key.
import { openDataset } from '../../../src/backup/dataset.js';
import { Kernels } from '../../../src/bytes/kernels/kernels.js';
import { openBulkTarget } from '../../../src/live/bulk/open-bulk-target.js';
import { parseServerUrl } from '../../../src/live/server-url.js';
import type { KeyOutcome, OutcomeKey, OutcomeSink } from '../../../src/load/outcome.js';
import { KeyLoader } from '../../../src/load/units/key-loader.js';
import { learnTarget } from '../../../src/load/units/knowledge.js';
import { LoadLook } from '../../../src/load/units/load-look.js';
import type { KeyLoaderOptions } from '../../../src/load/units/options.js';
import { Losses } from '../../../src/values/commands/losses.js';

/** A key that was not simply loaded. */
export interface Told {
  readonly db: number;
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly outcome: KeyOutcome;
}

export interface Loading {
  readonly offered: number;
  /** File offsets of the keys that were loaded. */
  readonly loaded: readonly number[];
  readonly told: readonly Told[];
  readonly partly: readonly { readonly name: string; readonly what: string }[];
  readonly notes: readonly string[];
}

/** Loads `rdb` into the server at `url`. */
export async function loadInto(url: string, rdb: string, options: Partial<KeyLoaderOptions> = {}): Promise<Loading> {
  const target = await openBulkTarget(parseServerUrl(url, {}));
  const dataset = await openDataset(rdb);
  try {
    const knowledge = options.knowledge ?? (await learnTarget(target));
    const look = new LoadLook();
    const losses = new Losses();
    await dataset.scan({ visitor: () => look });
    const sink = new Kept();
    const kernels = new Kernels();
    const basics = { kernels, target, knowledge, sink, look, losses, mode: 'auto', onConflict: 'fail' } as const;
    const loader = new KeyLoader({ ...basics, ...options });
    await dataset.scan({ kernels, visitor: () => loader });
    await loader.finish();
    loader.release();
    const { offsets, told, partial } = sink;
    return { offered: loader.offered, loaded: offsets, told, partly: partial, notes: [...losses.notes] };
  } finally {
    await dataset.close();
    target.close();
  }
}

class Kept implements OutcomeSink {
  readonly offsets: number[] = [];
  readonly told: Told[] = [];
  readonly partial: { name: string; what: string }[] = [];

  loaded(offsets: Float64Array, count: number): void {
    this.offsets.push(...offsets.subarray(0, count));
  }

  outcome({ db, name, type, offset }: OutcomeKey, outcome: KeyOutcome): void {
    this.told.push({ db, name: text(name), type, offset, outcome });
  }

  partly({ name }: OutcomeKey, what: string): void {
    this.partial.push({ name: text(name), what });
  }
}

function text(name: Uint8Array): string {
  return Buffer.from(name).toString('latin1');
}
