// Exports that write one key after the other: all formats but rdb.
import { type Ending, endingOf } from '../backup/damage.js';
import type { Dataset } from '../backup/dataset.js';
import { needsSelection, selectKeys } from '../backup/select-keys.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import type { KeyRecord, RdbVisitor } from '../rdb/visitor.js';
import type { Losses } from '../values/commands/losses.js';
import type { KeySink } from './byte-sink.js';
import { type GateOptions, KeyGate } from './key-gate.js';
import type { KeyOutputs, OutputState } from './key-outputs.js';

/** Writes the keys that it is told of; it asks for the data of every one. */
export interface KeyWriter extends RdbVisitor {
  /** The input ended within this key: what is open has to be closed, and marked as a part. */
  cut(key: KeyRecord): void;
  /** What it writes from now on goes to another output, or the first one. */
  enter(state: OutputState): void;
  /** Hands over what it still holds. */
  flush(): void;
  /** Gives memory back, when it is no longer used. */
  release(): void;
}

/** How keys are written. */
export interface KeyFormat {
  /** Every input is looked at once before its keys are written: `prepare`. It has to be repeatable. */
  readonly looksTwice?: boolean;
  /** What the format does not carry over, when there is anything that it does not. */
  readonly losses?: Losses;
  /** Takes the first look. */
  prepare?(dataset: Dataset): Promise<void>;
  /** Writes what stands in front of all keys. */
  begin(sink: KeySink): void;
  /** Makes the writer of the keys of one input. */
  writer(kernels: Kernels, sink: KeySink, gate: KeyGate): KeyWriter;
  /** Writes what stands behind all keys. */
  end(sink: KeySink, whole: Whole): void;
}

/** Whether everything that was asked for is there. */
export interface Whole {
  /** No input stopped the export. */
  readonly complete: boolean;
  /** The limit of the filter did; there may be more. */
  readonly limited: boolean;
}

/** How the export of one input ended, and how many keys were written. */
export interface InputExport extends Ending {
  readonly keys: number;
}

/**
 * Writes the wanted keys of one input after the other; the limit of the filter counts for all of them together. Whoever opened
 * a dataset closes it.
 */
export class KeyExport {
  /** All inputs so far were read to their end, or to the limit. */
  complete = true;
  /** And nothing spoke against what was read. */
  sound = true;
  /** The limit was reached before the end of an input. */
  limited = false;
  private left: number;
  private readonly kernels = new Kernels();

  constructor(
    private readonly format: KeyFormat,
    private readonly outputs: KeyOutputs,
    private readonly options: GateOptions,
  ) {
    this.left = options.filter.limit ?? Number.POSITIVE_INFINITY;
    outputs.begin(format);
  }

  /** Inputs are read more than once. */
  get looksTwice(): boolean {
    return this.format.looksTwice === true || needsSelection(this.options);
  }

  /** The limit is reached: no other input will give a key. */
  get enough(): boolean {
    return this.left <= 0;
  }

  /**
   * Writes the keys of a dataset; it has to be repeatable when `looksTwice` says so. `onProgress`: with
   * how many bytes of it were read. Rejects for errors of the system; what is wrong with the input is in the result.
   */
  async add(dataset: Dataset, onProgress?: (done: number) => void): Promise<InputExport> {
    const { options, outputs, kernels, format } = this;
    const selected = needsSelection(options) ? await selectKeys(dataset, options) : undefined;
    await format.prepare?.(dataset);
    const gate = new KeyGate(options, dataset.modifiedMs, outputs.sink, this.left, selected);
    const writer = gate.guard(outputs.guard(format.writer(kernels, outputs.sink, gate)));
    const scan = await dataset.scan({ ...(onProgress ? { onProgress } : {}), kernels, visitor: () => writer });
    if (gate.current) writer.cut(gate.current);
    writer.flush();
    writer.release();
    this.left -= gate.keys;
    const ending = endingOf(scan, gate.damage);
    if (!ending.complete && !ending.limited) this.missing();
    if (ending.limited) this.limited = true;
    if (ending.outcome === 'damaged') this.sound = false;
    return { ...ending, keys: gate.keys };
  }

  /** Something that should be exported is not. */
  missing(): void {
    this.complete = false;
    this.sound = false;
  }

  /** Writes what is left, to the end. */
  async finish(): Promise<void> {
    const { complete, limited } = this;
    await this.outputs.finish({ complete, limited });
  }
}
