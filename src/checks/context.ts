import type { FindingCode, Severity } from '../errors.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { KeyRecord, RdbHeader } from '../rdb/visitor.js';
import type { Form } from '../servers/minds.js';

/** What the checks of the single kinds of values need of the whole. */
export interface CheckContext {
  /** The file's header. */
  readonly file: RdbHeader;
  /** The key at hand; undefined between keys. */
  readonly current: KeyRecord | undefined;
  /** Reports something about the key at hand, or about the file when there is none; `form` when the value does not tell it. */
  report(code: FindingCode, offset: number, message: string, severity?: Severity, form?: Form): void;
  /** File offset of a string that still stands in the window; of the value at hand when it does not. */
  offsetOf(ref: BytesRef): number;
}
