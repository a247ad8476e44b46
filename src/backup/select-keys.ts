// Some filters can answer only behind a value, when whoever wants the key would have half of it written. Then the input is
// looked at twice.
import type { Kernels } from '../bytes/kernels/kernels.js';
import { type FilterOptions, KeyFilter } from '../keyspace/filters.js';
import { MomentOfFile, type NowOption } from '../keyspace/moment-of-file.js';
import { MeasuringVisitor } from '../measure/measuring-visitor.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { KeyRecord } from '../rdb/visitor.js';
import type { Dataset } from './dataset.js';

const FIRST_CAPACITY = 1024;

/** Which keys are wanted. */
export interface SelectOptions {
  readonly filter: FilterOptions;
  readonly now: NowOption;
  /** What the clock says, ms since the epoch. */
  readonly clockMs: number;
}

/** File offsets of keys, ascending: eight bytes a key. */
export class KeyOffsets {
  private offsets = new Float64Array(FIRST_CAPACITY);
  private count = 0;
  private next = 0;

  add(offset: number): void {
    if (this.count === this.offsets.length) {
      const more = new Float64Array(2 * this.count);
      more.set(this.offsets);
      this.offsets = more;
    }
    this.offsets[this.count++] = offset;
  }

  /** Whether a key is among them. Keys have to be asked for in the order of the file. */
  has(offset: number): boolean {
    while (this.next < this.count && this.offsets[this.next] < offset) this.next++;
    return this.next < this.count && this.offsets[this.next] === offset;
  }
}

/** Whether `selectKeys` has to be asked. */
export function needsSelection({ filter }: SelectOptions): boolean {
  return new KeyFilter(filter).needsValue;
}

/** Reads a dataset for the keys that pass all filters, the `limit` aside. What is wrong with it is not told. */
export async function selectKeys(dataset: Dataset, options: SelectOptions): Promise<KeyOffsets> {
  const offsets = new KeyOffsets();
  await dataset.scan({ visitor: (kernels) => new Selector(kernels, options, dataset.modifiedMs, offsets) });
  return offsets;
}

class Selector extends MeasuringVisitor {
  private readonly filter: KeyFilter;
  private readonly moment: MomentOfFile;
  private readonly fields = new AuxFields();

  constructor(
    kernels: Kernels,
    options: SelectOptions,
    modifiedMs: number | undefined,
    private readonly offsets: KeyOffsets,
  ) {
    super(kernels);
    this.filter = new KeyFilter(options.filter);
    this.moment = new MomentOfFile(options.now, modifiedMs, options.clockMs);
  }

  override aux(key: BytesRef, value: BytesRef): void {
    const field = this.fields.add(key, value);
    if (field?.key === 'ctime') this.moment.takeCtime(field.value);
  }

  protected override wants(key: KeyRecord): boolean {
    this.filter.setNow(this.moment.nowMs);
    return this.filter.matchesKey(key);
  }

  protected override measured(key: KeyRecord): void {
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (this.filter.matchesValue(key, bytes, this.measure.elements)) this.offsets.add(key.offset);
  }
}
