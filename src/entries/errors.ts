import { BackupError } from '../backup/dataset.js';
import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import type { Finding } from '../keyspace/finding.js';

/** Of a name, so many characters go into a message. */
const SHOWN = 100;

/** The backup is damaged. Whatever was read before the error is whole, and nothing proves that it is right. */
export class DamagedBackupError extends BackupError {
  override name = 'DamagedBackupError';

  /** `findings`: everything that is wrong with it, as far as it could be read; the first hundred places. */
  constructor(findings: readonly Finding[]) {
    super('damaged', findings[0] ? sentence(findings[0]) : 'the backup is damaged', findings);
  }
}

/** A value takes more memory than `maxValueBytes` allows. */
export class ValueTooLargeError extends Error {
  override name = 'ValueTooLargeError';

  constructor(
    /** The key that holds it. */
    readonly key: LargeKey,
  ) {
    const { db, type, maxValueBytes } = key;
    super(`${type} ${nameOf(key.key)} of db ${db} takes more than ${maxValueBytes} bytes of memory (maxValueBytes)`);
  }
}

/** A key whose value is not held. */
export interface LargeKey {
  readonly db: number;
  readonly key: Uint8Array;
  /** As TYPE answers. */
  readonly type: string;
  /** Offset in the file, in bytes, of everything that belongs to the key. */
  readonly offset: number;
  /** Bytes that it takes in the file. */
  readonly bytes: number;
  readonly elements: number;
  readonly maxValueBytes: number;
}

/** What a finding says, with its place, in one line. */
export function sentence({ code, offset, db, key, type, message }: Finding): string {
  const place = [
    ...(offset === null ? [] : [`at byte ${offset}`]),
    ...(db === null ? [] : [`db ${db}`]),
    ...(key === null ? [] : [`${type ?? 'key'} ${nameOf(key)}`]),
  ];
  return `${code}${place.length > 0 ? ` ${place.join(', ')}` : ''}: ${message}`;
}

function nameOf(key: Uint8Array): string {
  const text = printableText(bytesToText(key.subarray(0, SHOWN)));
  return `"${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}"`;
}
