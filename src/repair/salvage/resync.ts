// Behind damage, nobody knows where the next record begins. Every place is tried where one may, and believed only when many
// records follow there.
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { ENOUGH } from '../../backup/scan.js';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import { RangeSource } from '../../bytes/sources/range.js';
import { Window } from '../../bytes/window.js';
import { valueTypes } from '../../rdb/format.js';
import { type ParseState, RdbParser } from '../../rdb/parser.js';
import { CandidateFilter, LOOKAHEAD } from './candidates.js';
import { type JudgedKey, KeyJudge } from './key-judge.js';
import type { NameModel } from './name-model.js';

const readAsync = promisify(read);
const BLOCK = 1024 * 1024;
const PROBE_CHUNK = 64 * 1024;

/** A place is believed with so many bits of evidence, see `KeyJudge`, and at least two keys. */
const BELIEVED = 48;
/** The end of the file exactly where its end mark says is evidence, too. */
const END_BITS = 24;
const BELIEVED_BEFORE_END = 36;
/** A key with so many bits speaks for itself. */
const STRONG = 16;
/** With less after so many keys, they are none. */
const MOST_KEYS = 64;
/** A try looks at so many bytes; only a few, which began well, at all that follow. */
const NEAR = 8 * 1024 * 1024;
const FAR_TRIES = 64;
const WELL_BEGUN = 16;
/**
 * Bytes that may be read in vain: so many for nothing, and for each byte that is looked at so many more. What would cost more
 * is not tried, so that no file makes this slow.
 */
const FREE_BYTES = 256 * 1024 * 1024;
const BYTES_FOR_A_BYTE = 8;
/** What a try costs at least, and what it costs to begin anew behind damage. */
const TRY = 4096;
const BEGIN = 64 * 1024;

/** Looks for the next place where records begin. One for a file: what its tries cost adds up. */
export class Resync {
  private readonly filter: CandidateFilter;
  private budget = FREE_BYTES;
  private farTries = FAR_TRIES;

  constructor(
    private readonly fd: number,
    private readonly size: number,
    private readonly kernels: Kernels,
    private readonly names: NameModel,
    { lineage, version }: Pick<ParseState, 'lineage' | 'version'>,
    private readonly onProgress: (offset: number) => void,
  ) {
    const types = valueTypes(lineage, version).map((type) => (type && type.since <= version ? type : undefined));
    this.filter = new CandidateFilter(types);
  }

  /** Bytes were read from a place that `find` gave, and nothing came of them. */
  charge(bytes: number): void {
    this.budget -= BEGIN + bytes;
  }

  /**
   * The file offset of the first place from `from` on that is believed; undefined for none.
   *
   * Chance bytes may read like records that happen to end where a real one begins, and swallow many real ones: so first
   * records that say little for themselves count only when nothing better begins before one that does.
   */
  async find(from: number, state: ParseState): Promise<number | undefined> {
    const buffer = Buffer.allocUnsafe(BLOCK + LOOKAHEAD);
    let weak: { readonly at: number; readonly end: number } | undefined;
    for (let at = from; at < this.size; at += BLOCK) {
      this.onProgress(at);
      const length = await this.fill(buffer, at);
      this.filter.set(buffer, length);
      const count = Math.min(BLOCK, length);
      for (let i = 0; i < count; i++) {
        if (weak && at + i >= weak.end) return weak.at;
        this.budget += BYTES_FOR_A_BYTE;
        if (this.budget < 0 || !this.filter.mayBegin(i)) continue;
        const { believed, strongAt, hasStrong } = await this.try(at + i, state);
        if (!believed) continue;
        if (hasStrong && strongAt === at + i) return strongAt;
        // The one that claims least.
        if (!weak || strongAt < weak.end) weak = { at: at + i, end: strongAt };
      }
    }
    return weak?.at;
  }

  private async fill(buffer: Buffer, at: number): Promise<number> {
    let length = 0;
    for (;;) {
      const { bytesRead } = await readAsync(this.fd, buffer, length, buffer.length - length, at + length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) return length;
    }
  }

  private async try(offset: number, state: ParseState): Promise<Probe> {
    const near = Math.min(this.size, offset + NEAR);
    const first = await this.probe(offset, near, state);
    const mayBeMore = near < this.size && first.cutOff && first.bits >= WELL_BEGUN;
    if (first.believed || !mayBeMore || this.farTries === 0 || this.budget < 0) return first;
    this.farTries--;
    return this.probe(offset, this.size, state);
  }

  /** Reads keys from a place on until it can be believed, or not. */
  private async probe(offset: number, end: number, state: ParseState): Promise<Probe> {
    const giveBack = this.kernels.heap.scope();
    const source = new RangeSource(this.fd, offset, end);
    const window = new Window(this.kernels, source, new NoChecksum(), PROBE_CHUNK);
    const probe: Probe = { bits: 0, keys: 0, strongAt: offset, hasStrong: false, believed: false, cutOff: false };
    const tell = { key: (judged: JudgedKey) => count(probe, judged), record: () => undefined };
    const judge = new KeyJudge(this.kernels, window, this.names, tell);
    try {
      await window.seek(offset);
      const result = await new RdbParser(window, judge, { resume: state }).run();
      if (result.complete && result.end === this.size) {
        probe.believed = probe.keys > 0 && probe.bits + END_BITS >= BELIEVED_BEFORE_END;
      }
      probe.cutOff = !result.complete && end < this.size;
    } catch (error) {
      if (error !== ENOUGH) throw error;
    } finally {
      await window.settle();
      giveBack();
      const read = source.consumed - offset;
      this.budget -= read > 2 * PROBE_CHUNK ? read : TRY;
    }
    return probe;
  }
}

interface Probe {
  bits: number;
  keys: number;
  /** Where the first key begins that speaks for itself; when there is none, where the last one ends. */
  strongAt: number;
  hasStrong: boolean;
  believed: boolean;
  /** It was not read to where it ends. */
  cutOff: boolean;
}

function count(probe: Probe, { bits, start, end }: JudgedKey): void {
  if (!probe.hasStrong) probe.strongAt = bits >= STRONG ? start : end;
  probe.hasStrong ||= bits >= STRONG;
  probe.bits += bits;
  probe.keys++;
  probe.believed = probe.bits >= BELIEVED && probe.keys > 1;
  if (probe.believed || probe.keys >= MOST_KEYS) throw ENOUGH;
}
