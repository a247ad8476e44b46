import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { RdbVisitor } from '../rdb/visitor.js';
import type { Dataset } from './dataset.js';
import { ENOUGH } from './scan.js';

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
