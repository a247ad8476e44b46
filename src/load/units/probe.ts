import type { UnitResult } from '../../live/bulk/parcel.js';
import type { ValueType } from '../../rdb/format.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { KeyBatch } from './key-batch.js';
import type { TargetKnowledge } from './knowledge.js';
import { failureOf, refusalOf } from './verdicts.js';

/** The first payload of its kind: what the target answers holds for all that follow. */
export class Probe {
  private offset = -1;
  private type: ValueType | undefined;
  private moduleType: string | undefined;

  constructor(private readonly knowledge: TargetKnowledge) {}

  /** This key is sent alone. */
  begin({ offset, type, moduleType }: KeyRecord): void {
    this.offset = offset;
    this.type = type;
    this.moduleType = moduleType;
  }

  /** A parcel was answered. */
  answered(batch: KeyBatch, exceptions: ReadonlyMap<number, UnitResult>): void {
    const { knowledge, type, moduleType } = this;
    if (!type || batch.offsets[0] !== this.offset) return;
    this.type = undefined;
    const result = exceptions.get(0);
    const failure = result && failureOf(result);
    const refusal = failure && refusalOf(failure.detail);
    if (refusal === 'restore') knowledge.restores = false;
    else if (refusal === 'payload') knowledge.learn(type, moduleType, false);
    else if (!failure) knowledge.learn(type, moduleType, true);
    // The name is looked at before the payload.
    else if (failure.reason === 'BUSYKEY') knowledge.restores = true;
  }
}
