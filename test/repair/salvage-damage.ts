// Damage at known places of sound files, and what is left of their keys.
import { createHash, type Hash } from 'node:crypto';
import { type KeyRecord, Level, RdbVisitor } from '../../src/rdb/visitor.js';
import { parse } from '../helpers/parse.js';
import { randomNumbers } from '../helpers/random.js';

/** One key of a sound file. */
export interface PlacedKey {
  /** Database and name. */
  readonly id: string;
  /** Everything that counts: type, value, expiry, idle time and LFU counter. */
  readonly content: string;
  /** Bytes of its record: [start, end). */
  readonly start: number;
  readonly end: number;
}

/** The keys of a file, as far as it can be read. */
export async function placedKeys(bytes: Uint8Array): Promise<{ complete: boolean; keys: PlacedKey[] }> {
  const visitor = new PlacingVisitor();
  const { complete } = await parse(bytes, visitor, { sized: true });
  return { complete, keys: visitor.keys };
}

class PlacingVisitor extends RdbVisitor {
  readonly keys: PlacedKey[] = [];
  private hash: Hash = createHash('sha256');

  override key(): number {
    this.hash = createHash('sha256');
    return Level.RAW;
  }

  override raw(buffer: Uint8Array, start: number, end: number): void {
    this.hash.update(buffer.subarray(start, end));
  }

  override keyEnd(key: KeyRecord): void {
    const { db, name, type, expireAtMs, idle, freq, offset, valueOffset, valueBytes } = key;
    this.keys.push({
      id: `${db} ${Buffer.from(name.toBytes()).toString('base64')}`,
      content: JSON.stringify([type.code, expireAtMs ?? null, idle ?? null, freq ?? null, this.hash.digest('hex')]),
      start: offset,
      end: valueOffset + valueBytes,
    });
  }
}

/** What was done to a file: bytes [start, end) of it are not what they were, and [start, seam) of the result. */
export interface Damage {
  readonly kind: 'flip' | 'zero' | 'remove' | 'garbage' | 'insert' | 'cut';
  readonly start: number;
  readonly end: number;
  readonly seam: number;
  readonly bytes: Buffer;
}

const KINDS: readonly Damage['kind'][] = ['flip', 'zero', 'remove', 'garbage', 'insert', 'cut'];

/** Damages the middle of a file in one place, behind `from` and before `to`. */
export function damage(source: Buffer, from: number, to: number, seed: number): Damage {
  const next = randomNumbers(seed);
  const below = (n: number) => next() % n;
  const kind = KINDS[seed % KINDS.length];
  const most = kind === 'flip' ? 8 : 200;
  const start = from + below(to - from);
  const end = Math.min(to, start + 1 + below(most));
  const before = source.subarray(0, start);
  const behind = source.subarray(kind === 'insert' ? start : end);
  const middle = Buffer.from(source.subarray(start, end));
  if (kind === 'zero') middle.fill(0);
  if (kind === 'flip') middle[0] ^= 1 << below(8);
  if (kind === 'garbage' || kind === 'insert') for (let i = 0; i < middle.length; i++) middle[i] = below(256);
  if (kind === 'cut') return { kind, start, end: source.length, seam: start, bytes: Buffer.from(before) };
  if (kind === 'remove') return { kind, start, end, seam: start + 1, bytes: Buffer.concat([before, behind]) };
  const bytes = Buffer.concat([before, middle, behind]);
  if (kind === 'flip') return { kind, start, end: start + 1, seam: start + 1, bytes };
  // What is put between two keys touches neither of them.
  if (kind === 'insert') return { kind, start: start, end: start, seam: start + middle.length, bytes };
  return { kind, start, end, seam: end, bytes };
}

/** What a salvage gave, held against the sound file. */
export interface Score {
  /** Keys whose bytes the damage did not touch, and how many of them came back as they were. */
  possible: number;
  recovered: number;
  /** Of those: came back otherwise. */
  wrong: number;
  /** Keys that were never there. */
  invented: number;
  /** Keys that the damage touched, and that were read all the same; also those that it made, with bytes of its place in them. */
  touched: number;
}

/** Holds the keys of an output, whose bytes are `outputBytes`, against those of the sound file. */
export function score(
  source: readonly PlacedKey[],
  damage: Damage,
  output: readonly PlacedKey[],
  outputBytes: Buffer,
): Score {
  const { start, end } = damage;
  const truth = new Map(source.map((key) => [key.id, key]));
  const isTouched = (key: PlacedKey) => key.start < end && start < key.end;
  const result: Score = {
    possible: source.filter((key) => !isTouched(key)).length,
    ...{ recovered: 0, wrong: 0, invented: 0, touched: 0 },
  };
  for (const key of output) {
    const real = truth.get(key.id);
    if (real && isTouched(real)) result.touched++;
    else if (real?.content === key.content) result.recovered++;
    else if (real) result.wrong++;
    else if (holdsDamage(outputBytes.subarray(key.start, key.end), damage)) result.touched++;
    else result.invented++;
  }
  return result;
}

/** Whether a record stands in the damaged file, and the place of the damage within it. */
function holdsDamage(record: Buffer, { bytes, start, seam }: Damage): boolean {
  for (let at = Math.max(0, start - record.length); at < seam; at++) {
    at = bytes.indexOf(record, at);
    if (at < 0 || at >= seam) return false;
    if (at + record.length > start) return true;
  }
  return false;
}
