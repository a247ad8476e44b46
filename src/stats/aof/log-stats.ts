import { type CommandRecord, LogVisitor } from '../../aof/log-visitor.js';
import { type CommandInfo, commandsOf } from '../../servers/commands.js';
import { RELEASES } from '../../servers/releases.js';
import type { KeyWrites } from './key-writes.js';
import type { Rate } from './rate.js';

/** Every argument of these is a key; of MSET every second one. */
const ALL_KEYS = new Set(['del', 'unlink']);
const PAIRS = new Set(['mset', 'msetnx']);
/** Of one command, so many keys are counted: more than clients send at a time. */
const MOST_KEYS = 65_536;

/** Where the keys of a command stand: at `first`, and from there on every `step` arguments; 0 for the first one only. */
interface KeyPlaces {
  readonly first: number;
  readonly step: number;
}

/** Counts keys, and commands over time, while a log is read. */
export class LogStats extends LogVisitor {
  private readonly commands = writingCommands();
  private wanted: KeyPlaces | undefined;
  private db = 0;

  constructor(
    private readonly keys: KeyWrites,
    private readonly rate: Rate,
  ) {
    super();
  }

  override command({ name, db }: CommandRecord): number {
    this.keys.cancel();
    this.db = db;
    this.wanted = this.commands.get(name);
    if (!this.wanted) return 0;
    return this.wanted.step === 0 ? this.wanted.first : MOST_KEYS * this.wanted.step;
  }

  override argument(index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    const { wanted } = this;
    if (!wanted || end - start < length) return;
    const behind = index - wanted.first;
    if (behind === 0 || (behind > 0 && wanted.step > 0 && behind % wanted.step === 0)) {
      this.keys.touch(this.db, buffer, start, end);
    }
  }

  override commandEnd({ bytes, argc }: CommandRecord): void {
    this.rate.add(bytes);
    const { wanted } = this;
    if (wanted) this.keys.written(bytes, wanted.step === 0 ? 1 : Math.floor((argc - 1) / wanted.step));
  }

  override timestamp(seconds: number): void {
    this.rate.at(seconds);
  }
}

/** The commands of all releases that change keys, by name in lower case. */
function writingCommands(): ReadonlyMap<string, KeyPlaces> {
  const found = new Map<string, KeyPlaces>();
  for (const release of RELEASES) {
    for (const [name, { write, firstKey }] of commandsOf(release).commands as ReadonlyMap<string, CommandInfo>) {
      if (!write || firstKey === 0) continue;
      const step = ALL_KEYS.has(name) ? 1 : PAIRS.has(name) ? 2 : 0;
      found.set(name, { first: firstKey, step });
    }
  }
  return found;
}
