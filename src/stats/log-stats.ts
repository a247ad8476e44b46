import { type CommandRecord, LogVisitor } from '../aof/log-visitor.js';
import { type CommandInfo, commandsOf } from '../servers/commands.js';
import { RELEASES } from '../servers/releases.js';
import type { BusiestKeys } from './busiest-keys.js';
import type { Rate } from './rate.js';

/** Every argument of these is a key; of MSET every second one. */
const ALL_KEYS = new Set(['del', 'unlink']);
const PAIRS = new Set(['mset', 'msetnx']);
/** Of commands with many keys, so many are counted. */
const MOST_KEYS = 1000;

/** Counts commands, keys and bytes of logs while they are read. */
export class LogStats extends LogVisitor {
  private readonly commands: ReadonlyMap<string, CommandInfo>;
  private wanted: CommandInfo | undefined;
  private db = 0;
  private readonly names: { buffer: Buffer; length: number }[] = [];
  private name = '';

  constructor(
    private readonly keys: BusiestKeys,
    private readonly rate: Rate,
  ) {
    super();
    const all = RELEASES.map((release) => commandsOf(release).commands);
    this.commands = new Map(all.flatMap((commands) => [...commands]));
  }

  override command({ name, db }: CommandRecord): number {
    this.db = db;
    this.name = name;
    this.names.length = 0;
    const command = this.commands.get(name);
    this.wanted = command?.write ? command : undefined;
    if (!this.wanted) return 0;
    if (ALL_KEYS.has(name) || PAIRS.has(name)) return MOST_KEYS;
    return this.wanted.firstKey;
  }

  override argument(index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    const { wanted, name } = this;
    if (!wanted || end - start < length) return;
    const isKey = ALL_KEYS.has(name) || (PAIRS.has(name) ? index % 2 === 1 : index === wanted.firstKey);
    if (isKey) this.names.push({ buffer: Buffer.from(buffer.slice(start, end)), length });
  }

  override commandEnd({ bytes }: CommandRecord): void {
    this.rate.add(bytes);
    for (const { buffer, length } of this.names) this.keys.add(this.db, buffer, 0, length, bytes / this.names.length);
  }

  override timestamp(seconds: number): void {
    this.rate.at(seconds);
  }
}
