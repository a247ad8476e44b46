// How a sound file becomes a hostile or a rotten one. Every mutation follows from the random numbers alone.
import lzfjs from 'lzfjs';
import { be, len, lzf, str } from '../../helpers/rdb/primitives.js';
import type { Random } from './random.js';
import { blockOf, type Place, type Seed } from './seed.js';

export interface Mutated {
  readonly bytes: Buffer;
  /** The seed and the mutations, for a report. */
  readonly story: string;
}

/** Returns the file after the mutation, or undefined when it does not apply. */
type Mutation = (bytes: Buffer, random: Random) => Buffer | undefined;
type SeedMutation = (seed: Seed, random: Random, seeds: readonly Seed[]) => Buffer | undefined;

const LARGEST_INPUT = 2 * 1024 * 1024;
const EXTREMES = [
  0n,
  1n,
  2n,
  63n,
  64n,
  255n,
  16383n,
  16384n,
  65535n,
  65536n,
  2n ** 20n + 1n,
  2n ** 24n,
  2n ** 30n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 33n + 5n,
  2n ** 40n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 2n,
  2n ** 64n - 1n,
];
const BYTES = [
  0, 1, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0x82, 0xbf, 0xc0, 0xc3, 0xc4, 0xf0, 0xf4, 0xf5, 0xfa, 0xfd, 0xfe, 0xff,
];
const VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 79, 80, 9999];

/** Mutations of any bytes. */
const ANYWHERE: Readonly<Record<string, Mutation>> = {
  'bit flip': (bytes, random) => {
    for (let n = random.pick([1, 1, 1, 2, 8, 64]); n > 0; n--)
      bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes;
  },
  'byte set': (bytes, random) => {
    for (let n = random.pick([1, 1, 2, 4]); n > 0; n--) {
      bytes[random.below(bytes.length)] = random.oneIn(2) ? random.pick(BYTES) : random.below(256);
    }
    return bytes;
  },
  truncate: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'cut the end': (bytes, random) => bytes.subarray(0, Math.max(0, bytes.length - random.between(1, 20))),
  'zero a range': (bytes, random) => {
    const { at, end } = range(bytes, random, random.pick([8, 64, 512, 4096]));
    return bytes.fill(0, at, end);
  },
  insert: (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const what = random.oneIn(2)
      ? random.bytes(random.between(1, 16))
      : Buffer.alloc(random.between(1, 64), random.pick(BYTES));
    return Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
  },
  delete: (bytes, random) => {
    const { at, end } = range(bytes, random, random.pick([1, 8, 64, 4096]));
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
  },
  'copy over': (bytes, random) => {
    const { at, end } = range(bytes, random, 256);
    bytes.copyWithin(random.below(bytes.length), at, end);
    return bytes;
  },
  repeat: (bytes, random) => {
    const { at, end } = range(bytes, random, random.pick([16, 256, 4096]));
    const times = random.pick([1, 1, 2, 10, 100]);
    return Buffer.concat([bytes.subarray(0, at), ...Array(times).fill(bytes.subarray(at, end)), bytes.subarray(at)]);
  },
  'extreme anywhere': (bytes, random) => {
    const at = random.below(bytes.length);
    return replace(bytes, { at, bytes: random.below(3) }, extreme(random));
  },
  'fixed extreme': (bytes, random) => {
    const width = random.pick([2, 4, 8]);
    if (bytes.length < width) return undefined;
    const value = be(random.pick(EXTREMES), width);
    if (random.oneIn(2)) value.reverse();
    value.copy(bytes, random.below(bytes.length - width + 1));
    return bytes;
  },
  version: (bytes, random) => {
    const valkey = random.oneIn(4);
    const version = valkey ? random.pick([79, 80, 81, 82, 999]) : random.pick(VERSIONS);
    bytes.write(
      valkey ? `VALKEY${String(version).padStart(3, '0')}` : `REDIS${String(version).padStart(4, '0')}`,
      'latin1',
    );
    return bytes;
  },
  append: (bytes, random) => Buffer.concat([bytes, random.bytes(random.between(1, 80))]),
};

/** Mutations that know where things are. */
const BY_PLACE: Readonly<Record<string, SeedMutation>> = {
  'length to an extreme': (seed, random) => at(seed, seed.lengths, random, () => extreme(random)),
  'length off by a little': (seed, random) =>
    at(seed, seed.lengths, random, (place) => {
      const before = readLength(seed.bytes.subarray(place.at, place.at + place.bytes));
      return len(before + BigInt(random.pick([-2, -1, 1, 2, 3])));
    }),
  'length in a longer form': (seed, random) =>
    at(seed, seed.lengths, random, (place) =>
      len(readLength(seed.bytes.subarray(place.at, place.at + place.bytes)), 64),
    ),
  'compressed lengths lie': (seed, random) =>
    at(seed, seed.compressed, random, (place) => {
      const lie = (n: number) => (random.oneIn(2) ? BigInt(n) + BigInt(random.between(-3, 3)) : random.pick(EXTREMES));
      const [stored, length] = random.pick([
        [BigInt(place.stored), lie(place.length)],
        [lie(place.stored), BigInt(place.length)],
        [lie(place.stored), lie(place.length)],
        [BigInt(place.stored), BigInt(place.stored) * 88n],
      ]);
      return Buffer.concat([Buffer.of(0xc3), len(stored), len(length), blockOf(seed, place)]);
    }),
  'compressed block damaged': (seed, random) =>
    at(seed, seed.compressed, random, (place) => {
      const block = Buffer.from(blockOf(seed, place));
      block[random.below(block.length)] = random.pick(BYTES);
      return lzf(block, place.length);
    }),
  'unpacked and damaged': (seed, random) =>
    at(seed, seed.compressed, random, (place) => {
      const content = decompress(blockOf(seed, place));
      if (!content || content.length === 0) return undefined;
      content[random.below(content.length)] = random.oneIn(2) ? random.pick(BYTES) : random.below(256);
      return random.oneIn(2) ? str(content) : lzf(Buffer.from(lzfjs.compress(content)), content.length);
    }),
  'string damaged inside': (seed, random) =>
    at(
      seed,
      seed.strings.filter((s) => s.bytes > 8),
      random,
      (place) => {
        const copy = Buffer.from(seed.bytes.subarray(place.at, place.at + place.bytes));
        for (let n = random.pick([1, 1, 2, 4]); n > 0; n--)
          copy[random.between(1, copy.length - 1)] = random.pick(BYTES);
        return copy;
      },
    ),
  'string becomes a bomb': (seed, random) =>
    at(seed, seed.strings, random, () => {
      const block = Buffer.concat([
        Buffer.of(0, 0x61),
        Buffer.alloc(3 * random.between(1, 4000), Buffer.of(0xe0, 0xff, 0)),
      ]);
      const length = ((block.length - 2) / 3) * 264 + 1;
      return lzf(block, random.pick([length, length, length - 1, block.length * 88, block.length * 88 + 1]));
    }),
  'string becomes empty': (seed, random) => at(seed, seed.strings, random, () => Buffer.of(0)),
  'other type': (seed, random) =>
    at(
      seed,
      seed.types.map((place) => ({ at: place, bytes: 1 })),
      random,
      () => Buffer.of(random.below(34)),
    ),
  'record removed': (seed, random) => at(seed, seed.records, random, () => Buffer.alloc(0)),
  'record twice': (seed, random) =>
    at(seed, seed.records, random, (place) => Buffer.concat(Array(random.pick([2, 2, 50])).fill(slice(seed, place)))),
  'records swapped': (seed, random, seeds) => {
    const other = random.pick(seeds);
    if (other.records.length === 0) return undefined;
    return at(seed, seed.records, random, () => slice(other, random.pick(other.records)));
  },
  'strings swapped': (seed, random, seeds) => {
    const other = random.pick(seeds);
    if (other.strings.length === 0) return undefined;
    return at(seed, seed.strings, random, () => slice(other, random.pick(other.strings)));
  },
  spliced: (seed, random, seeds) => {
    const other = random.pick(seeds).bytes;
    return Buffer.concat([
      seed.bytes.subarray(0, random.below(seed.bytes.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
};

/** Makes one input. `sum` is the checksum that the format asks for. */
export function mutate(seeds: readonly Seed[], random: Random, sum: (bytes: Uint8Array) => bigint): Mutated {
  const seed = pickSeed(seeds, random);
  const story = [seed.name];
  let bytes: Buffer = Buffer.from(seed.bytes);
  if (!random.oneIn(3)) {
    const [name, mutation] = random.pick(Object.entries(BY_PLACE));
    const made = mutation(seed, random, seeds);
    if (made) {
      bytes = Buffer.from(made);
      story.push(name);
    }
  }
  for (let n = story.length === 1 ? random.between(1, 4) : random.pick([0, 0, 0, 1, 2]); n > 0; n--) {
    if (bytes.length === 0) break;
    const [name, mutation] = random.pick(Object.entries(ANYWHERE));
    const made = mutation(bytes, random);
    if (!made || made.length > LARGEST_INPUT) continue;
    bytes = Buffer.from(made);
    story.push(name);
  }
  story.push(seal(bytes, random, sum));
  return { bytes, story: story.join(' + ') };
}

/** Mostly the checksum is made right again, so that the structure must catch what was done. */
function seal(bytes: Buffer, random: Random, sum: (bytes: Uint8Array) => bigint): string {
  const how = random.pick(['summed', 'summed', 'summed', 'summed', 'zero sum', 'old sum', 'old sum'] as const);
  if (bytes.length < 8 || how === 'old sum') return 'old sum';
  const end = bytes.length - 8;
  bytes.writeBigUInt64LE(how === 'zero sum' ? 0n : sum(bytes.subarray(0, end)), end);
  return how;
}

/** Large files take long, so they come less often. */
function pickSeed(seeds: readonly Seed[], random: Random): Seed {
  for (;;) {
    const seed = random.pick(seeds);
    if (seed.bytes.length < 16384 || random.oneIn(Math.ceil(seed.bytes.length / 8192))) return seed;
  }
}

function at<P extends Place>(
  seed: Seed,
  places: readonly P[],
  random: Random,
  make: (place: P) => Buffer | undefined,
): Buffer | undefined {
  if (places.length === 0) return undefined;
  const place = random.pick(places);
  const made = make(place);
  return made && replace(seed.bytes, place, made);
}

function replace(bytes: Buffer, place: Place, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, place.at), by, bytes.subarray(place.at + place.bytes)]);
}

function slice(seed: Seed, place: Place): Buffer {
  return seed.bytes.subarray(place.at, place.at + place.bytes);
}

function range(bytes: Buffer, random: Random, most: number): { at: number; end: number } {
  const at = random.below(bytes.length);
  return { at, end: Math.min(bytes.length, at + random.between(1, most)) };
}

function extreme(random: Random): Buffer {
  const value = random.pick(EXTREMES);
  if (value < 2n ** 32n && random.oneIn(3)) return len(value, 32);
  return random.oneIn(4) ? len(value, 64) : len(value);
}

function readLength(bytes: Buffer): bigint {
  if (bytes.length === 9) return bytes.readBigUInt64BE(1);
  if (bytes.length === 5) return BigInt(bytes.readUInt32BE(1));
  return bytes.length === 2 ? BigInt(bytes.readUInt16BE() & 0x3fff) : BigInt(bytes[0] & 0x3f);
}

function decompress(block: Buffer): Buffer | undefined {
  try {
    return Buffer.from(lzfjs.decompress(block));
  } catch {
    return undefined;
  }
}
