// One input through the verifier and through the parser at each level, whole and in pieces.
import type { Kernels } from '../../../src/bytes/kernels/kernels.js';
import type { Source } from '../../../src/bytes/sources/source.js';
import type { Window } from '../../../src/bytes/window.js';
import type { ParseResult } from '../../../src/rdb/parser.js';
import type { Outcome } from '../../../src/verify/report.js';
import { chunkedSource } from '../../helpers/chunks.js';
import { crc64 } from '../../helpers/crc64.js';
import { eventLog } from './events.js';
import type { Library } from './library.js';
import type { Random } from './random.js';

export interface Checked {
  readonly outcome: Outcome;
  /** What went against the promises; empty when all is well. */
  readonly violations: string[];
}

/** How the bytes arrive. */
interface Delivery {
  readonly lengths: readonly number[];
  readonly sized: boolean;
  /** What the window asks for at a time. */
  readonly chunk: number;
  /** The window has hardly any room, so that it has to move and to grow all the time. */
  readonly narrow: boolean;
}

/** SKIP, RAW, STRUCTURE, DATA, and all of them. */
const LEVELS = [0, 1, 2, 4, 7];
const NOW_MS = Date.UTC(2027, 0);
const KEY_BYTES = 1024;
/** Beyond this a fresh memory is taken, so that one large input does not stay. */
const MEMORY_KEPT = 128 * 1024 * 1024;

/**
 * Checks inputs one after the other. The kernels' memory is used again, with what the last input left in it: nothing may
 * depend on that.
 */
export class Checker {
  /** The most that the kernels' memory grew to, in bytes. */
  largestMemory = 0;
  private kernels: Kernels;

  constructor(private readonly library: Library) {
    this.kernels = new library.Kernels();
  }

  /** The checksum of `bytes` as the format asks for it. */
  sum(bytes: Uint8Array): bigint {
    return crc64(bytes);
  }

  async check(bytes: Uint8Array, random: Random): Promise<Checked> {
    const sized = random.oneIn(2);
    const whole: Delivery = { lengths: [Math.max(1, bytes.length)], sized, chunk: 1024 * 1024, narrow: false };
    const pieces: Delivery = {
      lengths: pieceLengths(bytes.length, random),
      sized,
      chunk: random.pick([256, 4096, 65536]),
      narrow: random.oneIn(2),
    };
    const violations: string[] = [];

    const first = await this.verify(bytes, whole, violations);
    const second = await this.verify(bytes, pieces, violations);
    if (first.told !== second.told) violations.push(`verify differs in pieces:\n${first.told}\n${second.told}`);
    await this.parse(bytes, whole, pieces, random, violations);
    this.tidy();
    return { outcome: first.outcome, violations };
  }

  private async verify(
    bytes: Uint8Array,
    delivery: Delivery,
    violations: string[],
  ): Promise<{ outcome: Outcome; told: string }> {
    const { library, kernels } = this;
    const findings = new library.Findings();
    const checksum = new library.InlineChecksum(kernels);
    const window = this.window(bytes, delivery, checksum);
    const result = await library.verifyRdb(window, checksum, findings, { nowMs: NOW_MS });
    await window.settle();
    const bad = (what: string) => violations.push(`verify: ${what}`);
    if (!['sound', 'damaged', 'unknown'].includes(result.outcome)) bad(`outcome ${result.outcome}`);
    if (!result.complete && findings.errors === 0) bad('not complete, and no error says why');
    if (result.outcome === 'sound' && findings.errors > 0) bad('sound with errors');
    if (result.outcome !== 'sound' && findings.errors === 0) bad(`${result.outcome} without an error`);
    if (result.bytes !== bytes.length) bad(`${result.bytes} bytes of ${bytes.length} were read`);
    for (const { code, severity, offset, key, message } of findings.kept) {
      if (!(code in library.FINDINGS)) bad(`unknown code ${code}`);
      if (!['error', 'warning', 'info'].includes(severity)) bad(`${code} is ${severity}`);
      if (offset !== null && (!Number.isInteger(offset) || offset < 0 || offset > bytes.length))
        bad(`${code} at ${offset}`);
      if (key !== null && key.length > KEY_BYTES) bad(`${code} with a key of ${key.length} bytes`);
      if (message === '' || message.length > 4096) bad(`${code} with a message of ${message.length} characters`);
    }
    const sum = result.databases.reduce((n, db) => n + db.keys, 0);
    if (sum !== result.keys) bad(`${result.keys} keys, ${sum} in the databases`);
    if (result.checksum.status === 'ok' && !holdsSum(bytes, result.checksum.stored ?? '')) {
      bad(`the checksum ${result.checksum.stored} is called ok`);
    }
    this.reuse();
    const shown = findings.kept.map((f) => ({ ...f, key: f.key && Buffer.from(f.key).toString('hex') }));
    return { outcome: result.outcome, told: JSON.stringify({ ...result, kept: shown, counts: findings.counts }) };
  }

  private async parse(
    bytes: Uint8Array,
    whole: Delivery,
    pieces: Delivery,
    random: Random,
    violations: string[],
  ): Promise<void> {
    const options = { checkCompressed: random.oneIn(2), largeString: random.pick([undefined, 16, 300]) };
    let skipped: string | undefined;
    for (const level of LEVELS) {
      const runs = [];
      for (const delivery of [whole, pieces]) {
        const log = eventLog(this.library, level, bytes);
        const result = await this.run(bytes, delivery, log.visitor, options);
        violations.push(...log.violations.slice(0, 3).map((v) => `level ${level}: ${v}`));
        const failure = result.complete ? undefined : result.failure;
        if (failure && !(failure.code in this.library.FINDINGS)) violations.push(`unknown failure ${failure.code}`);
        const offset = result.complete ? result.end : result.failure.offset;
        if (!Number.isInteger(offset) || offset < 0 || offset > bytes.length)
          violations.push(`level ${level} ends at ${offset}`);
        runs.push({ hash: log.hash(), end: JSON.stringify(result) });
      }
      const [one, two] = runs;
      if (one.end !== two.end) violations.push(`level ${level} ends otherwise in pieces: ${one.end} ${two.end}`);
      else if (one.hash !== two.hash)
        violations.push(
          `level ${level} differs in pieces: ${await this.difference(bytes, [whole, pieces], level, options)}`,
        );
      // A string that is cut has no offset of its own: decoding stops at a token, skipping at the last byte.
      one.end = one.end.replace(/"code":"RDB_TRUNCATED","offset":\d+/, '"code":"RDB_TRUNCATED"');
      skipped ??= one.end;
      if (one.end !== skipped) violations.push(`level ${level} ends otherwise than level 0: ${one.end} ${skipped}`);
    }
  }

  private async difference(
    bytes: Uint8Array,
    deliveries: Delivery[],
    level: number,
    options: Options,
  ): Promise<string> {
    const logs = [];
    for (const delivery of deliveries) {
      const log = eventLog(this.library, level, bytes, true);
      await this.run(bytes, delivery, log.visitor, options);
      logs.push(log.lines.filter((line) => !/^(raw|chunk) /.test(line)));
    }
    const [one, two] = logs;
    const at = one.findIndex((line, i) => line !== two[i]);
    return at < 0 ? 'in the pieces of raw bytes or of large strings' : `event ${at}: ${one[at]} | ${two[at]}`;
  }

  private async run(
    bytes: Uint8Array,
    delivery: Delivery,
    visitor: InstanceType<Library['RdbVisitor']>,
    options: Options,
  ): Promise<ParseResult> {
    const { library, kernels } = this;
    const checksum = new library.InlineChecksum(kernels);
    const window = this.window(bytes, delivery, checksum);
    const { checkCompressed, largeString } = options;
    const parser = new library.RdbParser(window, visitor, {
      checkCompressed,
      ...(largeString === undefined ? {} : { largeString }),
    });
    const result = await parser.run();
    await window.settle();
    this.reuse();
    return result;
  }

  private window(bytes: Uint8Array, delivery: Delivery, checksum: InstanceType<Library['InlineChecksum']>): Window {
    const window = new this.library.Window(this.kernels, source(bytes, delivery), checksum, delivery.chunk);
    // Its room is many MiB, which no input here would fill.
    if (delivery.narrow) (window as unknown as { capacity: number }).capacity = delivery.chunk + 64;
    return window;
  }

  /** Gives back what windows and strings have taken, as the end of the process would. */
  private reuse(): void {
    const { heap } = this.kernels;
    const { used } = heap as unknown as { used: Map<number, number> };
    for (const address of [...used.keys()]) heap.deallocate(address);
  }

  private tidy(): void {
    const { length } = this.kernels.bytes;
    this.largestMemory = Math.max(this.largestMemory, length);
    if (length > MEMORY_KEPT) this.kernels = new this.library.Kernels();
  }
}

interface Options {
  readonly checkCompressed: boolean;
  readonly largeString: number | undefined;
}

function source(bytes: Uint8Array, delivery: Delivery): Source {
  const inner = chunkedSource(bytes, delivery.lengths);
  return {
    size: delivery.sized ? bytes.length : undefined,
    get consumed() {
      return inner.consumed;
    },
    read: (target) => inner.read(target),
    close: () => inner.close(),
  };
}

/** Pieces as small as the size of the file allows in reasonable time. */
function pieceLengths(size: number, random: Random): number[] {
  const most =
    size < 2000 ? random.pick([1, 3, 40]) : size < 50_000 ? random.pick([40, 700]) : random.pick([5000, 40_000]);
  return Array.from({ length: 7 }, () => random.between(1, most));
}

/** Whether these eight bytes stand somewhere behind what they are the sum of. */
function holdsSum(bytes: Uint8Array, sum: string): boolean {
  const file = Buffer.from(bytes);
  const trailer = Buffer.from(sum, 'hex').reverse();
  for (let at = file.indexOf(trailer); at >= 0; at = file.indexOf(trailer, at + 1)) {
    if (crc64(file.subarray(0, at)) === BigInt(`0x${sum}`)) return true;
  }
  return false;
}
