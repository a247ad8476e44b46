import type { Kernels } from '../bytes/kernels/kernels.js';
import { BytesRef } from '../rdb/bytes-ref.js';
import type { RdbVisitor } from '../rdb/visitor.js';

/**
 * The visitor, which is told that the dump was made at `madeMs` (since the epoch). A server stamps the dump with the time of
 * its save; the data are as old as the last command of the log, and expiries are held against that.
 */
export function madeAt(visitor: RdbVisitor, madeMs: number, kernels: Kernels): RdbVisitor {
  const aux = visitor.aux.bind(visitor);
  const time = new BytesRef(kernels);
  visitor.aux = (key, value, offset) => {
    if (Buffer.from(key.toBytes()).toString('latin1') !== 'ctime') return aux(key, value, offset);
    time.setCopy(Buffer.from(String(Math.floor(madeMs / 1000))));
    aux(key, time, offset);
    time.release();
  };
  return visitor;
}
