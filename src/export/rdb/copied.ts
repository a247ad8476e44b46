import type { Ending } from '../../backup/damage.js';
import type { ScanResult } from '../../backup/scan.js';
import type { ExportSummary } from './options.js';

/** What an export did, before its files are finished. */
export type Copied = Omit<ExportSummary, 'files'> & { readonly files: readonly [] };

/**
 * Whether a copy may look sound: what was read is what was written once. A good checksum proves that, even where the writer
 * made mistakes.
 */
export function mayBeCopied({ complete, limited, checksum }: ScanResult, { outcome }: Ending): boolean {
  if (!complete && !limited) return false;
  return outcome !== 'damaged' || checksum.status === 'ok';
}
