import { describe, expect, it } from 'vitest';
import type { BytesRef } from '../../src/rdb/bytes-ref.js';
import { type KeyRecord, Level, RdbVisitor } from '../../src/rdb/visitor.js';
import { crc64 } from '../helpers/crc64.js';
import { parse } from '../helpers/parse.js';
import { randomBytes } from '../helpers/random.js';
import { len, RdbBuilder, str } from '../helpers/rdb-builder.js';

const ITEM = 1000;
const ITEMS = 20_000;
const LISTS = 3;
const LONG_NAME = 'a name that compresses, a name that compresses, a name that compresses';

/** Item `i` of list `k`: its number, then noise. */
const noise = randomBytes(11, ITEM);
function item(k: number, i: number): Buffer {
  const bytes = Buffer.from(noise);
  bytes.writeUInt32LE(k * ITEMS + i);
  return bytes;
}

/** Remembers names as they were when the key began, and compares when it ends. */
class Names extends RdbVisitor {
  readonly names: string[] = [];
  readonly problems: string[] = [];
  items = 0;
  wrong = 0;
  private last = '';

  override key(key: KeyRecord): number {
    // Not asked for at the start of every other key: the name must be there at the end all the same.
    this.last = this.names.length % 2 === 0 ? nameOf(key) : '';
    return Level.DATA;
  }

  override listItem(value: BytesRef): void {
    const expected = item(Math.floor(this.items / ITEMS), this.items % ITEMS);
    if (Buffer.compare(value.view(), expected) !== 0) this.wrong++;
    this.items++;
  }

  override keyEnd(key: KeyRecord): void {
    const name = nameOf(key);
    if (this.last !== '' && this.last !== name) this.wrong++;
    this.names.push(name);
  }

  override problem(code: string): void {
    this.problems.push(code);
  }
}

function nameOf(key: KeyRecord): string {
  return Buffer.from(key.name.toBytes()).toString('latin1');
}

describe('values larger than the window', () => {
  // Each takes 20 MB, and the window 16 MiB: when one ends, other bytes have come to where its name was.
  const names = ['first', LONG_NAME, 'last'];
  const builder = new RdbBuilder(11);
  for (let k = 0; k < LISTS; k++) {
    const items = Array.from({ length: ITEMS }, (_, i) => str(item(k, i)));
    builder.key(names[k], { type: 1, body: Buffer.concat([len(ITEMS), ...items]) }, 'server');
  }
  const file = builder.finish();

  it.each([[[1_000_000]], [[65_536, 7, 333_333]]])(
    'keep their names, items and order (chunks of %j)',
    async (chunks) => {
      const visitor = new Names();
      const result = await parse(file, visitor, { chunks });
      expect(result).toMatchObject({ complete: true, end: file.length });
      expect(visitor.names).toEqual(names);
      expect(visitor.items).toBe(LISTS * ITEMS);
      expect(visitor.wrong).toBe(0);
      expect(visitor.problems).toEqual([]);
      expect(result.checksum).toBe(crc64(file.subarray(0, -8)));
    },
  );
});
