/** Keys of every type, encoding and size, made on a real server. */
import type { ChainableCommander, Redis } from 'ioredis';
import { randomNumbers } from '../../helpers/random.js';

/** What the server that makes the keys can do. */
export interface Abilities {
  readonly fieldExpiry: boolean;
}

export interface DatasetOptions {
  readonly seed: number;
  /** Keys of each kind. */
  readonly keysPerKind: number;
  /** About as many bytes at most. */
  readonly largest: number;
}

const SMALLEST = 10;
/** So much goes into one command. */
const PER_COMMAND = 500;
const FAR = 2_000_000_000_000;

/** Limits beyond and below the defaults, so that servers with the defaults have to convert what they load. */
const WIDE = { entries: 3000, bytes: 200 };
const NARROW = { entries: 0, bytes: 0 };

type Limits = typeof WIDE;

/** Makes the keys; each has a name of its own, and about half of them expire. */
export async function makeDataset(client: Redis, abilities: Abilities, options: DatasetOptions): Promise<void> {
  const maker = new Maker(client, options);
  await maker.everyKind(abilities);
  const compact: readonly Kind[] = [
    (k, n) => maker.hash(k, n, 40),
    (k, n) => maker.set(k, n, 30),
    (k, n) => maker.integerSet(k, n),
    (k, n) => maker.zset(k, n, 30),
  ];
  for (const limits of [WIDE, NARROW]) {
    await setLimits(client, limits);
    for (const kind of compact) await maker.some(kind, Math.min(options.largest, 40_000));
  }
}

async function setLimits(client: Redis, { entries, bytes }: Limits): Promise<void> {
  for (const [type, name] of ['hash', 'zset', 'set'].flatMap((type) => [
    [type, 'listpack'],
    [type, 'ziplist'],
  ])) {
    // No server knows all of these names.
    await client.config('SET', `${type}-max-${name}-entries`, entries).catch(() => undefined);
    await client.config('SET', `${type}-max-${name}-value`, bytes).catch(() => undefined);
  }
  await client.config('SET', 'set-max-intset-entries', entries);
}

/** Makes a value of about `bytes` bytes under a name. */
type Kind = (key: string, bytes: number) => Promise<void>;

class Maker {
  private readonly random: () => number;
  private made = 0;

  constructor(
    private readonly client: Redis,
    private readonly options: DatasetOptions,
  ) {
    this.random = randomNumbers(options.seed);
  }

  async everyKind({ fieldExpiry }: Abilities): Promise<void> {
    const { largest } = this.options;
    const listpack = 4000;
    await this.some((k) => this.integer(k), SMALLEST);
    await this.some((k, n) => this.string(k, n), 120);
    await this.some((k, n) => this.string(k, n), largest);
    await this.some((k, n) => this.list(k, n, 20), listpack);
    await this.some((k, n) => this.list(k, n, 200), largest);
    await this.some((k, n) => this.list(k, n, 20_000), largest);
    await this.some((k, n) => this.integerSet(k, n), listpack);
    await this.some((k, n) => this.set(k, n, 30), listpack);
    await this.some((k, n) => this.set(k, n, 12), largest);
    await this.some((k, n) => this.set(k, n, 300), largest);
    await this.some((k, n) => this.hash(k, n, 30), listpack);
    await this.some((k, n) => this.hash(k, n, 30), largest);
    await this.some((k, n) => this.hash(k, n, 400), largest);
    await this.some((k, n) => this.zset(k, n, 30), listpack);
    await this.some((k, n) => this.zset(k, n, 30), largest);
    await this.some((k, n) => this.zset(k, n, 200), largest);
    await this.some((k, n) => this.stream(k, n, 40), listpack);
    await this.some((k, n) => this.stream(k, n, 400), largest);
    await this.some((k, n) => this.groups(k, n), Math.min(largest, 100_000));
    if (!fieldExpiry) return;
    await this.some((k, n) => this.expiringHash(k, n, 30), listpack);
    await this.some((k, n) => this.expiringHash(k, n, 60), Math.min(largest, 200_000));
  }

  /** Sizes are spread evenly over the orders of magnitude. */
  async some(kind: Kind, largest: number): Promise<void> {
    const { keysPerKind } = this.options;
    for (let i = 0; i < keysPerKind; i++) {
      const bytes = Math.round(SMALLEST * (largest / SMALLEST) ** (keysPerKind === 1 ? 1 : i / (keysPerKind - 1)));
      const key = this.name();
      await kind(key, bytes);
      if (this.random() % 2 === 0) await this.client.pexpireat(key, FAR + (this.random() % 1_000_000));
    }
  }

  async integer(key: string): Promise<void> {
    const value = [this.below(100), this.below(1_000_000), -this.below(1_000_000), '9223372036854775807'][
      this.below(4)
    ];
    await this.client.set(key, String(value));
  }

  async string(key: string, bytes: number): Promise<void> {
    await this.client.set(key, this.text(bytes));
  }

  async list(key: string, bytes: number, longest: number): Promise<void> {
    const items = this.texts(bytes, Math.min(longest, bytes), 2);
    await this.each(items, 1, (pipeline, part) => pipeline.rpush(key, ...part));
  }

  async integerSet(key: string, bytes: number): Promise<void> {
    const range = [100_000, 2 ** 31, 2 ** 50][this.below(3)] ?? 1;
    const members = Array.from({ length: Math.ceil(bytes / 8) }, () =>
      String(Math.floor((this.random() / 2 ** 32) * range)),
    );
    await this.each(members, 1, (pipeline, part) => pipeline.sadd(key, ...part));
  }

  async set(key: string, bytes: number, longest: number): Promise<void> {
    const members = this.texts(bytes, longest, 6);
    await this.each(members, 1, (pipeline, part) => pipeline.sadd(key, ...part));
  }

  async hash(key: string, bytes: number, longest: number): Promise<void> {
    await this.each(this.pairs(bytes, longest), 2, (pipeline, part) => pipeline.hset(key, ...part));
  }

  async zset(key: string, bytes: number, longest: number): Promise<void> {
    const pairs = this.texts(bytes, longest, 6).flatMap((member) => [this.score(), member]);
    await this.each(pairs, 2, (pipeline, part) => pipeline.zadd(key, ...part));
  }

  async stream(key: string, bytes: number, longest: number): Promise<void> {
    await this.addEntries(key, this.texts(bytes, longest, 2));
  }

  async groups(key: string, bytes: number): Promise<void> {
    const values = this.texts(bytes, 40, 2);
    await this.addEntries(key, values);
    for (let group = 0; group <= this.below(3); group++) {
      await this.client.xgroup('CREATE', key, `group-${group}`, '0');
      for (let consumer = 0; consumer <= this.below(4); consumer++) {
        const count = 1 + this.below(values.length);
        const name = `consumer-${this.text(this.below(20))}${consumer}`;
        await this.client.call('XREADGROUP', 'GROUP', `group-${group}`, name, 'COUNT', count, 'STREAMS', key, '>');
      }
    }
  }

  async expiringHash(key: string, bytes: number, longest: number): Promise<void> {
    const pairs = this.pairs(bytes, longest);
    await this.each(pairs, 2, (pipeline, part) => pipeline.hset(key, ...part));
    const fields = pairs.filter((_, i) => i % 2 === 0);
    // All of them, half, or a few; near to each other or far apart.
    const share = [1, 2, 10][this.below(3)] ?? 1;
    const spread = [1, 100_000, 1_000_000_000][this.below(3)] ?? 1;
    const chosen = fields.filter((_, i) => i % share === 0);
    await this.each(chosen, 1, (pipeline, part) => {
      for (const field of part) {
        pipeline.call('HPEXPIREAT', key, String(FAR + this.below(spread)), 'FIELDS', '1', field);
      }
    });
  }

  private async addEntries(key: string, values: readonly string[]): Promise<void> {
    let at = 1_700_000_000_000;
    await this.each(values, 1, (pipeline, part) => {
      for (const value of part) {
        at += 1 + this.below(2000);
        pipeline.xadd(key, `${at}-${this.below(3)}`, 'field', value);
      }
    });
  }

  /** Sends items in commands of some size, in one pipeline. Throws what a command answers. */
  private async each(
    items: readonly string[],
    tuple: number,
    add: (pipeline: ChainableCommander, part: string[]) => void,
  ): Promise<void> {
    const pipeline = this.client.pipeline();
    for (let i = 0; i < items.length; i += PER_COMMAND * tuple) add(pipeline, items.slice(i, i + PER_COMMAND * tuple));
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }

  private pairs(bytes: number, longest: number): string[] {
    return this.texts(bytes, longest, 6).flatMap((value) => [`${this.text(this.below(24))}${this.made++}`, value]);
  }

  private score(): string {
    return String([this.below(1000), this.below(2 ** 31) / 7, -this.below(100) / 4][this.below(3)]);
  }

  /** Texts of `shortest` to `longest` bytes that add up to `bytes`. */
  private texts(bytes: number, longest: number, shortest: number): string[] {
    const texts: string[] = [];
    for (let sum = 0; sum < bytes; sum += texts[texts.length - 1].length) {
      texts.push(this.text(shortest + this.below(Math.max(1, longest - shortest))));
    }
    return texts;
  }

  /** Letters and digits: some texts compress, most do not. */
  private text(length: number): string {
    if (this.below(10) === 0) return 'abc'.repeat(length).slice(0, length);
    let text = '';
    while (text.length < length) text += this.random().toString(36);
    return text.slice(0, length);
  }

  private name(): string {
    const length = [4, 12, 30, 45, 110, 150][this.below(6)] ?? 4;
    return `${(this.made++).toString(36)}:${this.text(this.below(length))}`;
  }

  private below(limit: number): number {
    return Math.floor((this.random() / 2 ** 32) * limit);
  }
}
