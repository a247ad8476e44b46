// Values of any size, in parts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Entry, MemorySink, RdbWriter, readEntries, writeEntry } from '../../src/index.js';
import { FIXTURES, goldens } from '../helpers/corpus.js';
import { readAll } from './written.js';

/** Puts the parts of each value together again. */
function joined(entries: readonly Entry[]): Entry[] {
  const whole: Entry[] = [];
  let parts: Entry[] = [];
  for (const entry of entries) {
    parts.push(entry);
    expect(entry.part?.index ?? 0).toBe(parts.length - 1);
    if (entry.part && !entry.part.last) continue;
    whole.push(parts.length === 1 ? { ...entry, part: undefined } : ofParts(parts, entry));
    parts = [];
  }
  expect(parts).toEqual([]);
  return whole;
}

function ofParts(parts: readonly Entry[], last: Entry): Entry {
  expect(new Set(parts.map(({ db, key, type }) => `${db} ${type} ${Buffer.from(key).toString('hex')}`)).size).toBe(1);
  const elements = last.type === 'string' ? 1 : parts.reduce((sum, part) => sum + part.elements, 0);
  const values = parts.map(({ value }) => value);
  const bytes = (pieces: readonly unknown[]) => new Uint8Array(Buffer.concat(pieces as Uint8Array[]));
  const value = () => {
    switch (last.type) {
      case 'string':
      case 'cron':
        return bytes(values);
      case 'module':
        return { ...last.value, bytes: bytes(values.map((part) => (part as typeof last.value).bytes)) };
      case 'stream':
        return { ...last.value, entries: values.flatMap((part) => (part as typeof last.value).entries) };
      case 'array':
        return { ...last.value, elements: values.flatMap((part) => (part as typeof last.value).elements) };
      default:
        return values.flat();
    }
  };
  return { ...last, elements, part: undefined, value: value() } as Entry;
}

describe('parts', () => {
  it.each(goldens(FIXTURES))('of $name make the same values', async ({ rdb }) => {
    const file = readFileSync(rdb);
    const whole = await readAll(file);
    const parted = await readAll(file, { partBytes: 700 });
    expect(joined(parted)).toEqual(whole);
    for (const entry of parted) if (entry.part && !entry.part.last) expect(entry.bytes).toBe(0);
  });

  it('bound what is held of a value that is larger than everything else', async () => {
    const sink = new MemorySink();
    const writer = new RdbWriter(sink, { magic: 'REDIS', version: 11 });
    const items = Array.from({ length: 200_000 }, (_, i) => `item number ${i}`);
    const long = Buffer.alloc(24 * 1024 * 1024, 'abcdefg');
    await writeEntry(writer, { key: 'list', type: 'list', value: items });
    await writeEntry(writer, { key: 'string', type: 'string', value: long });
    await writer.end();
    const options = { partBytes: 1024 * 1024, maxValueBytes: 3 * 1024 * 1024 };
    let seen = 0;
    let at = 0;
    for await (const entry of readEntries(sink.bytes(), options)) {
      expect(entry.part).toBeDefined();
      if (entry.type === 'list')
        for (const item of entry.value) expect(`${Buffer.from(item)}` === items[seen++]).toBe(true);
      else if (entry.type === 'string') {
        expect(entry.value.length).toBeLessThanOrEqual(2 * options.partBytes);
        expect(Buffer.compare(entry.value, long.subarray(at, at + entry.value.length))).toBe(0);
        at += entry.value.length;
      }
    }
    expect([seen, at]).toEqual([items.length, long.length]);
  });

  it('do not go with what needs whole values', () => {
    const file = Buffer.from('REDIS0011');
    expect(() => readEntries(file, { partBytes: 100, raw: true })).toThrow(RangeError);
    expect(() => readEntries(file, { partBytes: 100, filters: { minElements: 1 } })).toThrow(RangeError);
    expect(() => readEntries(file, { partBytes: 0 })).toThrow(RangeError);
  });
});
