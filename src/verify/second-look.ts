import { createHash } from 'node:crypto';
import { NoChecksum } from '../bytes/checksum/checksum.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import type { Source } from '../bytes/sources/source.js';
import { Window } from '../bytes/window.js';
import { BytesRef } from '../rdb/bytes-ref.js';
import { type ValueType, valueTypes } from '../rdb/format.js';
import { ParseStop, Reader, UNDERFLOW } from '../rdb/reader.js';
import type { RdbHeader } from '../rdb/visitor.js';

/** What stands at the start of a key's record. */
export interface KeyStart {
  /** Its first bytes, enough for a finding: names can have hundreds of megabytes, and there may be many. */
  readonly name: Uint8Array;
  /** Tells whether two names are the same. */
  readonly digest: string;
  readonly type: ValueType | undefined;
}

const STEP = 1024 * 1024;
const NAME_BYTES = 1024;

/**
 * Reads single keys of a file again, given the file offsets of their value types. Where the source can be placed, that costs
 * a read for each; else the content passes from its start. Leaves out what cannot be read any more.
 */
export async function keysAt(
  offsets: readonly number[],
  source: Source,
  file: RdbHeader,
): Promise<Map<number, KeyStart>> {
  const window = new Window(new Kernels(), source, new NoChecksum(), source.seek ? 65536 : STEP);
  const name = new BytesRef(window.kernels);
  const types = valueTypes(file.lineage, file.version);
  const keys = new Map<number, KeyStart>();
  try {
    for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
      if (!((await window.seek(offset)) || (await skipTo(window, offset)))) break;
      const code = await readKey(window, name);
      if (code !== undefined) keys.set(offset, { ...nameOf(name), type: types[code] });
    }
  } finally {
    await window.settle();
  }
  return keys;
}

function nameOf(ref: BytesRef): Pick<KeyStart, 'name' | 'digest'> {
  const bytes = ref.view();
  return { name: bytes.slice(0, NAME_BYTES), digest: createHash('sha256').update(bytes).digest('base64') };
}

async function skipTo(window: Window, offset: number): Promise<boolean> {
  while (window.offsetOf(window.end) <= offset) {
    window.discard(window.end);
    if (!(await window.fill(1))) return false;
  }
  if (window.offsetOf(window.position) > offset) return false;
  window.discard(window.position + offset - window.offsetOf(window.position));
  return true;
}

/** Returns the number of the value type; the name stays in the window. */
async function readKey(window: Window, name: BytesRef): Promise<number | undefined> {
  const reader = new KeyReader(window);
  for (;;) {
    try {
      const code = reader.read(name);
      return name.resolve() === undefined ? code : undefined;
    } catch (error) {
      if (error instanceof ParseStop) return undefined;
      if (error !== UNDERFLOW) throw error;
      if (!(await reader.refill())) return undefined;
    }
  }
}

class KeyReader extends Reader {
  read(name: BytesRef): number {
    const code = this.byte();
    this.string(name, false);
    return code;
  }

  async refill(): Promise<boolean> {
    this.window.position = this.mark;
    const filled = await this.window.fill(this.needed);
    this.refresh();
    return filled;
  }
}
