import type { Checksum } from '../../bytes/checksum/checksum.js';
import type { Window } from '../../bytes/window.js';
import type { Again } from '../duplicates.js';
import type { Findings } from '../findings.js';
import type { VerifyOptions } from '../options.js';
import { type RdbResult, verifyRdb } from '../rdb.js';
import { type CheckedLog, verifyLog } from './log.js';

/** What an RDB with a log behind it, either of which may be absent, was found to be. */
export interface Content {
  readonly rdb: RdbResult;
  /** Absent when nothing follows the RDB, or when that could not be read to its end. */
  readonly log: CheckedLog | undefined;
}

/**
 * Verifies the RDB in the window, and what follows it as a log of commands where `isLog` says so. Servers take whatever
 * follows the RDB in an append-only file for commands, and ignore it behind a dump.
 */
export async function verifyWithLog(
  window: Window,
  checksum: Checksum,
  findings: Findings,
  options: VerifyOptions,
  again: Again,
  isLog: (aux: Readonly<Record<string, string>>) => boolean,
): Promise<Content> {
  let log: CheckedLog | undefined;
  const rdb = await verifyRdb(window, checksum, findings, options, again, async (aux) => {
    if (!isLog(aux)) return false;
    if ((await window.fill(1)) || window.sourceError) log = await verifyLog(window, findings, options);
    return true;
  });
  return { rdb, log };
}
