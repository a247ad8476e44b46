import type { FindingCode, Severity } from '../errors.js';

/** Something that is wrong with an input, or worth a word. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Byte offset in the file (in the decompressed content, for gzip); null when it belongs to no place. */
  readonly offset: number | null;
  readonly db: number | null;
  /** The key's name, its first 1024 bytes; null when it belongs to no key. */
  readonly key: Uint8Array | null;
  /** The key's type as TYPE answers. */
  readonly type: string | null;
  /** One sentence. */
  readonly message: string;
  /** Of a suspicion by fingerprints: whether a second look at the bytes confirmed it. */
  readonly confirmed?: boolean;
}
