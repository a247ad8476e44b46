// Each of these once made a reader crash, hang or lie somewhere, ours or another one.
import { describe, expect, it } from 'vitest';
import { le, len, listpack, listpackEntry, str } from '../helpers/rdb-builder.js';
import { again, bomb, listpackHead, literals, numbered, oneValue, records } from './hostile.js';
import { MIB, verdictOn } from './verdict.js';

const NUL = Buffer.of(0);
const NONE = Buffer.alloc(0);
/** In MiB: less than one object, or one number of a table, for each record would take. */
const LITTLE_HEAP = 48;

describe('costs that grow with the square', () => {
  it('a score of a million digits that is no number', () => {
    const score = Buffer.concat([Buffer.of(0xf0), le(1e6 + 1, 4)]);
    const back = listpackEntry({ value: Buffer.alloc(1e6 + 1, 0x31), form: 'str32' }).subarray(1e6 + 6);
    const member = listpackEntry('m');
    const size = member.length + 5 + 1e6 + 1 + back.length;
    const head = Buffer.concat([listpackHead(size, 2), member, score]);
    const tail = Buffer.concat([Buffer.from('x'), back, Buffer.of(0xff)]);
    const { codes } = verdictOn(oneValue(11, 17, bomb(head, Buffer.from('1'), 1e6, tail)));
    expect(codes).toContain('ZSET_SCORE_INVALID');
  });

  it('a thousand long members that all fall into one slot of a table', () => {
    const length = 200_007;
    const back = listpackEntry({ value: Buffer.alloc(length), form: 'str32' }).subarray(5 + length);
    const parts: Buffer[] = [];
    const count = 1000;
    for (let i = 0; i < count; i++) {
      const end = Buffer.of(0, 0, 0, 0, 0, (i & 15) << 4, i >> 4);
      parts.push(
        literals(Buffer.concat([Buffer.of(0xf0), le(length, 4), NUL])),
        again(1, length - 8),
        literals(end),
        literals(back),
      );
    }
    const size = count * (5 + length + back.length);
    const block = Buffer.concat([literals(listpackHead(size, count)), ...parts, literals(Buffer.of(0xff))]);
    const blob = Buffer.concat([Buffer.of(0xc3), len(block.length), len(size + 7), block]);
    expect(verdictOn(oneValue(11, 20, blob)).code).toBe(0);
  });

  it('a template of ten million names', () => {
    const names = Buffer.alloc(20e6, Buffer.from([1, 0x61]));
    expect(verdictOn(records(15, Buffer.of(0xf2), len(0), len(10e6), names)).code).toBe(1);
  });
});

describe('memory that grows without a bound', () => {
  it('a zipmap of 35 million pairs in 1.2 MB', () => {
    expect(verdictOn(oneValue(6, 9, bomb(Buffer.of(254), Buffer.alloc(3), 105e6, Buffer.of(0xff)))).code).toBe(1);
  });

  it('field names of 50 million entries in 1.2 MB', () => {
    const names = bomb(listpackHead(100e6), Buffer.of(1, 1), 100e6, Buffer.of(0xff));
    expect(verdictOn(oneValue(15, 29, NUL, names, str(listpack([])))).code).toBe(1);
  });

  it('2.5 million databases', () => {
    const select = Buffer.of(0xfe, 0x80, 0, 0, 0, 0);
    expect(verdictOn(records(11, numbered(select, 2, 2.5e6, 20_000)), LITTLE_HEAP).code).toBe(0);
  });

  it('3 million templates', () => {
    const template = Buffer.of(0xf2, 0x80, 0, 0, 0, 0, 1, 0);
    expect(verdictOn(records(15, numbered(template, 2, 3e6, 20_000)), 96).code).toBe(1);
  });

  it('a set of 10 million times the same member', () => {
    const { code, codes } = verdictOn(oneValue(11, 2, len(10e6), Buffer.alloc(10e6)), LITTLE_HEAP);
    expect(code).toBe(1);
    expect(codes).toContain('SET_DUPLICATE_MEMBER');
  });

  it('the name of an old function library in the report', () => {
    const name = bomb(NONE, Buffer.from('n'), 100 * MIB);
    const library = Buffer.concat([Buffer.of(0xf6), name, str('LUA'), NUL, str('code')]);
    const { size } = verdictOn(records(10, ...Array(10).fill(library)));
    expect(size).toBeLessThan(100_000);
  });
});
