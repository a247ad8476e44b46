// What a file holds, in the truth format of the fixtures, and how to compare it with what a server said.
import { type Delivery, type Parsed, parse } from './parse.js';
import { sortRecords, type TruthRecord } from './truth/format.js';
import { TruthVisitor } from './truth/visitor.js';

export { differences, dropped, type Origin } from './truth/compare.js';
export type { Json, TruthRecord } from './truth/format.js';
export { TruthVisitor } from './truth/visitor.js';

export interface Truth {
  records: TruthRecord[];
  problems: TruthVisitor['problems'];
  result: Parsed;
  /** The checksum that stands in the file; undefined when there is none, or the end was not reached. */
  stored: bigint | undefined;
}

/** Parses a file for all its data. */
export async function truthOf(bytes: Uint8Array, delivery?: Delivery): Promise<Truth> {
  const visitor = new EndingVisitor();
  const result = await parse(bytes, visitor, delivery);
  return { records: sortRecords(visitor.records), problems: visitor.problems, result, stored: visitor.stored };
}

class EndingVisitor extends TruthVisitor {
  stored: bigint | undefined;

  override end(_offset: number, checksum: bigint | undefined): void {
    this.stored = checksum;
  }
}
