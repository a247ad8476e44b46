import { read } from 'node:fs';
import { promisify } from 'node:util';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import { RangeSource } from '../../bytes/sources/range.js';
import { Window } from '../../bytes/window.js';
import type { FindingCode } from '../../errors.js';
import { compareChecksums, UNREAD } from '../../rdb/checksum-report.js';
import { type ParseFailure, type ParseResult, type ParseState, RdbParser } from '../../rdb/parser.js';
import type { RdbHeader } from '../../rdb/visitor.js';
import { RepairError } from '../plan.js';
import { type SalvageContent, sumOf } from './content.js';
import { guessHeader, headerOf, isDoubtful } from './guess-header.js';
import { NameModel } from './name-model.js';
import { RepeatedNames } from './repeated-names.js';
import { Resync } from './resync.js';
import type { SalvageOptions, SalvagePlan } from './salvage.js';
import { Survey } from './survey.js';
import { ValueJudge } from './value-judge.js';

const readAsync = promisify(read);
const HEADER_BYTES = 9;
const GUESS_FROM = 1024;
const KEY_BYTES = 1024;
/** For the fingerprints of members of one collection; beyond that a temporary file is used. */
const MEMBERS_MEMORY = 32 * 1024 * 1024;
const UNKNOWN_HEADER: RdbHeader = { magic: 'REDIS', version: 0, lineage: 'common' };
/** What is read ahead costs no more than any beginning. */
const READ_AHEAD = 4 * 1024 * 1024;
/** Codes of a file that simply ends too early. */
const CUT = new Set(['RDB_TRUNCATED', 'RDB_CHECKSUM_MISSING']);

/**
 * Reads an RDB to its end, past every place that cannot be read, and says which keys can be had. Rejects with RepairError when
 * there is nothing in it that reads like an RDB, and with the errors of the system.
 */
export async function planSalvage(
  input: string,
  content: SalvageContent,
  options: SalvageOptions = {},
): Promise<SalvagePlan> {
  const kernels = new Kernels();
  const { size, fd } = content;
  // Summed up, read, and copied.
  const progress = (done: number, before: number) => options.onProgress?.(before + done, 3 * size);
  const names = new NameModel();
  const repeats = new RepeatedNames(options.tmpDir);
  const survey = new Survey(names, repeats, (offset) => progress(offset, size));
  let header: RdbHeader | undefined;
  let headerGuessed = false;
  let resync: Resync | undefined;
  let position = 0;
  let end = size;
  let isCut = false;
  const templates = new Map<number, readonly Uint8Array[]>();

  const start = Buffer.alloc(GUESS_FROM);
  const { bytesRead } = await readAsync(fd, start, 0, GUESS_FROM, 0);
  const head = start.subarray(0, bytesRead);
  const wrong = await wrongHeader(content, head, kernels);
  if (wrong) {
    header = guessHeader(head);
    headerGuessed = true;
    position = HEADER_BYTES;
    survey.skip({ ...wrong, key: null, from: 0, to: position });
    survey.begin(position, true);
  }

  for (;;) {
    const state = header && { ...header, db: survey.db, templates };
    const walked = await walk(content, kernels, position, state, names, survey, options.tmpDir, (found) => {
      header = found;
    });
    for (const [id, fields] of walked.templates) templates.set(id, fields);
    const { result } = walked;
    if (!header) {
      header = guessHeader(head);
      headerGuessed = true;
      position = Math.min(HEADER_BYTES, size);
      if (result.complete || position === size) throw new RepairError(`${input} is too short to be an RDB`);
      survey.skip({ ...result.failure, key: null, from: 0, to: position });
      survey.begin(position, true);
      continue;
    }
    if (result.complete && result.end >= size) {
      survey.finish();
      break;
    }
    const failure = result.complete ? endsEarly(result.end, size) : result.failure;
    resync ??= new Resync(fd, size, kernels, names, header, (offset) => progress(offset, size));
    const from = survey.resumeFrom(result.complete ? result.end : failure.offset);
    resync.charge(Math.max(0, walked.reached - from - READ_AHEAD));
    const found = await resync.find(from, { ...header, db: survey.db, templates });
    if (found === undefined) {
      if (result.complete) {
        end = result.end;
        survey.finish();
      } else {
        isCut = CUT.has(failure.code);
        survey.lose(failure, walked.key, size, isCut);
      }
      break;
    }
    survey.resume(failure, walked.key, found);
    position = found;
  }
  if (survey.keys === 0 && headerGuessed) throw new RepairError(`${input}: nothing in it reads like an RDB`);
  const sum = await sumOf(content, end, kernels, (done) => progress(done, 0));
  const checksum = compareChecksums(sum?.stored, sum?.computed ?? 0n, header.version);
  return {
    input,
    gzip: content.gzip,
    bytes: size,
    magic: header.magic,
    version: header.version,
    headerGuessed,
    checksum: isCut && checksum.status === 'mismatch' ? UNREAD : checksum,
    behindBytes: size - end,
    ...(await survey.result()),
  };
}

/** Why the header is not to be trusted although it can be read; undefined when it is, or when there is none. */
async function wrongHeader(
  content: SalvageContent,
  head: Uint8Array,
  kernels: Kernels,
): Promise<{ code: FindingCode; offset: number; message: string } | undefined> {
  const found = headerOf(head);
  if (!found || !isDoubtful(found, head)) return undefined;
  const sum = await sumOf(content, content.size, kernels, () => undefined);
  if (sum && sum.stored === sum.computed) return undefined;
  const message = `RDB version ${found.version} does not go with what follows, and the checksum does not hold`;
  return { code: 'RDB_BAD_VERSION', offset: 0, message };
}

interface Walked {
  readonly result: ParseResult;
  /** The key in whose value it ended, if it was one. */
  readonly key: Uint8Array | null;
  readonly templates: ReadonlyMap<number, readonly Uint8Array[]>;
  /** File offset behind what was read. */
  readonly reached: number;
}

/** Reads from a place on as far as it goes. */
async function walk(
  { fd, size }: SalvageContent,
  kernels: Kernels,
  position: number,
  resume: (ParseState & RdbHeader) | undefined,
  names: NameModel,
  survey: Survey,
  tmpDir: string | undefined,
  onHeader: (header: RdbHeader) => void,
): Promise<Walked> {
  const giveBack = kernels.heap.scope();
  const source = new RangeSource(fd, position, size);
  const window = new Window(kernels, source, new NoChecksum());
  const judge = new ValueJudge(kernels, window, names, survey, resume ?? UNKNOWN_HEADER, {
    maxMemory: MEMBERS_MEMORY,
    ...(tmpDir === undefined ? {} : { tmpDir }),
  });
  try {
    await window.seek(position);
    judge.header = (header) => {
      judge.file = header;
      onHeader(header);
      survey.begin(HEADER_BYTES, false);
    };
    const parser = new RdbParser(window, judge, resume ? { resume } : {});
    const result = await parser.run();
    const inKey = !result.complete && result.failure.inKey;
    const key = inKey ? parser.key.name.view().slice(0, KEY_BYTES) : null;
    return { result, key, templates: judge.templates, reached: source.consumed };
  } finally {
    judge.close();
    await window.settle();
    giveBack();
  }
}

/** An end mark in front of the end of the file. */
function endsEarly(offset: number, size: number): ParseFailure {
  const message = `an end mark stands here, and ${size - offset} bytes follow, in which records are found`;
  return { code: 'RDB_TRAILING_BYTES', offset, message, inKey: false };
}
