// What is fuzzed, as a value: the script takes it from dist/, the tests from src/.
import type { InlineChecksum } from '../../../src/bytes/checksum/checksum.js';
import type { Kernels } from '../../../src/bytes/kernels/kernels.js';
import type { Window } from '../../../src/bytes/window.js';
import type { FINDINGS } from '../../../src/errors.js';
import type { BytesRef } from '../../../src/rdb/bytes-ref.js';
import type { RdbParser } from '../../../src/rdb/parser.js';
import type { StreamId } from '../../../src/rdb/stream-id.js';
import type { RdbVisitor } from '../../../src/rdb/visitor.js';
import type { Findings } from '../../../src/verify/findings.js';
import type { verifyRdb } from '../../../src/verify/rdb.js';

export interface Library {
  BytesRef: typeof BytesRef;
  FINDINGS: typeof FINDINGS;
  Findings: typeof Findings;
  InlineChecksum: typeof InlineChecksum;
  Kernels: typeof Kernels;
  RdbParser: typeof RdbParser;
  RdbVisitor: typeof RdbVisitor;
  StreamId: typeof StreamId;
  Window: typeof Window;
  verifyRdb: typeof verifyRdb;
}

/** Where each of them is, below dist/ or src/. */
export const MODULES: Readonly<Record<keyof Library, string>> = {
  BytesRef: 'rdb/bytes-ref.js',
  FINDINGS: 'errors.js',
  Findings: 'verify/findings.js',
  InlineChecksum: 'bytes/checksum/checksum.js',
  Kernels: 'bytes/kernels/kernels.js',
  RdbParser: 'rdb/parser.js',
  RdbVisitor: 'rdb/visitor.js',
  StreamId: 'rdb/stream-id.js',
  Window: 'bytes/window.js',
  verifyRdb: 'verify/rdb.js',
};
