import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { FindingCode } from '../../errors.js';
import type { BytesRef } from '../bytes-ref.js';
import type { ContainerKind } from '../format.js';
import { readZipmap } from './zipmap.js';

/** What is wrong with a container, and at which byte of it. */
export interface ContainerProblem {
  readonly code: FindingCode;
  /** Offset in the (decompressed) container, in bytes. */
  readonly at: number;
  readonly detail: string;
  /** The entries can still be walked. */
  readonly walkable: boolean;
}

// The answers of the kernels, in the order of assembly/compact.ts.
type Answer =
  | 'TOO_SHORT'
  | 'BAD_TOTAL'
  | 'NO_TERMINATOR'
  | 'BAD_ENTRY'
  | 'OUT_OF_BOUNDS'
  | 'BAD_BACKLEN'
  | 'BAD_COUNT'
  | 'UNEVEN'
  | 'DUPLICATE'
  | 'BAD_TAIL'
  | 'BAD_PREVLEN'
  | 'EARLY_END'
  | 'BAD_EXPIRE'
  | 'EMPTY'
  | 'NEED_TABLE'
  | 'UNSORTED'
  | 'BAD_WIDTH'
  | 'BAD_SIZE';

const ANSWERS: readonly (Answer | undefined)[] = [
  undefined,
  'TOO_SHORT',
  'BAD_TOTAL',
  'NO_TERMINATOR',
  'BAD_ENTRY',
  'OUT_OF_BOUNDS',
  'BAD_BACKLEN',
  'BAD_COUNT',
  'UNEVEN',
  'DUPLICATE',
  'BAD_TAIL',
  'BAD_PREVLEN',
  'EARLY_END',
  'BAD_EXPIRE',
  'EMPTY',
  'NEED_TABLE',
  'UNSORTED',
  'BAD_WIDTH',
  'BAD_SIZE',
];

const DETAILS: Readonly<Record<Answer, string>> = {
  TOO_SHORT: 'is shorter than its header',
  BAD_TOTAL: 'announces another length than it has',
  NO_TERMINATOR: 'does not end with its end mark',
  BAD_ENTRY: 'holds an entry of unknown encoding',
  OUT_OF_BOUNDS: 'holds an entry that reaches past its end',
  BAD_BACKLEN: 'holds an entry whose two lengths differ',
  BAD_COUNT: 'announces another number of entries than it holds',
  UNEVEN: 'holds an incomplete element',
  DUPLICATE: 'holds the same element twice',
  BAD_TAIL: 'announces its last entry at another place than it is',
  BAD_PREVLEN: 'holds an entry that gives a wrong length for the one before',
  EARLY_END: 'has an end mark before its end',
  BAD_EXPIRE: 'holds an expiry that is no number of milliseconds',
  EMPTY: 'holds nothing',
  NEED_TABLE: 'holds millions of elements, so repeated ones were not looked for',
  UNSORTED: 'is not in order',
  BAD_WIDTH: 'has integers of a width that is not 2, 4 or 8',
  BAD_SIZE: 'has another size than its width and count give',
};

const WALKABLE: ReadonlySet<Answer> = new Set<Answer>([
  'BAD_COUNT',
  'DUPLICATE',
  'BAD_TAIL',
  'BAD_EXPIRE',
  'UNSORTED',
  'EMPTY',
  'NEED_TABLE',
]);

const FIRST_TABLE_SLOTS = 16384;
/** 64 MiB: for containers of four million elements. No server keeps so many in one. */
const MOST_SLOTS = 16 * 1024 * 1024;

/** Whose elements: decides what a repeated element is called. */
export type CollectionType = 'list' | 'set' | 'zset' | 'hash' | 'stream';

/** Checks compact containers with the kernels, and turns their answers into findings. */
export class ContainerChecker {
  /** After a check: entries walked. */
  entries = 0;
  /** After checking a listpack of triples: the lowest expiry that is not 0; 0 for none. */
  lowestExpire = 0;
  private table = 0;
  private slots = 0;

  constructor(private readonly kernels: Kernels) {}

  /** The first thing that is wrong with the resolved `blob`; undefined when it is sound. */
  check(kind: ContainerKind, blob: BytesRef, tuple: number, type: CollectionType): ContainerProblem | undefined {
    if (kind === 'zipmap') return this.checkZipmap(blob);
    const unique = type === 'hash' || type === 'set' || type === 'zset' ? 1 : 0;
    const answer = ANSWERS[this.run(kind, blob, tuple, unique)];
    this.entries = this.kernels.result(1);
    // The kernel leaves the rest of its results only behind a walk to the end.
    const walked = answer === undefined || WALKABLE.has(answer);
    this.lowestExpire = tuple === 3 && walked ? Number(this.kernels.result64(2)) : 0;
    if (answer === undefined) return undefined;
    return this.describe(kind, answer, type);
  }

  /** Whether the scores of a sound sorted set need a closer look: they are not all plain numbers in order. */
  scoresNeedLook(kind: ContainerKind, blob: BytesRef): boolean {
    return this.kernels.call.scoresNeedLook(kind === 'ziplist' ? 1 : 0, blob.start, blob.end - blob.start) !== 0;
  }

  private run(kind: ContainerKind, blob: BytesRef, tuple: number, unique: number): number {
    const { call } = this.kernels;
    const length = blob.end - blob.start;
    if (kind === 'intset') return call.checkIntset(blob.start, length);
    const walk = kind === 'listpack' ? call.checkListpack : call.checkZiplist;
    if (this.slots === 0 && unique) this.makeTable(FIRST_TABLE_SLOTS);
    const code = walk(blob.start, length, tuple, unique, this.table, this.slots);
    if (ANSWERS[code] !== 'NEED_TABLE') return code;
    const slots = this.kernels.result(3);
    if (slots > MOST_SLOTS) return code;
    this.makeTable(slots);
    return walk(blob.start, length, tuple, unique, this.table, this.slots);
  }

  private makeTable(slots: number): void {
    if (this.table !== 0) this.kernels.heap.deallocate(this.table);
    this.table = this.kernels.heap.allocate(4 * slots);
    this.slots = slots;
  }

  private describe(kind: ContainerKind, answer: Answer, type: CollectionType): ContainerProblem {
    const detail = `the ${kind} ${DETAILS[answer]}`;
    return { code: codeOf(kind, answer, type), at: this.kernels.result(0), detail, walkable: WALKABLE.has(answer) };
  }

  private checkZipmap(blob: BytesRef): ContainerProblem | undefined {
    const { buffer, start, end } = blob;
    const result = readZipmap(buffer, start, end);
    if (!result.ok) {
      return { code: result.code, at: result.at - start, detail: 'the zipmap is damaged', walkable: false };
    }
    this.entries = 2 * result.pairs.length;
    if (result.countWrong) {
      const detail = `the zipmap ${DETAILS.BAD_COUNT}`;
      return { code: 'ZIPMAP_BAD_COUNT', at: 0, detail, walkable: true };
    }
    const seen = new Set<string>();
    for (const pair of result.pairs) {
      const field = Buffer.from(buffer.subarray(pair.fieldStart, pair.fieldEnd)).toString('latin1');
      if (seen.has(field)) {
        const detail = 'the zipmap holds the same field twice';
        return { code: 'HASH_DUPLICATE_FIELD', at: pair.fieldStart - start, detail, walkable: true };
      }
      seen.add(field);
    }
    return undefined;
  }
}

function codeOf(kind: ContainerKind, answer: Answer, type: CollectionType): FindingCode {
  switch (answer) {
    case 'DUPLICATE':
      if (type === 'hash') return 'HASH_DUPLICATE_FIELD';
      return type === 'zset' ? 'ZSET_DUPLICATE_MEMBER' : 'SET_DUPLICATE_MEMBER';
    case 'BAD_EXPIRE':
      return 'HASH_FIELD_EXPIRE_INVALID';
    case 'EMPTY':
      return 'EMPTY_COLLECTION';
    case 'NEED_TABLE':
      return 'CONTAINER_TOO_LARGE';
    case 'UNSORTED':
      return kind === 'intset' ? 'INTSET_UNSORTED' : 'HASH_FIELD_EXPIRE_UNSORTED';
    case 'BAD_WIDTH':
      return 'INTSET_BAD_WIDTH';
    case 'BAD_SIZE':
      return 'INTSET_BAD_SIZE';
    case 'TOO_SHORT':
      return kind === 'intset' ? 'INTSET_TOO_SHORT' : kind === 'ziplist' ? 'ZIPLIST_TOO_SHORT' : 'LISTPACK_TOO_SHORT';
    case 'BAD_BACKLEN':
      return 'LISTPACK_BAD_BACKLEN';
    case 'BAD_TAIL':
      return 'ZIPLIST_BAD_TAIL';
    case 'BAD_PREVLEN':
      return 'ZIPLIST_BAD_PREVLEN';
    default:
      return kind === 'ziplist' ? `ZIPLIST_${answer}` : `LISTPACK_${answer}`;
  }
}
