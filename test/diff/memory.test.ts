// Enough keys for tables and lists to go to disk: the answer does not depend on the memory.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SpillError } from '../../src/fingerprints/spill-file.js';
import { type Compared, compared } from '../helpers/diff.js';
import { RdbBuilder } from '../helpers/rdb-builder.js';

const KEYS = 260_000;
const folder = mkdtempSync(join(tmpdir(), 'rdbkit-diff-'));
const left = join(folder, 'left.rdb');
const right = join(folder, 'right.rdb');
const tmp = mkdtempSync(join(tmpdir(), 'rdbkit-diff-tmp-'));

/** Small strings, without a call for each byte. */
function fileOf(keys: Iterable<readonly [name: string, value: string]>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of keys) {
    const bytes = Buffer.alloc(3 + name.length + value.length);
    bytes[1] = name.length;
    bytes.write(name, 2, 'latin1');
    bytes[2 + name.length] = value.length;
    bytes.write(value, 3 + name.length, 'latin1');
    parts.push(bytes);
  }
  return new RdbBuilder(11).selectDb(0).bytes(Buffer.concat(parts)).finish('zero');
}

const nameOf = (i: number) => `key:${i % 97}:${i}`;

/** Every fifth key goes, every fifth one is new, and every fifth one has another value, of another length. */
function* changed(): Generator<readonly [string, string]> {
  for (let i = KEYS - 1; i >= 0; i--) {
    if (i % 5 === 1) yield [`new:${i}`, `value ${i}`];
    else yield [nameOf(i), i % 5 === 2 ? `another value, ${'x'.repeat(i % 30)}` : `value ${i}`];
  }
}

function* original(): Generator<readonly [string, string]> {
  for (let i = 0; i < KEYS; i++) yield [nameOf(i), `value ${i}`];
}

beforeAll(() => {
  writeFileSync(left, fileOf(original()));
  writeFileSync(right, fileOf(changed()));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(tmp, { recursive: true, force: true });
});

/** As text that can be compared: the bytes of names too. */
function text({ summary, changes }: Compared): string[] {
  const lines = changes.map((change) => JSON.stringify({ ...change, key: Buffer.from(change.key).toString('latin1') }));
  return [...lines, JSON.stringify(summary)];
}

it('gives the same answer in little memory as in much, in the order that is promised', async () => {
  const much = await compared([left], [right], { maxMemory: 2 ** 30, tmpDir: tmp });
  const little = await compared([left], [right], { maxMemory: 1, tmpDir: tmp });
  // Not as arrays: all their differences would take longer to print than anybody waits.
  const [expected, found] = [text(much), text(little)];
  const first = expected.findIndex((line, i) => line !== found[i]);
  expect([found[first], found.length]).toEqual([expected[first], expected.length]);
  expect(readdirSync(tmp)).toEqual([]);

  const { summary, changes } = little;
  const fifth = KEYS / 5;
  expect(summary).toMatchObject({ added: fifth, removed: fifth, changed: fifth, unchanged: 3 * fifth });
  const size = (i: number) => Math.abs((changes[i].right?.bytes ?? 0) - (changes[i].left?.bytes ?? 0));
  for (let i = 1; i < changes.length; i++) {
    const [before, after] = [size(i - 1), size(i)];
    if (before < after || (before === after && Buffer.compare(changes[i - 1].key, changes[i].key) >= 0)) {
      expect.fail(`changes ${i - 1} and ${i} are not in order`);
    }
  }
  // Where it happened: new keys have a prefix of their own, the others are spread over 97 prefixes below another one.
  const [keys, fresh] = summary.prefixes.tree;
  expect(Buffer.from(keys.prefix).toString()).toBe('key:');
  expect(keys).toMatchObject({ added: 0, removed: fifth, changed: fifth });
  expect(keys.children.length).toBe(97);
  expect(Buffer.from(fresh.prefix).toString()).toBe('new:');
  expect(fresh).toMatchObject({ added: fifth, removed: 0, changed: 0 });
});

it('spills where it is told to, and says so when that cannot be', async () => {
  const tmpDir = join(tmp, 'missing');
  await expect(compared([left], [right], { maxMemory: 1, tmpDir })).rejects.toThrow(SpillError);
});
