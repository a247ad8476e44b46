import type { BytesRef } from './bytes-ref.js';
import { ContainerChecker, type ContainerProblem } from './containers/check.js';
import type { EntryCursor } from './containers/cursor.js';
import { IntsetCursor } from './containers/intset.js';
import { ListpackCursor } from './containers/listpack.js';
import { StreamNodeWalker } from './containers/stream-node.js';
import { ZiplistCursor } from './containers/ziplist.js';
import { readZipmap } from './containers/zipmap.js';
import type { ContainerKind } from './format.js';
import type { RdbParser } from './parser.js';
import type { StreamId } from './stream-id.js';
import { latin1, parseDouble } from './values/plain.js';

/** One byte more than any number takes, so that a longer text is none. */
const LONGEST_SCORE = 257;

/**
 * The data level: takes compact containers apart and tells the visitor their elements, as if they stood in plain form. A
 * container is checked before it is walked; a damaged one is told as a problem and its elements are left out.
 */
export class Expander {
  private readonly checker: ContainerChecker;
  private readonly listpack = new ListpackCursor();
  private readonly ziplist = new ZiplistCursor();
  private readonly nodes = new StreamNodeWalker();

  constructor(private readonly parser: RdbParser) {
    this.checker = new ContainerChecker(parser.window.kernels);
  }

  /** Entries of the container checked last. */
  get entries(): number {
    return this.checker.entries;
  }

  /** The first structural fault of a listpack, repeated elements aside. */
  checkListpack(blob: BytesRef, tuple: number): ContainerProblem | undefined {
    return this.checker.check('listpack', blob, tuple, 'list');
  }

  /** `parser.blobRef` is the resolved container. */
  container(kind: ContainerKind, tuple: number, offset: number): void {
    const { blobRef: blob, visitor, key } = this.parser;
    const problem = this.checker.check(kind, blob, tuple, 'list');
    if (problem) {
      this.parser.problem(problem.code, offset, problem.detail);
      if (!problem.walkable) return;
    }
    if (kind === 'zipmap') {
      this.zipmap(blob);
      return;
    }
    const cursor = this.cursor(kind, blob);
    if (key.type.layout === 'blob' || key.type.layout === 'listpackEx') {
      visitor.collection(Math.floor(this.checker.entries / tuple));
    }
    if (!problem && visitor.takeContainer?.(kind, blob, tuple)) return;
    switch (key.type.type) {
      case 'list':
        this.list(cursor);
        return;
      case 'set':
        this.set(cursor);
        return;
      case 'zset':
        this.zset(cursor, offset);
        return;
      case 'hash':
        this.hash(cursor, tuple);
        return;
      default:
    }
  }

  /** `parser.blobRef` is the resolved listpack of the node. */
  streamNode(id: StreamId, offset: number): void {
    const { blobRef: blob, visitor, elementRef } = this.parser;
    const fault = this.checker.check('listpack', blob, 1, 'stream');
    if (fault) {
      this.parser.problem(fault.code, offset, `node ${id}: ${fault.detail}`);
      if (!fault.walkable) return;
    }
    if (!fault && visitor.takeStreamNode?.(id, blob)) return;
    const told = {
      entry: (entryId: StreamId, deleted: boolean) => {
        if (!deleted) visitor.streamEntry(entryId, this.nodes.values);
      },
    };
    const result = this.nodes.walk(blob, id, true, told, elementRef);
    if (result.problem) this.parser.problem('STREAM_NODE_INVALID', offset, `node ${id}: ${result.problem}`);
    else if (result.countProblem)
      this.parser.problem('STREAM_NODE_COUNT_WRONG', offset, `node ${id}: ${result.countProblem}`);
  }

  private cursor(kind: ContainerKind, blob: BytesRef): EntryCursor {
    if (kind === 'intset') return new IntsetCursor(blob.buffer.subarray(blob.start, blob.end));
    const cursor = kind === 'ziplist' ? this.ziplist : this.listpack;
    cursor.open(blob.buffer, blob.start, blob.end);
    return cursor;
  }

  private list(cursor: EntryCursor): void {
    const { visitor, elementRef } = this.parser;
    while (cursor.next()) {
      cursor.load(elementRef);
      visitor.listItem(elementRef);
    }
  }

  private set(cursor: EntryCursor): void {
    const { visitor, elementRef } = this.parser;
    while (cursor.next()) {
      cursor.load(elementRef);
      visitor.setMember(elementRef);
    }
  }

  private zset(cursor: EntryCursor, offset: number): void {
    const { visitor, elementRef, valueRef } = this.parser;
    while (cursor.next()) {
      cursor.load(elementRef);
      if (!cursor.next()) return;
      let score: number | undefined = Number(cursor.value);
      if (!cursor.integer) {
        cursor.load(valueRef);
        score = parseDouble(
          latin1(valueRef.buffer, valueRef.start, Math.min(valueRef.end, valueRef.start + LONGEST_SCORE)),
        );
      }
      if (score === undefined) this.parser.problem('ZSET_SCORE_INVALID', offset, 'a score is not a number');
      visitor.zsetMember(elementRef, score ?? 0);
    }
  }

  private hash(cursor: EntryCursor, tuple: number): void {
    const { visitor, elementRef, valueRef } = this.parser;
    while (cursor.next()) {
      cursor.load(elementRef);
      if (!cursor.next()) return;
      cursor.load(valueRef);
      let expiry: number | undefined;
      if (tuple === 3) {
        if (!cursor.next()) return;
        expiry = cursor.integer && cursor.value !== 0 ? Number(cursor.value) : undefined;
      }
      visitor.hashField(elementRef, valueRef, expiry);
    }
  }

  private zipmap(blob: BytesRef): void {
    const { visitor, elementRef, valueRef } = this.parser;
    const result = readZipmap(blob.buffer, blob.start, blob.end);
    if (!result.ok) return;
    visitor.collection(result.pairs.length);
    for (const pair of result.pairs) {
      elementRef.setRaw(pair.fieldStart, pair.fieldEnd);
      valueRef.setRaw(pair.valueStart, pair.valueEnd);
      visitor.hashField(elementRef, valueRef, undefined);
    }
  }
}
