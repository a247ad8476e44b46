// Into which file a key goes, and what that file is called.
import { createHash } from 'node:crypto';
import { parse } from 'node:path';
import { hashSlot, SLOTS } from '../../keyspace/slot.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { ExportError, type Split } from './options.js';

const COLON = 0x3a;
/** Names of files have at most 255 bytes, and the path that the user gave takes some of them. */
const LONGEST_PREFIX = 100;
const DIGEST = 32;

/** Finds the part that a key belongs to. Parts are texts that can stand in the name of a file: `slot-7`, `prefix-user`. */
export class Splitter {
  private readonly firsts: readonly number[] | undefined;
  private readonly partOfSlot: readonly string[];

  /** Throws ExportError for a number that is none of files. */
  constructor(private readonly split: Split) {
    if (typeof split !== 'number') {
      this.partOfSlot = [];
      return;
    }
    if (!Number.isInteger(split) || split < 1 || split > SLOTS) {
      throw new ExportError('unusable', `a dump can be split into 1 to ${SLOTS} files, and not into ${split}`);
    }
    // As redis-cli shares slots among the nodes of a new cluster.
    this.firsts = Array.from({ length: split + 1 }, (_, i) => Math.round((i * SLOTS) / split));
    this.partOfSlot = this.firsts.slice(0, -1).flatMap((first, i) => {
      const end = this.firsts?.[i + 1] ?? SLOTS;
      return Array.from({ length: end - first }, () => slotsPart(first, end - 1));
    });
  }

  /** The parts that are there even without keys. */
  get known(): string[] {
    return [...new Set(this.partOfSlot)];
  }

  partOf(key: KeyRecord): string {
    if (this.split === 'db') return `db-${key.db}`;
    const name = key.name.view();
    if (this.split === 'prefix') return prefixPart(name);
    const slot = hashSlot(name);
    return this.split === 'slot' ? `slot-${slot}` : this.partOfSlot[slot];
  }
}

function slotsPart(first: number, last: number): string {
  return `slots-${first}-${last}`;
}

/**
 * The text in front of the first colon, with `%HH` for every byte that is no letter, digit, `_`, `-` or `.`: no two of them
 * come out the same, and none can leave the directory. A long one is cut, with a digest of the whole behind it.
 */
function prefixPart(name: Uint8Array): string {
  const colon = name.indexOf(COLON);
  if (colon < 0) return 'no-prefix';
  const prefix = name.subarray(0, colon);
  const shown = Buffer.from(prefix.subarray(0, LONGEST_PREFIX + 1)).toString('latin1');
  const text = shown.replace(/[^A-Za-z0-9_.-]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  if (text.length <= LONGEST_PREFIX) return `prefix-${text}`;
  const digest = createHash('sha256').update(prefix).digest('hex').slice(0, DIGEST);
  return `prefix-${text.slice(0, LONGEST_PREFIX - DIGEST)}~${digest}`;
}

/** `out.rdb` and `db-0` give `out-db-0.rdb`. */
export class PartNames {
  private readonly taken = new Set<string>();

  constructor(private readonly path: string) {}

  /** The path for a part that was not asked for before. Some file systems take upper and lower case for the same. */
  pathOf(part: string): string {
    const digest = createHash('sha256').update(part).digest('hex').slice(0, DIGEST);
    const name = this.taken.has(part.toLowerCase()) ? `${part}~${digest}` : part;
    this.taken.add(name.toLowerCase());
    const { dir, name: base, ext } = parse(this.path);
    const file = `${base}-${name}${ext}`;
    return dir === '' ? file : `${dir.endsWith('/') ? dir : `${dir}/`}${file}`;
  }
}
