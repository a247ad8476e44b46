import type { Redis } from 'ioredis';
import { hashSlot, SLOTS } from '../../keyspace/slot.js';
import { commandBytes } from '../../resp/command.js';
import { CommandWriter } from '../../resp/command-writer.js';
import { LiveError } from '../live-error.js';
import { Order } from './question.js';
import { Sizes } from './sizes.js';
import { type TakeKey, Transaction } from './transaction.js';
import { Wire } from './wire.js';

export interface PullOptions<Key> {
  /** A transaction has keys of one slot only. */
  readonly isCluster: boolean;
  /** The server knows PEXPIRETIME (7.0 and later). */
  readonly hasExpireTime: boolean;
  /**
   * Told of every key once; those of one node and one slot in the order in which they were asked for, but for servers without
   * PEXPIRETIME, which may have to be asked again. What it throws ends the pull.
   */
  readonly take: TakeKey<Key>;
  /** A promise when whoever takes the keys can take no more at the moment. */
  readonly ready?: () => Promise<void> | undefined;
  readonly answerTimeoutMs?: number;
}

const MIB = 1024 * 1024;
/** What a server works on in one go, and does nothing else meanwhile. */
const MOST_KEYS = 64;
const MOST_BYTES = MIB;
/** On their way to us, unless a single key is larger. */
const MOST_BYTES_UNDER_WAY = 16 * MIB;
const MOST_KEYS_UNDER_WAY = 4096;
/** Collected until they are sent, by slot. */
const MOST_KEYS_OPEN = 512;
/** Of a key whose size cannot be asked for. */
const UNKNOWN_SIZE = MIB / 8;
/** How often an expiry is asked for that cannot be told well. */
const MOST_TRIES = 10;

const MULTI = commandBytes(['MULTI']);
const EXEC = commandBytes(['EXEC']);
const TIME = commandBytes(['TIME']);
/** Commands without their only argument. */
const [DUMP, PTTL, PEXPIRETIME] = ['DUMP', 'PTTL', 'PEXPIRETIME'].map((name) => {
  return Buffer.concat([Buffer.from('*2\r\n'), commandBytes([name]).subarray(4)]);
});
const MEMORY_USAGE = Buffer.concat([Buffer.from('*3\r\n'), commandBytes(['MEMORY', 'USAGE']).subarray(4)]);

/** Keys of one node, of one slot in a cluster, for one transaction. */
interface Group<Key> {
  readonly wire: Wire;
  readonly db: number;
  readonly keys: Key[];
  readonly names: Uint8Array[];
  /** About how many bytes each has. */
  readonly sizes: number[];
  bytes: number;
  /** How often its keys were asked for before. */
  readonly tries: number;
}

/**
 * Reads keys by DUMP, each with its expiry in one transaction, so that nobody changes it in between; over connections of its own,
 * one for each node, that are kept busy. No more is under way at a time than 16 MiB, or one key, whatever lies in the keys, as
 * long as their sizes are known. None of the commands changes anything, and where a server allows it (CLIENT NO-TOUCH), they do not
 * count as a use of the keys.
 */
export class KeyPull<Key> {
  private readonly wires: Wire[] = [];
  private readonly dbs = new Map<Wire, number>();
  /** Groups that may grow, by node and slot. */
  private readonly open = new Map<number, Group<Key>>();
  private openDb = 0;
  private openKeys = 0;
  private openBytes = 0;
  /** Groups that wait for room. */
  private readonly waiting: Group<Key>[] = [];
  private bytesUnderWay = 0;
  private keysUnderWay = 0;
  /** Wires that wait for whoever takes the keys. */
  private pausedWires = 0;
  private failure: { readonly error: unknown } | undefined;
  private wakes: (() => void)[] = [];
  private pieces: Buffer[] = [];
  private readonly writer = new CommandWriter((bytes) => this.pieces.push(Buffer.from(bytes)));

  private constructor(private readonly options: PullOptions<Key>) {}

  /** Connects to each of these places. Rejects with LiveError. */
  static async open<Key>(nodes: readonly Redis[], options: PullOptions<Key>): Promise<KeyPull<Key>> {
    const pull = new KeyPull(options);
    const { answerTimeoutMs } = options;
    const wireOptions = {
      onFailed: (error: unknown) => pull.close(error),
      ready: () => pull.takerReady(),
      ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    };
    try {
      for (const node of nodes) pull.wires.push(await Wire.open(node, wireOptions));
      return pull;
    } catch (error) {
      pull.close();
      throw error;
    }
  }

  /**
   * Asks for a key of a node, given about how many bytes it has, or a NaN when nobody knows. `key` is handed back with the answer; the
   * name must not change before.
   */
  ask(node: number, db: number, key: Key, name: Uint8Array, size: number): void {
    if (db !== this.openDb) this.flush();
    this.openDb = db;
    const bytes = Number.isNaN(size) ? UNKNOWN_SIZE : size;
    if (this.openBytes + bytes > MOST_BYTES) this.flush();
    const { isCluster } = this.options;
    const at = isCluster ? node * SLOTS + hashSlot(name) : node;
    let group = this.open.get(at);
    if (group === undefined || group.keys.length === MOST_KEYS) {
      if (group) this.waiting.push(group);
      group = newGroup(this.wires[node], db);
      this.open.set(at, group);
    }
    add(group, key, name, bytes);
    this.openBytes += bytes;
    this.openKeys++;
    if (this.openKeys === (isCluster ? MOST_KEYS_OPEN : MOST_KEYS)) this.flush();
  }

  /** Sends what was asked for, as soon as there is room. */
  flush(): void {
    for (const group of this.open.values()) this.waiting.push(group);
    this.open.clear();
    this.openBytes = 0;
    this.openKeys = 0;
    this.pump();
  }

  /** Of each key the size, as MEMORY USAGE tells it; NaN where that cannot be asked for. Rejects like `ready`. */
  async sizes(node: number, db: number, names: readonly Uint8Array[]): Promise<Float64Array> {
    const sizes = new Sizes(names.length, () => this.wake());
    if (names.length === 0) return sizes.bytes;
    const wire = this.wires[node];
    const { writer } = this;
    this.select(wire, db);
    for (const name of names) {
      writer.encoded(MEMORY_USAGE);
      writer.bytes(name, 0, name.length);
    }
    wire.ask(sizes, this.written());
    await this.until(() => sizes.isDone);
    return sizes.isKnown ? sizes.bytes : sizes.bytes.fill(Number.NaN);
  }

  /** No more should be asked for at the moment: wait for `ready()`. */
  get isFull(): boolean {
    return this.waiting.length > 0 || this.failure !== undefined;
  }

  /** Resolves when there is room. Rejects with what ended the pull: LiveError, or what `take` threw. */
  ready(): Promise<void> {
    return this.until(() => this.waiting.length === 0);
  }

  /** Resolves when everything is answered. Rejects like `ready`. */
  drain(): Promise<void> {
    this.flush();
    return this.until(() => this.waiting.length === 0 && this.keysUnderWay === 0 && this.pausedWires === 0);
  }

  /** Ends the connections; whoever waits is told the error. */
  close(error: unknown = new LiveError('the connection was closed')): void {
    this.failure ??= { error };
    for (const wire of this.wires) wire.close();
    this.wake();
  }

  /** Who waits until all is answered is told what goes wrong behind the last answer, too. */
  private takerReady(): Promise<void> | undefined {
    const promise = this.options.ready?.();
    if (!promise) return undefined;
    this.pausedWires++;
    return promise.then(
      () => {
        this.pausedWires--;
        this.wake();
      },
      (error: unknown) => {
        this.close(error);
        throw error;
      },
    );
  }

  private pump(): void {
    for (let group = this.waiting[0]; group; group = this.waiting[0]) {
      const isTooMuch =
        this.bytesUnderWay + group.bytes > MOST_BYTES_UNDER_WAY ||
        this.keysUnderWay + group.keys.length > MOST_KEYS_UNDER_WAY;
      if (isTooMuch && this.keysUnderWay > 0) return;
      this.waiting.shift();
      this.send(group);
    }
  }

  private send(group: Group<Key>): void {
    const { wire, db, keys, names, sizes, bytes, tries } = group;
    const { hasExpireTime, take } = this.options;
    const { writer } = this;
    this.select(wire, db);
    writer.encoded(MULTI);
    for (const name of names) {
      if (!hasExpireTime) writer.encoded(TIME);
      writer.encoded(hasExpireTime ? PEXPIRETIME : PTTL);
      writer.bytes(name, 0, name.length);
      if (!hasExpireTime) writer.encoded(TIME);
      writer.encoded(DUMP);
      writer.bytes(name, 0, name.length);
    }
    writer.encoded(EXEC);
    this.bytesUnderWay += bytes;
    this.keysUnderWay += keys.length;
    const torn = newGroup<Key>(wire, db, tries + 1);
    const again = tries + 1 < MOST_TRIES ? (at: number) => add(torn, keys[at], names[at], sizes[at]) : undefined;
    const onDone = () => {
      this.bytesUnderWay -= bytes;
      this.keysUnderWay -= keys.length;
      if (torn.keys.length > 0) this.waiting.unshift(torn);
      this.pump();
      this.wake();
    };
    wire.ask(new Transaction(keys, { hasExpireTime, take, again, onDone }), this.written());
  }

  /** What follows is about this database. Behind a SELECT that fails, nothing is taken any more. */
  private select(wire: Wire, db: number): void {
    if ((this.dbs.get(wire) ?? 0) === db) return;
    this.dbs.set(wire, db);
    wire.ask(new Order(), commandBytes(['SELECT', db]));
  }

  private written(): Uint8Array {
    this.writer.flush();
    const { pieces } = this;
    this.pieces = [];
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!this.failure && !holds()) await new Promise<void>((resolve) => this.wakes.push(resolve));
    if (this.failure) throw this.failure.error;
  }

  private wake(): void {
    const { wakes } = this;
    this.wakes = [];
    for (const wake of wakes) wake();
  }
}

function newGroup<Key>(wire: Wire, db: number, tries = 0): Group<Key> {
  return { wire, db, keys: [], names: [], sizes: [], bytes: 0, tries };
}

function add<Key>(group: Group<Key>, key: Key, name: Uint8Array, bytes: number): void {
  group.keys.push(key);
  group.names.push(name);
  group.sizes.push(bytes);
  group.bytes += bytes;
}
