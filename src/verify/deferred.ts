import { LARGEST_DEFERRED, SIDE_JOBS, type SideThread, VALUE_FLAG, VALUE_KIND } from '../bytes/side-thread.js';
import type { Window } from '../bytes/window.js';
import { BytesRef, LZF, lzfClaim, RAW } from '../rdb/bytes-ref.js';
import type { CollectionType } from '../rdb/containers/check.js';
import type { ContainerKind, ValueType } from '../rdb/format.js';
import type { KeyRecord } from '../rdb/visitor.js';

/** An empty listpack has 7 bytes, an empty ziplist 11: what may be empty is looked at on the spot. */
const SURELY_NOT_EMPTY = 12;

/** A value that the second thread did not call sound, with what its report needs. */
export interface Doubtful {
  readonly key: KeyRecord;
  readonly value: BytesRef;
  /** undefined for a string. */
  readonly container: ContainerKind | undefined;
  readonly tuple: number;
}

/**
 * Hands the checks of whole values to the second thread while it keeps up. It only answers "sound" or "look again"; what it
 * does not call sound is looked at here, while its bytes, and those of the key's name, are still in the window.
 */
export class DeferredChecks {
  private readonly nameStart = new Float64Array(SIDE_JOBS);
  private readonly nameEnd = new Float64Array(SIDE_JOBS);
  private readonly offset = new Float64Array(SIDE_JOBS);
  private readonly valueOffset = new Float64Array(SIDE_JOBS);
  private readonly db = new Float64Array(SIDE_JOBS);
  private readonly payload = new Float64Array(SIDE_JOBS);
  private readonly stored = new Float64Array(SIDE_JOBS);
  private readonly length = new Float64Array(SIDE_JOBS);
  private readonly form = new Uint8Array(SIDE_JOBS);
  private readonly tuple = new Uint8Array(SIDE_JOBS);
  private readonly type: (ValueType | undefined)[] = new Array(SIDE_JOBS).fill(undefined);
  private readonly container: (ContainerKind | undefined)[] = new Array(SIDE_JOBS).fill(undefined);
  private readonly value: BytesRef;
  private readonly name: BytesRef;
  private key: KeyRecord | undefined;
  private keyName = 0;
  private keyNameEnd = 0;
  private keyRound = -1;

  constructor(
    private readonly thread: SideThread,
    private readonly window: Window,
    lookAgain: (doubtful: Doubtful) => void,
  ) {
    this.value = new BytesRef(window.kernels);
    this.name = new BytesRef(window.kernels);
    thread.onLookAgain = (job) => lookAgain(this.restore(job));
  }

  /** A key begins: its name must stay in the window for as long as checks of its value are under way. */
  begin(key: KeyRecord): void {
    this.key = key;
    this.keyRound = key.name.form === RAW ? this.window.round : -1;
    this.keyName = key.name.start;
    this.keyNameEnd = key.name.end;
  }

  /** Takes a compressed string; false when it must be checked on the spot. */
  string(value: BytesRef): boolean {
    if (value.large || !this.possible() || lzfClaim(value.stored, value.length) !== undefined) return false;
    const { payload, stored, length } = value;
    this.note(
      this.thread.check(VALUE_KIND.string, VALUE_FLAG.compressed, 0, payload, stored, length),
      value,
      undefined,
      0,
    );
    return true;
  }

  /** Takes a container; false when it must be checked on the spot. */
  blob(kind: ContainerKind, value: BytesRef, tuple: number, type: CollectionType): boolean {
    const { length, stored } = value;
    if (kind === 'zipmap' || tuple === 3 || length < SURELY_NOT_EMPTY || length > LARGEST_DEFERRED) return false;
    if (!this.possible()) return false;
    let flags = type === 'zset' ? VALUE_FLAG.scores | VALUE_FLAG.unique : type === 'list' ? 0 : VALUE_FLAG.unique;
    let payload = value.start;
    if (value.form === LZF) {
      if (lzfClaim(stored, length) !== undefined) return false;
      flags |= VALUE_FLAG.compressed;
      payload = value.payload;
    } else if (value.form !== RAW) return false;
    this.note(this.thread.check(VALUE_KIND[kind], flags, tuple, payload, stored, length), value, kind, tuple);
    return true;
  }

  private possible(): boolean {
    return this.keyRound === this.window.round && this.thread.hasRoom;
  }

  private note(job: number, value: BytesRef, container: ContainerKind | undefined, tuple: number): void {
    const { key } = this;
    if (!key) return;
    this.nameStart[job] = this.keyName;
    this.nameEnd[job] = this.keyNameEnd;
    this.offset[job] = key.offset;
    this.valueOffset[job] = key.valueOffset;
    this.db[job] = key.db;
    this.type[job] = key.type;
    this.form[job] = value.form;
    this.payload[job] = value.form === LZF ? value.payload : value.start;
    this.stored[job] = value.stored;
    this.length[job] = value.length;
    this.container[job] = container;
    this.tuple[job] = tuple;
  }

  private restore(job: number): Doubtful {
    const { name, value } = this;
    const type = this.type[job];
    if (!type) throw new Error('a check came back that was not sent');
    name.setRaw(this.nameStart[job], this.nameEnd[job]);
    const payload = this.payload[job];
    if (this.form[job] === LZF) value.setLzf(payload, this.stored[job], this.length[job]);
    else value.setRaw(payload, payload + this.length[job]);
    const key: KeyRecord = {
      db: this.db[job],
      name,
      type,
      moduleType: undefined,
      offset: this.offset[job],
      typeOffset: this.offset[job],
      valueOffset: this.valueOffset[job],
      valueBytes: 0,
      expireAtMs: undefined,
      expireInSeconds: false,
      freq: undefined,
      idle: undefined,
      slot: undefined,
    };
    return { key, value, container: this.container[job], tuple: this.tuple[job] };
  }
}
