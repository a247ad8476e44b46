import { PeekedSource } from '../bytes/sources/peeked.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { RdbVisitor } from '../rdb/visitor.js';
import type { Dataset } from './dataset.js';
import type { OpenInput } from './open.js';
import { ENOUGH } from './scan.js';

/** The auxiliary fields that servers write in front of `aof-preamble` are no longer. */
const HEAD_BYTES = 512;
const FIELD = Buffer.from('aof-preamble');

/**
 * Whether the content of an input that comes only once is a log of commands, or an RDB that says of itself that commands
 * follow it: nothing but its first bytes are looked at. Read on from the input that is returned.
 */
export async function peekLog(input: OpenInput): Promise<{ readonly input: OpenInput; readonly isLog: boolean }> {
  if (input.content !== 'rdb') return { input, isLog: input.content === 'aof' };
  const source = await PeekedSource.peek(input.source, HEAD_BYTES);
  const { buffer, byteOffset, length } = source.head;
  return { input: { ...input, source }, isLog: Buffer.from(buffer, byteOffset, length).includes(FIELD) };
}

/** Whether an RDB says of itself that commands follow it, as Redis 4.0 to 6.2 write append-only files. Reads only its head. */
export async function isPreamble(dataset: Pick<Dataset, 'scan'>): Promise<boolean> {
  const head = new Head();
  await dataset.scan({ visitor: () => head });
  return head.fields.fields['aof-preamble'] === '1';
}

/** Reads the auxiliary fields in front, and no more. */
class Head extends RdbVisitor {
  readonly fields = new AuxFields();

  override aux(key: BytesRef, value: BytesRef): void {
    this.fields.add(key, value);
  }

  override selectDb(): void {
    throw ENOUGH;
  }

  override functionLibrary(): void {
    throw ENOUGH;
  }

  override key(): number {
    throw ENOUGH;
  }
}
