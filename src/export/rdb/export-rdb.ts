import { Writable } from 'node:stream';
import { Damage, endingOf } from '../../backup/damage.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import { NotReplaceable } from '../../bytes/sinks/unfinished.js';
import { CopyVisitor } from '../../copy/copy-visitor.js';
import { OneOutput, type Outputs } from '../../copy/outputs.js';
import { KeyFilter } from '../../keyspace/filters.js';
import { MomentOfFile } from '../../keyspace/moment-of-file.js';
import { type Copied, mayBeCopied } from './copied.js';
import { closeInputs, type Input, openInputs, refuseInputs } from './inputs.js';
import { mergeInputs } from './merge.js';
import { ExportError, type ExportSummary, type ExportTarget, type RdbExportOptions } from './options.js';
import { Splitter } from './split-names.js';
import { SplitOutputs } from './split-outputs.js';

/**
 * Writes the selected keys of one or several backups as RDB. Values are the bytes that stand in the inputs; the header,
 * expiries, functions and data of modules come along, sizes and the checksum are new.
 *
 * One input is copied in its own order. Several are merged database by database, under the header of the newest; a key that
 * comes twice is an error unless `onConflict` says which one counts. Nothing is written from a damaged input, as a copy with
 * a good checksum would hide it, unless `partial` asks for that: `written` is false then, and `inputs` say why.
 *
 * Rejects with ExportError, with InputError for an input that cannot be opened, and with errors of the system.
 */
export async function exportRdb(
  paths: readonly string[],
  target: ExportTarget,
  options: RdbExportOptions = {},
): Promise<ExportSummary> {
  if (paths.length === 0) throw new ExportError('unusable', 'there is no input');
  const outputs = outputsFor(paths, target, options);
  const inputs = await openInputs(paths, paths.length > 1 || options.partial === true, options);
  try {
    const { copied, kernels } = outputs;
    const [only] = inputs;
    const summary =
      inputs.length === 1
        ? await (options.partial ? copyPart : copyOne)(only, copied, kernels, options)
        : await mergeInputs(inputs, copied, kernels, options);
    if (!summary.written) return summary;
    return { ...summary, files: await copied.finish() };
  } catch (error) {
    throw asExportError(error, target);
  } finally {
    outputs.copied.abandon();
    await closeInputs(inputs);
  }
}

function outputsFor(
  paths: readonly string[],
  target: ExportTarget,
  { split }: RdbExportOptions,
): { copied: Outputs; kernels: Kernels } {
  const kernels = new Kernels();
  if ('path' in target) refuseInputs(target.path, paths);
  if (split === undefined) return { copied: new OneOutput(kernels, target), kernels };
  if (!('path' in target)) throw new ExportError('unusable', 'several files cannot go to one stream');
  const check = (path: string) => refuseInputs(path, paths);
  return { copied: new SplitOutputs(kernels, target.path, new Splitter(split), check), kernels };
}

/**
 * Copies the keys in front of the place where reading ends. Where that is shows only when a part of the next key was copied,
 * so the first copy goes nowhere.
 */
async function copyPart(input: Input, outputs: Outputs, kernels: Kernels, options: RdbExportOptions): Promise<Copied> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const first = await copyOne(input, new OneOutput(kernels, { stream: nowhere }), kernels, {
    ...options,
    split: undefined,
  });
  if (!first.written) return first;
  const [{ ending }] = first.inputs;
  const isCut = !ending.complete && !ending.limited;
  const second = await copyOne(input, outputs, kernels, options, isCut ? first.keys : undefined);
  return { ...second, limited: first.limited, inputs: first.inputs };
}

async function copyOne(
  { path, dataset }: Input,
  outputs: Outputs,
  kernels: Kernels,
  options: RdbExportOptions,
  most = Number.POSITIVE_INFINITY,
): Promise<Copied> {
  const filter = new KeyFilter(options.filters ?? {});
  const moment = new MomentOfFile(options.now ?? 'file', dataset.modifiedMs);
  const damage = new Damage();
  const limit = Math.min(filter.limit, most);
  const whole = filter.isEmpty && limit === Number.POSITIVE_INFINITY && options.split === undefined;
  let visitor: CopyVisitor | undefined;
  const { onProgress } = options;
  try {
    const scan = await dataset.scan({
      kernels,
      ...(onProgress ? { onProgress: (done: number) => onProgress(done, dataset.inputSize) } : {}),
      visitor: (_kernels, window) => {
        const tmpDir = options.tmpDir === undefined ? {} : { tmpDir: options.tmpDir };
        visitor = new CopyVisitor(kernels, window, {
          ...{ outputs, filter, moment, damage, whole, records: true, limit, ...tmpDir },
        });
        return visitor;
      },
    });
    const ending = endingOf(scan, damage);
    return {
      written: mayBeCopied(scan, ending, options.partial),
      limited: scan.limited,
      keys: visitor?.keys ?? 0,
      replaced: 0,
      inputs: [{ path, ending }],
      files: [],
    };
  } finally {
    visitor?.close();
  }
}

function asExportError(error: unknown, target: ExportTarget): unknown {
  const path = 'path' in target ? target.path : 'the output';
  if (error instanceof NotReplaceable) return new ExportError('unusable', `${path}: ${error.message}`);
  return error;
}
