import { resolve } from 'node:path';
import { Damage } from '../../backup/damage.js';
import { STANDARD_INPUT } from '../../backup/open.js';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import { RangeSource } from '../../bytes/sources/range.js';
import { Window } from '../../bytes/window.js';
import { OneOutput, type Outputs } from '../../copy/outputs.js';
import { SpillError } from '../../fingerprints/spill-file.js';
import { KeyFilter } from '../../keyspace/filters.js';
import { MomentOfFile } from '../../keyspace/moment-of-file.js';
import type { Lineage } from '../../rdb/format.js';
import { RdbParser } from '../../rdb/parser.js';
import { RepairError } from '../plan.js';
import { systemTrouble } from '../system-reason.js';
import { outputTrouble } from '../write-repair.js';
import { openContent, type SalvageContent } from './content.js';
import { planSalvage } from './plan-salvage.js';
import { outcomeOf, type Salvaged, type SalvageOptions, type SalvagePlan, type Segment } from './salvage.js';
import { SalvageCopy } from './salvage-copy.js';

/** The last version that Redis and Valkey share. */
const LAST_COMMON = 11;
const CHANGED = 'the input changed while it was read: copy it first, or stop what writes to it';

/**
 * Writes a new RDB with every key of a damaged one (a file, also a gzip) that can still be read. Keys that may be wrong are
 * left out unless they are asked for; the result names what was skipped and who is in doubt. The input is only read. Rejects
 * with RepairError when it is no RDB, when the output exists or cannot be written, or when there is no room for a temporary
 * file; nothing is at `output` then.
 */
export async function salvage(input: string, output: string, options: SalvageOptions = {}): Promise<Salvaged> {
  if (input === STANDARD_INPUT) {
    throw new RepairError('--salvage reads its input several times, and standard input comes once');
  }
  const trouble = outputTrouble(output, input);
  if (trouble !== undefined) throw new RepairError(trouble);
  const content = await openContent(input, options.tmpDir).catch((error: unknown) => {
    throw error instanceof RepairError ? error : systemTrouble(input, error);
  });
  try {
    const plan = await planSalvage(input, content, options);
    const keys = await write(plan, content, output, options);
    const { segments, repeated, doubled, ...survey } = plan;
    return {
      ...{ survey, output, includeSuspect: options.includeSuspect ?? false, keys },
      suspectKeys: Math.max(0, keys - survey.sure),
      unproven: survey.checksum.status === 'ok' ? 0 : keys,
      outcome: outcomeOf(survey),
    };
  } catch (error) {
    throw error instanceof SpillError ? new RepairError(error.message, { cause: error }) : error;
  } finally {
    content.close();
  }
}

async function write(
  plan: SalvagePlan,
  content: SalvageContent,
  output: string,
  options: SalvageOptions,
): Promise<number> {
  const kernels = new Kernels();
  const outputs = new OneOutput(kernels, { path: resolve(output) });
  try {
    outputs.begin({ magic: plan.magic, version: plan.version });
    const templates = new Map<number, readonly Uint8Array[]>();
    let keys = 0;
    for (const segment of plan.segments) {
      keys += await copySegment(segment, plan, content, kernels, outputs, templates, options);
      options.onProgress?.(2 * plan.bytes + segment.end, 3 * plan.bytes);
    }
    if (content.changed()) throw new RepairError(CHANGED);
    // Nobody may have taken the name by now.
    const trouble = outputTrouble(output, plan.input);
    if (trouble !== undefined) throw new RepairError(trouble);
    await outputs.finish();
    return keys;
  } catch (error) {
    if (error instanceof RepairError) throw error;
    throw systemTrouble(output, error);
  } finally {
    outputs.abandon();
  }
}

async function copySegment(
  segment: Segment,
  { magic, version, repeated, doubled }: SalvagePlan,
  { fd }: SalvageContent,
  kernels: Kernels,
  outputs: Outputs,
  templates: Map<number, readonly Uint8Array[]>,
  options: SalvageOptions,
): Promise<number> {
  const source = new RangeSource(fd, segment.start, segment.end);
  const window = new Window(kernels, source, new NoChecksum());
  const copyOptions = {
    ...{ outputs, filter: new KeyFilter({}), damage: new Damage(), whole: false, records: true },
    moment: new MomentOfFile(0, undefined),
    limit: Number.POSITIVE_INFINITY,
    ...(options.tmpDir === undefined ? {} : { tmpDir: options.tmpDir }),
  };
  const { includeSuspect } = options;
  const visitor = new SalvageCopy(kernels, window, copyOptions, {
    ranges: segment.suspects.filter(({ reason }) => !includeSuspect || reason === 'repeated'),
    begins: includeSuspect ? [repeated] : [repeated, doubled],
  });
  visitor.hashTemplate = (id, fields) => {
    templates.set(id, fields);
  };
  const lineage: Lineage = magic === 'VALKEY' ? 'valkey' : version <= LAST_COMMON ? 'common' : 'redis';
  try {
    await window.seek(segment.start);
    const parser = new RdbParser(window, visitor, { resume: { lineage, version, db: segment.db, templates } });
    const result = await parser.run();
    const end = result.complete ? segment.end : result.failure.offset;
    if (end !== segment.end) throw new RepairError(CHANGED);
    return visitor.keys;
  } finally {
    visitor.close();
    await window.settle();
    window.release();
  }
}
