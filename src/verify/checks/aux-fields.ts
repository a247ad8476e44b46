import type { CheckContext } from '../../checks/context.js';
import { readCtime } from '../../keyspace/moment-of-file.js';
import { AuxFields, type Producer } from '../../rdb/aux-fields.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';

/** Clocks differ; a file from further ahead than this was made by one that is wrong. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Auxiliary fields: what they say of the file, and whether it can be true. */
export class AuxCheck {
  private readonly known = new AuxFields();

  constructor(
    private readonly context: CheckContext,
    private readonly nowMs: number,
  ) {}

  get fields(): Readonly<Record<string, string>> {
    return this.known.fields;
  }

  /** Milliseconds since the epoch, from `ctime`. */
  get createdAtMs(): number | undefined {
    return this.known.createdAtMs;
  }

  /** Redis, Valkey or what else writes such files, and its version. */
  get producer(): Producer {
    return this.known.producer(this.context.file.magic);
  }

  aux(keyRef: BytesRef, valueRef: BytesRef, offset: number): void {
    const field = this.known.add(keyRef, valueRef);
    if (field) this.check(field.key, field.value, offset);
  }

  finish(): void {
    const { fields, context } = this;
    const named = fields['redis-ver'] !== undefined || fields['valkey-ver'] !== undefined;
    if (!named && context.file.version >= 7) {
      context.report('AUX_NO_VERSION', 0, 'the file does not say which server wrote it');
    }
  }

  private check(key: string, value: string, offset: number): void {
    if (key === 'ctime') this.checkTime(value, offset);
    else if (key === 'redis-bits' && value !== '32' && value !== '64') {
      this.context.report('AUX_BITS_INVALID', offset, `redis-bits is ${value}, not 32 or 64`);
    } else if (key === 'repl-id' && !/^[0-9a-f]{40}$/.test(value)) {
      this.context.report('AUX_REPL_ID_INVALID', offset, 'repl-id is not 40 hexadecimal digits');
    }
  }

  private checkTime(value: string, offset: number): void {
    const madeAt = readCtime(value);
    if (madeAt === undefined) {
      this.context.report('AUX_CTIME_INVALID', offset, `ctime is ${value}, which is no time of a save`);
    } else if (madeAt > this.nowMs + CLOCK_TOLERANCE_MS) {
      const when = madeAt < 8.64e15 ? new Date(madeAt).toISOString() : value;
      this.context.report('AUX_CTIME_FUTURE', offset, `the file says it was made at ${when}, which is in the future`);
    }
  }
}
