import type { Window } from '../bytes/window.js';
import { BytesRef } from '../rdb/bytes-ref.js';
import { OP } from '../rdb/format.js';
import { readHeader } from '../rdb/header.js';
import { ParseStop, Reader, UNDERFLOW } from '../rdb/reader.js';
import type { RdbVisitor } from '../rdb/visitor.js';

/** Reads the magic and the auxiliary fields that follow it, and stops: what `--level header` needs. */
export class HeaderReader extends Reader {
  private readonly key: BytesRef;
  private readonly value: BytesRef;
  private headerRead = false;

  constructor(
    window: Window,
    private readonly visitor: RdbVisitor,
  ) {
    super(window);
    this.key = new BytesRef(window.kernels);
    this.value = new BytesRef(window.kernels);
  }

  /** Returns why the header cannot be read, undefined when it can. */
  async run(): Promise<ParseStop | undefined> {
    for (;;) {
      try {
        this.fields();
        this.window.position = this.mark;
        return undefined;
      } catch (error) {
        if (error instanceof ParseStop) {
          this.window.position = this.mark;
          return error;
        }
        if (error !== UNDERFLOW) throw error;
        this.window.position = this.mark;
        if (!(await this.window.fill(this.needed))) {
          const offset = this.window.offsetOf(this.window.position);
          const { sourceError } = this.window;
          if (sourceError) return new ParseStop(sourceError.code, offset, sourceError.message);
          return new ParseStop('RDB_TRUNCATED', offset, 'the file ends inside its header');
        }
        this.refresh();
      }
    }
  }

  private fields(): void {
    if (!this.headerRead) {
      const header = readHeader(this);
      this.visitor.header(header);
      if (header.newer) {
        this.visitor.problem('RDB_VERSION_NEWER', 0, `version ${header.version} is newer than this release knows`);
      }
      this.commit();
      this.headerRead = true;
    }
    for (;;) {
      const { offset } = this;
      if (this.byte() !== OP.AUX) return;
      this.string(this.key, false);
      this.string(this.value, false);
      if (this.key.resolve() === undefined && this.value.resolve() === undefined) {
        this.visitor.aux(this.key, this.value, offset);
      }
      this.commit();
    }
  }
}
