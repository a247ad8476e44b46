import type { Dataset } from '../backup/dataset.js';
import { StreamSink } from '../bytes/sinks/stream.js';
import { ByteSink } from '../export/byte-sink.js';
import { type InputExport, KeyExport } from '../export/export-keys.js';
import { OneKeyOutput } from '../export/key-outputs.js';
import { jsonLines } from '../export/text/json-format.js';
import type { FilterOptions } from '../keyspace/filters.js';
import type { NowOption } from '../keyspace/moment-of-file.js';

/** How keys are written as JSON lines. */
export interface JsonLinesOptions {
  /** Which keys are wanted; all when left out. Filters that look at values need a backup that is `repeatable`. */
  readonly filters?: FilterOptions;
  /** What the filter on time to live counts from; default the moment when the file was made. */
  readonly now?: NowOption;
  /** `text` (the default): UTF-8, with `\xHH` for other bytes, see `textToBytes`. `base64`: every byte string in base64. */
  readonly bytes?: 'text' | 'base64';
}

/** Writes a JSON object a line, in the form that `rdbkit export --format jsonl` writes. */
export async function writeJsonLines(
  dataset: Dataset,
  stream: NodeJS.WritableStream,
  { filters = {}, now = 'file', bytes = 'text' }: JsonLinesOptions,
): Promise<InputExport> {
  const out = new StreamSink(stream);
  const sink = new ByteSink((piece) => out.write(piece));
  const all = new KeyExport(jsonLines(bytes), new OneKeyOutput(sink), { filter: filters, now, clockMs: Date.now() });
  if (all.looksTwice && !dataset.repeatable) {
    throw new RangeError('filters on sizes, elements and types of modules need an input that can be read twice');
  }
  const result = await all.add(dataset);
  await all.finish();
  return result;
}
