// Which keys the commands of a log may have written to. What is asked afterwards is the opposite: which keys of the dump in
// front of them none of the commands can have changed. So every doubt counts as a write.
import { type CommandRecord, LogVisitor } from '../aof/log-visitor.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import { reachOf } from '../servers/command-reach.js';
import { commandsOf } from '../servers/commands.js';
import { RELEASES } from '../servers/releases.js';
import { NameSieve } from './name-sieve.js';

/** These change the key behind their name, and no other one. Of all others, every argument may be a key. */
const FIRST_ONLY: ReadonlySet<string> = new Set(
  [
    'append bitfield decr decrby delifeq expire expireat geoadd getdel getex getset hdel hexpire hexpireat hgetdel hgetex',
    'hincrby hincrbyfloat hmset hpersist hpexpire hpexpireat hset hsetex hsetnx incr incrby incrbyfloat linsert lpop lpush',
    'lpushx lrem lset ltrim persist pexpire pexpireat pfadd psetex restore restore-asking rpop rpush rpushx sadd set setbit',
    'setex setnx setrange spop srem vadd vrem vsetattr xack xadd xautoclaim xclaim xdel xsetid xtrim zadd zincrby zpopmax',
    'zpopmin zrem zremrangebylex zremrangebyrank zremrangebyscore',
  ].flatMap((line) => line.split(' ')),
);
/** These change no key. `function` changes libraries. */
const KEYLESS: ReadonlySet<string> = new Set(['select', 'multi', 'exec', 'ping', 'function']);
/** Their arguments may be keys of another database. */
const ANY_DATABASE: ReadonlySet<string> = new Set(['move', 'copy']);
/** The space of names that are keys in whatever database. */
const ANYWHERE = -1;
const LONGEST_NUMBER = 20;

/** Takes the commands of a log, of bounded memory. */
export class WrittenKeys extends LogVisitor {
  /** Libraries of functions were loaded or deleted. */
  functions = false;
  /** The command, in lower case, that may have written to any key; undefined while there is none. */
  everything: string | undefined;
  private sieve: NameSieve | undefined;
  private readonly databases = new Set<number>();
  private anywhere = false;
  /** Of the command at hand: where the keys that it names may be, and whether its arguments are numbers of databases. */
  private space = 0;
  private swaps = false;
  private name = '';

  /** `mostBytes`: for the names of keys. Fewer bits than eight for each make some pass for written that are not. */
  constructor(private readonly mostBytes: number) {
    super();
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.sieve?.bytes ?? 0;
  }

  /** Whether a command may have written to the key [start, end) of `buffer`. */
  has(db: number, buffer: Uint8Array, start: number, end: number): boolean {
    if (this.everything !== undefined || this.databases.has(db)) return true;
    const { sieve } = this;
    if (!sieve) return false;
    return sieve.has(db, buffer, start, end) || (this.anywhere && sieve.has(ANYWHERE, buffer, start, end));
  }

  override command({ name, db }: CommandRecord): number {
    this.name = name;
    this.space = db;
    this.swaps = false;
    if (FIRST_ONLY.has(name)) return 1;
    if (KEYLESS.has(name)) {
      this.functions ||= name === 'function';
      return 0;
    }
    if (name === 'flushdb') this.databases.add(db);
    else if (name === 'swapdb') this.swaps = true;
    else if (ANY_DATABASE.has(name)) {
      this.space = ANYWHERE;
      this.anywhere = true;
    } else if (name === 'flushall' || reachOf(name) !== undefined || !isKnown(name)) this.everything ??= name;
    return this.everything === undefined ? Number.POSITIVE_INFINITY : 0;
  }

  override argument(_index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    // Without its bytes it may be any key.
    if (end - start < length) this.everything ??= this.name;
    else if (this.swaps) this.swapped(buffer, start, end);
    else {
      this.sieve ??= new NameSieve(this.mostBytes);
      this.sieve.add(this.space, buffer, start, end);
    }
  }

  private swapped(buffer: Uint8Array, start: number, end: number): void {
    const text = end - start > LONGEST_NUMBER ? '' : bytesToText(buffer.slice(start, end));
    if (/^\d+$/.test(text)) this.databases.add(Number(text));
    else this.everything ??= this.name;
  }
}

let known: ReadonlySet<string> | undefined;

/** Whether a release has a command of this name: of others, modules decide. */
function isKnown(name: string): boolean {
  known ??= new Set(RELEASES.flatMap((release) => [...commandsOf(release).commands.keys()]));
  return known.has(name);
}
