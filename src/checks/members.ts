import type { Kernels } from '../bytes/kernels/kernels.js';
import type { FindingCode } from '../errors.js';
import { DuplicateFinder } from '../fingerprints/duplicate-finder.js';
import type { RepeatFinderOptions } from '../fingerprints/repeat-finder.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { CheckContext } from './context.js';

/** What it is called that a member or field of a value stands in it twice; undefined for values that may repeat. */
export const REPEATED: Readonly<Record<string, FindingCode>> = {
  set: 'SET_DUPLICATE_MEMBER',
  zset: 'ZSET_DUPLICATE_MEMBER',
  hash: 'HASH_DUPLICATE_FIELD',
};

/** Sets, hashes and sorted sets in plain form: empty ones, and members or fields that come twice. */
export class MemberCheck {
  private readonly finder: DuplicateFinder;
  private code: FindingCode = 'SET_DUPLICATE_MEMBER';
  private open = false;
  /** Repetitions in the value at hand, as far as they are known. */
  repeated = 0;

  constructor(
    private readonly context: CheckContext,
    kernels: Kernels,
    options: RepeatFinderOptions,
  ) {
    this.finder = new DuplicateFinder(kernels, options);
  }

  /** `count` members are announced. */
  begin(count: number, code: FindingCode): void {
    this.code = code;
    this.open = true;
    this.repeated = 0;
    this.finder.begin(count);
  }

  add(member: BytesRef): void {
    const fault = member.resolve();
    if (fault) {
      this.context.report(fault, this.context.offsetOf(member), 'a compressed member does not decode');
      return;
    }
    if (!this.open || !this.finder.add(member.start, member.end, this.context.offsetOf(member))) return;
    this.repeated++;
    const what = this.code === 'HASH_DUPLICATE_FIELD' ? 'a field' : 'a member';
    this.context.report(this.code, this.context.offsetOf(member), `${what} stands here for the second time`);
  }

  /** At the end of the value. The promise is there when a second look at many members is needed. */
  end(): Promise<void> | undefined {
    if (!this.open) return undefined;
    this.open = false;
    return this.finder.deferred ? this.finish() : undefined;
  }

  close(): void {
    this.finder.close();
  }

  private async finish(): Promise<void> {
    const { count, firstAt } = await this.finder.finish();
    if (count === 0) return;
    const what = this.code === 'HASH_DUPLICATE_FIELD' ? 'field' : 'member';
    const rest = count === 1 ? '' : `, and so do ${count - 1} behind it`;
    this.context.report(this.code, firstAt, `a ${what} stands here for the second time${rest}`);
  }
}
