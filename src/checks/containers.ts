import type { Kernels } from '../bytes/kernels/kernels.js';
import { BytesRef, RAW } from '../rdb/bytes-ref.js';
import { type CollectionType, ContainerChecker, type ContainerProblem } from '../rdb/containers/check.js';
import type { EntryCursor } from '../rdb/containers/cursor.js';
import { ListpackCursor } from '../rdb/containers/listpack.js';
import { ZiplistCursor } from '../rdb/containers/ziplist.js';
import type { ContainerKind } from '../rdb/format.js';
import { latin1, parseDouble } from '../rdb/values/plain.js';
import type { CheckContext } from './context.js';

/** No number takes more bytes. */
const LONGEST_SCORE = 256;
/** Valkey has refused NaN scores in listpacks since it checks deeply on every load. */
const NAN_REFUSED_BY_VALKEY = 80;

/** Compact containers: their structure, elements that come twice, scores of sorted sets. */
export class ContainerCheck {
  /** The lowest field expiry of the listpack checked last; 0 for none. */
  lowestExpire = 0;
  private tuple = 1;
  private readonly checker: ContainerChecker;
  private readonly listpack = new ListpackCursor();
  private readonly ziplist = new ZiplistCursor();
  private readonly member: BytesRef;

  constructor(
    private readonly context: CheckContext,
    kernels: Kernels,
  ) {
    this.checker = new ContainerChecker(kernels);
    this.member = new BytesRef(kernels);
  }

  /** Elements of the container that is being checked. */
  get elements(): number {
    return this.checker.entries / this.tuple;
  }

  /** How many expiries in a sound listpack of field, value, expiry have passed by `nowMs`. */
  expiredFields(blob: BytesRef, nowMs: number): number {
    const { listpack } = this;
    listpack.open(blob.buffer, blob.start, blob.end);
    let expired = 0;
    while (listpack.next() && listpack.next() && listpack.next()) {
      if (listpack.integer && listpack.value > 0 && listpack.value < nowMs) expired++;
    }
    return expired;
  }

  /** Returns how many elements the container holds, or -1 when it is damaged. */
  check(kind: ContainerKind, blob: BytesRef, tuple: number, type: CollectionType): number {
    this.tuple = tuple;
    const problem = this.checker.check(kind, blob, tuple, type);
    this.lowestExpire = tuple === 3 ? this.checker.lowestExpire : 0;
    if (problem) {
      this.tell(problem, blob);
      if (!problem.walkable || problem.code === 'EMPTY_COLLECTION') return -1;
    }
    if (type === 'zset' && this.checker.scoresNeedLook(kind, blob)) this.scores(kind, blob);
    return Math.floor(this.checker.entries / tuple);
  }

  private tell(problem: ContainerProblem, blob: BytesRef): void {
    const { context } = this;
    if (blob.form === RAW) {
      context.report(problem.code, context.offsetOf(blob) + problem.at, problem.detail);
      return;
    }
    const message = `${problem.detail} (byte ${problem.at} of the decompressed ${blob.length})`;
    context.report(problem.code, context.offsetOf(blob), message);
  }

  /** Scores are numbers, and ascend; members of equal score ascend by their bytes. */
  private scores(kind: ContainerKind, blob: BytesRef): void {
    const cursor: EntryCursor & { open(bytes: Uint8Array, start: number, end: number): boolean } =
      kind === 'ziplist' ? this.ziplist : this.listpack;
    cursor.open(blob.buffer, blob.start, blob.end);
    let before = Number.NEGATIVE_INFINITY;
    let memberBefore: Uint8Array | undefined;
    let sorted = true;
    while (cursor.next()) {
      cursor.load(this.member);
      const member = this.member.toBytes();
      if (!cursor.next()) break;
      const score = cursor.integer ? Number(cursor.value) : this.textScore(blob, cursor);
      if (score === undefined) {
        // Servers load these, so it is a warning; they take what strtod makes of the text.
        const message = 'the score of a member is not a number';
        this.context.report('ZSET_SCORE_INVALID', this.context.offsetOf(blob), message, 'warning');
        return;
      }
      if (Number.isNaN(score)) {
        const refused = kind === 'listpack' && this.context.file.version >= NAN_REFUSED_BY_VALKEY;
        const message = 'the score of a member is NaN';
        this.context.report('ZSET_SCORE_NAN', this.context.offsetOf(blob), message, refused ? 'error' : 'warning');
        return;
      }
      if (score < before) sorted = false;
      if (score === before && memberBefore && Buffer.compare(member, memberBefore) < 0) sorted = false;
      before = score;
      memberBefore = member;
    }
    if (!sorted)
      this.context.report(
        'ZSET_UNSORTED',
        this.context.offsetOf(blob),
        'the members are not in the order of score, then member',
      );
  }

  private textScore(blob: BytesRef, cursor: EntryCursor): number | undefined {
    if (cursor.end - cursor.start > LONGEST_SCORE) return undefined;
    return parseDouble(latin1(blob.buffer, cursor.start, cursor.end));
  }
}
