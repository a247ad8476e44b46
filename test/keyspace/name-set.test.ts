import { describe, expect, it } from 'vitest';
import { bytesToText } from '../../src/keyspace/bytes-text.js';
import { NameSet } from '../../src/keyspace/name-set.js';

function ofLines(text: string | Uint8Array): NameSet {
  const set = new NameSet();
  set.addLines(Buffer.from(text));
  return set;
}

describe('sets of names', () => {
  it('hold what was added, once', () => {
    const set = new NameSet();
    for (let i = 0; i < 50_000; i++) set.add(Buffer.from(`name:${i % 25_000}`));
    expect(set.size).toBe(25_000);
    const missing = Array.from({ length: 25_000 }, (_, i) => i).filter((i) => !set.has(Buffer.from(`name:${i}`)));
    expect(missing).toEqual([]);
    expect(set.has(Buffer.from('name:25000'))).toBe(false);
    expect(set.has(Buffer.from('name:'))).toBe(false);
  });

  it('look at a part of the bytes', () => {
    const set = ofLines('bc\n');
    expect(set.has(Buffer.from('abcd'), 1, 3)).toBe(true);
    expect(set.has(Buffer.from('abcd'), 1, 4)).toBe(false);
  });

  it('hold nothing at first', () => {
    expect(new NameSet().has(new Uint8Array(0))).toBe(false);
  });

  it('hold an empty name and long ones', () => {
    const set = new NameSet();
    const long = Buffer.alloc(3_000_000, 'x');
    set.add(new Uint8Array(0));
    set.add(long);
    expect([set.has(new Uint8Array(0)), set.has(long), set.has(long, 1)]).toEqual([true, true, false]);
  });
});

describe('files of names', () => {
  it.each(['a\nb', 'a\nb\n', 'a\r\nb\r\n', '\na\n\n\nb\n', 'a\r\nb'])('%j holds a and b', (text) => {
    const set = ofLines(text);
    expect([set.size, set.has(Buffer.from('a')), set.has(Buffer.from('b'))]).toEqual([2, true, true]);
  });

  it('are read as the text form is written', () => {
    const names = ['ä', 'a b', '\\xff', 'a\\b', '\\\\x', '\r', 'x\\'].map((text) => Buffer.from(text));
    names.push(Buffer.from([0xff, 0xc3, 0xa4]));
    const set = ofLines(names.map((name) => bytesToText(name).replaceAll('\r', '\\x0d')).join('\n'));
    expect(set.size).toBe(names.length);
    expect(names.filter((name) => !set.has(name))).toEqual([]);
  });

  it('may hold bytes as they are', () => {
    const set = ofLines(Buffer.from([0xff, 0x0a, 0xc3, 0xa4, 0x5c, 0x78, 0x30, 0x30]));
    expect(set.has(Buffer.from([0xff]))).toBe(true);
    expect(set.has(Buffer.from([0xc3, 0xa4, 0]))).toBe(true);
  });
});
