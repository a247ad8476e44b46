import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { CheckContext } from '../context.js';

const HEADER = /^#!([^\s]+)(?:[ \t]+([^\n]*))?(?:\n|$)/;
const LIBRARY_NAME = /(?:^|[ \t])name=([A-Za-z0-9_]+)(?:[ \t]|$)/;
const HEADER_BYTES = 4096;
/** Names are kept to find two of the same; no server has anywhere near as many libraries. */
const KEPT_NAMES = 100_000;
const KEPT_NAME = 256;

/** Function libraries, as far as it can be told without running them. */
export class FunctionCheck {
  count = 0;
  private readonly names = new Set<string>();

  constructor(private readonly context: CheckContext) {}

  library(code: BytesRef, preGa: { name: string; engine: string } | undefined, offset: number): void {
    this.count++;
    if (preGa) {
      this.context.report(
        'FUNCTION_PRE_GA',
        offset,
        `library ${preGa.name.slice(0, KEPT_NAME)} is in the form of the 7.0 release candidates`,
      );
      this.name(preGa.name, offset);
      return;
    }
    const text = Buffer.from(code.buffer.slice(code.start, Math.min(code.end, code.start + HEADER_BYTES))).toString(
      'latin1',
    );
    const header = HEADER.exec(text);
    const name = header && LIBRARY_NAME.exec(header[2] ?? '')?.[1];
    if (!header || !name) {
      const missing = header ? 'has no name=… in its first line' : 'does not begin with #!ENGINE name=…';
      this.context.report('FUNCTION_NO_HEADER', offset, `a function library ${missing}`);
      return;
    }
    this.name(name, offset);
  }

  private name(name: string, offset: number): void {
    if (name.length > KEPT_NAME) return;
    if (this.names.has(name)) {
      this.context.report('FUNCTION_LIBRARY_TWICE', offset, `library ${name} stands in the file twice`);
    } else if (this.names.size < KEPT_NAMES) this.names.add(name);
  }
}
