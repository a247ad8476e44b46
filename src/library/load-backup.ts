import type { FilterOptions } from '../keyspace/filters.js';

import type { BulkOptions } from '../live/bulk/open-bulk-target.js';
import type { TlsFiles } from '../live/connect.js';
import { parseServerUrl } from '../live/server-url.js';
import type { LoadOptions } from '../load/options.js';
import type { LoadReport } from '../load/report.js';

/** How a backup is loaded, and how its target is reached. */
export interface LoadBackupOptions extends Omit<LoadOptions, 'log' | 'filter'>, BulkOptions {
  /** Only these keys; default all. */
  readonly filters?: FilterOptions;
  /** Files for TLS, where the URL says `rediss://`. */
  readonly tls?: TlsFiles;
}

/**
 * Loads a backup (the path of a dump, an append-only file, a manifest or a directory with a set) into a running server, the
 * master that Sentinels name, or a cluster, as `rdbkit load` does: `redis://[user[:password]@]host[:port][/db]`, `rediss://…`,
 * `unix:///path`. A password that is not in the URL comes from the environment: RDBKIT_PASSWORD or REDISCLI_AUTH.
 *
 * What became of each key is in the report, where `loaded + skipped + expired + conflicted + failed` is the number of keys.
 * Nothing is overwritten unless `onConflict` says so, and nothing is ever flushed. Rejects, before anything is written, with
 * BackupError and LoadError for an input or options that do not do, with LiveError for a server that cannot be reached, and
 * with the system's error.
 *
 * @example
 * ```ts
 * const report = await loadBackup('dump.rdb', 'redis://localhost:6379', { onConflict: 'skip', verify: true });
 * console.log(report.loaded, report.skipped, report.failures);
 * ```
 */
export async function loadBackup(path: string, url: string, options: LoadBackupOptions = {}): Promise<LoadReport> {
  const { filters, tls, ...rest } = options;
  // What talks to servers is loaded for those who want one.
  const [{ load }, { openLoadInput }, { openBulkTarget }] = await Promise.all([
    import('../load/load.js'),
    import('../load/open-input.js'),
    import('../live/bulk/open-bulk-target.js'),
  ]);
  const { dataset, log } = await openLoadInput(path);
  try {
    const target = await openBulkTarget(parseServerUrl(url), tls, rest);
    try {
      return await load(dataset, target, { ...rest, log, ...(filters ? { filter: filters } : {}) });
    } finally {
      target.close();
    }
  } finally {
    await dataset.close().catch(() => undefined);
  }
}
