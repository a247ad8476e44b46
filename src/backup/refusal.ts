import type { FindingCode } from '../errors.js';
import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import type { OpenInput } from './open.js';

/** Why an input is no backup that is read here; for those whose content is neither an RDB nor an append-only file. */
export function refusalOf(input: OpenInput): { readonly code: FindingCode; readonly message: string } {
  if (input.failure) return input.failure;
  switch (input.content) {
    case 'empty':
      return { code: 'INPUT_EMPTY', message: input.gzip ? 'the gzip holds nothing' : 'the file has zero bytes' };
    case 'zstd':
      return { code: 'ZSTD_NOT_READ', message: 'the file is compressed with zstd; decompress it first (zstd -d)' };
    case 'vcs':
      return {
        code: 'VCS_NOT_READ',
        message: "the file is in Valkey's compressed envelope (rdbcompression lz4), which is not read yet",
      };
    case 'replication':
      return {
        code: 'INPUT_NOT_A_BACKUP',
        message: 'this is a captured replication stream; the RDB begins behind its first line',
      };
    default: {
      const first = printableText(bytesToText(input.head.slice(0, 16)));
      const message = input.gzip
        ? 'what the gzip holds is no RDB or append-only file'
        : `this is no RDB or append-only file; it begins with "${first}"`;
      return { code: 'INPUT_NOT_A_BACKUP', message };
    }
  }
}
