import type { Ending } from '../../backup/damage.js';
import type { ScanResult } from '../../backup/scan.js';
import type { ExportSummary } from './options.js';

/** What an export did, before its files are finished. */
export type Copied = Omit<ExportSummary, 'files'> & { readonly files: readonly [] };

/**
 * Whether a copy may look sound: what was read is what was written once. A good checksum proves that, even where the writer
 * made mistakes. `partial`: what can be read is wanted in any case.
 */
export function mayBeCopied(
  { complete, limited, checksum, header }: ScanResult,
  { outcome }: Ending,
  partial = false,
): boolean {
  if (partial) return header !== undefined;
  if (!complete && !limited) return false;
  return outcome !== 'damaged' || checksum.status === 'ok';
}
