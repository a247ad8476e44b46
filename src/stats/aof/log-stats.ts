import { type CommandRecord, LogVisitor } from '../../aof/log-visitor.js';
import { type CommandInfo, commandsOf } from '../../servers/commands.js';
import { RELEASES } from '../../servers/releases.js';
import { type KeyWrites, keyId } from './key-writes.js';
import type { Rate } from './rate.js';

/** Every argument of these is a key; of MSET every second one. */
const ALL_KEYS = new Set(['del', 'unlink']);
const PAIRS = new Set(['mset', 'msetnx']);
/** Of commands with many keys, so many are counted. */
const MOST_KEYS = 1000;

/** Where the keys of a command stand: at `first`, and from there on every `step` arguments; 0 for the first one only. */
interface KeyPlaces {
  readonly first: number;
  readonly step: number;
}

/** Counts keys, and commands over time, while a log is read. */
export class LogStats extends LogVisitor {
  private readonly commands = writingCommands();
  private wanted: KeyPlaces | undefined;
  private readonly ids: string[] = [];
  private bytes: Buffer = Buffer.alloc(0);
  private of: Uint8Array = this.bytes;

  constructor(
    private readonly keys: KeyWrites,
    private readonly rate: Rate,
  ) {
    super();
  }

  override command({ name }: CommandRecord): number {
    this.ids.length = 0;
    this.wanted = this.commands.get(name);
    if (!this.wanted) return 0;
    return this.wanted.step === 0 ? this.wanted.first : MOST_KEYS;
  }

  override argument(index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    const { wanted } = this;
    if (!wanted || end - start < length) return;
    const behind = index - wanted.first;
    if (behind === 0 || (behind > 0 && wanted.step > 0 && behind % wanted.step === 0)) {
      this.ids.push(keyId(this.view(buffer), start, end));
    }
  }

  override commandEnd({ db, bytes }: CommandRecord): void {
    this.rate.add(bytes);
    const { ids } = this;
    for (const id of ids) this.keys.add(db, id, bytes / ids.length);
  }

  override timestamp(seconds: number): void {
    this.rate.at(seconds);
  }

  /** The same bytes with the methods of a Buffer, made once for all commands. */
  private view(buffer: Uint8Array): Buffer {
    if (this.of !== buffer) {
      this.of = buffer;
      this.bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    return this.bytes;
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
