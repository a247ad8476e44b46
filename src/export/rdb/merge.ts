import { Damage, type Ending, endingOf } from '../../backup/damage.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { CopyVisitor } from '../../copy/copy-visitor.js';
import { OrdinalSet } from '../../copy/ordinal-set.js';
import type { Outputs } from '../../copy/outputs.js';
import { bytesToLine } from '../../keyspace/bytes-text.js';
import { KeyFilter } from '../../keyspace/filters.js';
import { MomentOfFile } from '../../keyspace/moment-of-file.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { ConflictFinder } from './conflicts.js';
import { type Copied, mayBeCopied } from './copied.js';
import { type FileRecord, mergedRecords } from './file-records.js';
import type { Input } from './inputs.js';
import { MergeVisitor } from './merge-visitor.js';
import { mergedHeader } from './merged-header.js';
import { ExportError, type OnConflict, type RdbExportOptions } from './options.js';
import { type OnName, type Survey, survey } from './survey.js';
import { mergedTemplates } from './templates.js';

/** With more sections than that, an input is copied at once, and its databases come again behind those of others. */
const MOST_SECTIONS = 64;
/** Of the name of a key, so much goes into a message. */
const SHOWN_NAME = 80;

/**
 * Merges several inputs: a first look tells what they hold and which names may come twice, a second one makes sure of those,
 * and then the keys are copied, database by database.
 */
export async function mergeInputs(
  inputs: readonly Input[],
  outputs: Outputs,
  kernels: Kernels,
  options: RdbExportOptions,
): Promise<Copied> {
  return new Merge(inputs, outputs, kernels, options).run();
}

/** The part of an input that is copied in one go. */
interface Part {
  readonly survey: Survey;
  readonly first: number;
  readonly db: number | undefined;
  readonly lastOrdinal: number;
}

class Merge {
  private readonly onConflict: OnConflict;
  private readonly limit: number;
  private replaced = new OrdinalSet();
  private keys = 0;
  /** Bytes read by the scans that are done. */
  private read = 0;
  private readonly total: number | undefined;

  constructor(
    private readonly inputs: readonly Input[],
    private readonly outputs: Outputs,
    private readonly kernels: Kernels,
    private readonly options: RdbExportOptions,
  ) {
    this.onConflict = options.onConflict ?? 'error';
    this.limit = options.filters?.limit ?? Number.POSITIVE_INFINITY;
    // Each is looked at, and copied.
    this.total = inputs.reduce<number | undefined>(
      (sum, { dataset: { inputSize } }) =>
        sum === undefined || inputSize === undefined ? undefined : sum + 2 * inputSize,
      0,
    );
  }

  async run(): Promise<Copied> {
    const surveys = await this.look();
    const ended = surveys.map(({ input, ending }) => ({ path: input.path, ending }));
    if (!surveys.every(({ sound }) => sound)) return this.result(ended, false);
    const header = mergedHeader(surveys);
    const base = surveys.find(({ header: each }) => each.version === header.version) ?? surveys[0];
    const records = this.recordsOf(surveys);
    const templates = mergedTemplates(surveys);
    this.outputs.begin(header);
    this.copyFields(base, surveys);
    for (const { bytes } of [...templates.records, ...records.filter(({ behind }) => !behind)]) this.record(bytes);
    await this.outputs.ready();
    const endings = await this.copyAll(surveys, templates.clashing);
    for (const { bytes } of records.filter(({ behind }) => behind)) this.record(bytes);
    await this.outputs.ready();
    const broken = endings.find(({ copied }) => !copied);
    return this.result(broken ? [...ended, broken] : ended, !broken);
  }

  private result(inputs: { path: string; ending: Ending }[], written: boolean): Copied {
    const limited = this.keys >= this.limit;
    return { written, limited, keys: this.keys, replaced: this.replaced.size, inputs, files: [] };
  }

  /** What the inputs hold, and which keys give way to others. Rejects with ExportError for a conflict. */
  private async look(): Promise<Survey[]> {
    const finder = new ConflictFinder(this.kernels, this.options);
    try {
      const surveys: Survey[] = [];
      let first = 0;
      for (const input of this.inputs) {
        surveys.push(
          await this.scan(input, (onProgress) =>
            survey(
              input,
              this.kernels,
              this.options,
              (name, key, n) => finder.add(name, key.db, first + n),
              onProgress,
            ),
          ),
        );
        first += surveys[surveys.length - 1].ordinals;
      }
      const suspects = await finder.suspects();
      if (suspects.size === 0 || !surveys.every(({ sound }) => sound)) return surveys;
      const firsts = firstsOf(surveys.map(({ ordinals }) => ordinals));
      await this.lookAgain(finder, suspects, firsts);
      const { replaced, examples } = await finder.resolve(this.onConflict);
      if (replaced.size > 0 && this.onConflict === 'error') throw await this.conflict(replaced.size, examples, firsts);
      this.replaced = replaced;
      return surveys;
    } finally {
      finder.close();
    }
  }

  private async lookAgain(finder: ConflictFinder, suspects: OrdinalSet, firsts: readonly number[]): Promise<void> {
    const order = [...this.inputs.keys()];
    for (const i of this.onConflict === 'last' ? order.reverse() : order) {
      await this.eachKey(i, firsts, (name, db, ordinal) => {
        if (suspects.has(ordinal)) finder.add(name, db, ordinal);
      });
    }
  }

  /** Goes through the keys of an input once more. */
  private async eachKey(
    index: number,
    firsts: readonly number[],
    onKey: (name: BytesRef, db: number, ordinal: number) => void,
  ): Promise<void> {
    const input = this.inputs[index];
    const tell: OnName = (name, key, ordinal) => onKey(name, key.db, firsts[index] + ordinal);
    await survey(input, this.kernels, this.options, tell, () => undefined);
  }

  private async conflict(count: number, examples: readonly number[], firsts: readonly number[]): Promise<ExportError> {
    const wanted = new Set(examples);
    const named: string[] = [];
    for (const [i, { path }] of this.inputs.entries()) {
      await this.eachKey(i, firsts, (name, db, ordinal) => {
        if (!wanted.has(ordinal)) return;
        const text = bytesToLine(name.view().slice(0, SHOWN_NAME));
        named.push(`"${text}" in database ${db} (again in ${path})`);
      });
    }
    const keys = count === 1 ? 'a key comes' : `${count} keys come`;
    const more = count > named.length ? ', …' : '';
    return new ExportError(
      'conflict',
      `${keys} more than once: ${named.join(', ')}${more}; say which counts (--on-conflict first or last)`,
    );
  }

  private recordsOf(surveys: readonly Survey[]): FileRecord[] {
    return mergedRecords(
      surveys.map(({ input, records }) => ({ path: input.path, records })),
      this.onConflict,
    );
  }

  /** Those of the newest input, and the time of the oldest: that much its data are up to date. */
  private copyFields(base: Survey, surveys: readonly Survey[]): void {
    const times = surveys.flatMap(({ createdAtMs }) => (createdAtMs === undefined ? [] : [createdAtMs]));
    for (const { kind, name, bytes } of base.records) {
      if (kind !== 'aux' || name === 'lua') continue;
      if (name !== 'ctime') this.record(bytes);
      else if (times.length > 0) this.outputs.aux('ctime', String(Math.floor(Math.min(...times) / 1000)));
    }
    const scripts = surveys.flatMap(({ records }) =>
      records.filter(({ kind, name }) => kind === 'aux' && name === 'lua'),
    );
    const told = new Set<string>();
    for (const { bytes } of scripts) {
      const text = Buffer.from(bytes).toString('latin1');
      if (!told.has(text)) this.record(bytes);
      told.add(text);
    }
  }

  private record(bytes: Uint8Array): void {
    this.outputs.record(bytes, 0, bytes.length);
  }

  private async copyAll(
    surveys: readonly Survey[],
    clashing: ReadonlySet<Survey>,
  ): Promise<{ path: string; ending: Ending; copied: boolean }[]> {
    const endings: { path: string; ending: Ending; copied: boolean }[] = [];
    const parts = partsOf(surveys);
    const limited = this.limit !== Number.POSITIVE_INFINITY;
    let db = -1;
    for (const part of parts) {
      if (this.keys >= this.limit) break;
      if (part.db !== undefined && part.db !== db && this.replaced.size === 0 && !limited) {
        db = part.db;
        this.resizeDb(db, surveys);
      }
      endings.push(await this.copy(part, clashing.has(part.survey)));
    }
    return endings;
  }

  /** Where it is known how many keys there will be. */
  private resizeDb(db: number, surveys: readonly Survey[]): void {
    const { only } = this.outputs;
    if (!only) return;
    const sections = surveys.flatMap(({ sections: each }) => each.get(db) ?? []);
    only.selectDb(db);
    only.resizeDb(
      sections.reduce((sum, { keys }) => sum + keys, 0),
      sections.reduce((sum, { expires }) => sum + expires, 0),
    );
  }

  private async copy(part: Part, inlineTemplates: boolean): Promise<{ path: string; ending: Ending; copied: boolean }> {
    const { options, outputs } = this;
    const { dataset, path } = part.survey.input;
    const damage = new Damage();
    const tmpDir = options.tmpDir === undefined ? {} : { tmpDir: options.tmpDir };
    const copyOptions = {
      ...{ outputs, damage, whole: false, records: false, limit: this.limit - this.keys, ...tmpDir },
      filter: new KeyFilter(options.filters ?? {}),
      moment: new MomentOfFile(options.now ?? 'file', dataset.modifiedMs),
    };
    let visitor: CopyVisitor | undefined;
    try {
      const scan = await this.scan(part.survey.input, (onProgress) =>
        dataset.scan({
          kernels: this.kernels,
          onProgress,
          visitor: (kernels, window) => {
            visitor = new MergeVisitor(kernels, window, copyOptions, {
              ...part,
              leftOut: this.replaced,
              inlineTemplates,
            });
            return visitor;
          },
        }),
      );
      this.keys += visitor?.keys ?? 0;
      const ending = endingOf(scan, damage);
      return { path, ending, copied: mayBeCopied(scan, ending, options.partial) };
    } finally {
      visitor?.close();
    }
  }

  /** Tells the progress of one scan among all of them. */
  private async scan<T>(input: Input, work: (onProgress: (done: number) => void) => Promise<T>): Promise<T> {
    const result = await work((done) => {
      const all = this.read + done;
      this.options.onProgress?.(this.total === undefined ? all : Math.min(all, this.total), this.total);
    });
    this.read += input.dataset.inputSize ?? 0;
    return result;
  }
}

/** The number of the first key of each input, among those of all. */
function firstsOf(counts: readonly number[]): number[] {
  let first = 0;
  return counts.map((count) => {
    first += count;
    return first - count;
  });
}

/** Database by database; of very many databases, input by input. */
function partsOf(surveys: readonly Survey[]): Part[] {
  const firsts = firstsOf(surveys.map(({ ordinals }) => ordinals));
  const inputs = surveys.map((each, i) => ({ survey: each, first: firsts[i] }));
  const sections = surveys.reduce((sum, { sections: each }) => sum + each.size, 0);
  if (sections > MOST_SECTIONS + surveys.length) {
    return inputs.map((each) => ({ ...each, db: undefined, lastOrdinal: each.survey.ordinals - 1 }));
  }
  return inputs
    .flatMap((each) => [...each.survey.sections].map(([db, { lastOrdinal }]) => ({ ...each, db, lastOrdinal })))
    .sort((a, b) => a.db - b.db);
}
