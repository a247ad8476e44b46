import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashTruth, listTruth, setTruth, stringTruth, zsetTruth } from './collections.js';

const bytes = (text: string) => Buffer.from(text);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('large values are told by their hash', () => {
  it('strings from 65537 bytes on, over the bytes as they are', () => {
    expect(stringTruth(bytes('x'.repeat(65536)))).toBe(bytes('x'.repeat(65536)).toString('base64'));
    expect(stringTruth(bytes('x'.repeat(65537)))).toEqual({ sha256: sha256('x'.repeat(65537)), length: 65537 });
  });

  it('lists in order, sets sorted, each element with its length in front', () => {
    const long = 'y'.repeat(70000);
    expect(listTruth([bytes(long), bytes('a')])).toEqual({ sha256: sha256(`70000:${long}1:a`), length: 2 });
    expect(setTruth([bytes(long), bytes('a')])).toEqual({ sha256: sha256(`1:a70000:${long}`), length: 2 });
  });

  it('hashes by field, with the expiry or nothing behind the value', () => {
    const long = 'z'.repeat(70000);
    const fields = [
      { field: bytes('b'), value: bytes(long), expireAtMs: undefined },
      { field: bytes('a'), value: bytes(''), expireAtMs: 1234 },
    ];
    expect(hashTruth(fields)).toEqual({ sha256: sha256(`1:a0:4:12341:b70000:${long}0:`), length: 2 });
  });

  it('sorted sets by score, then member', () => {
    const long = 'm'.repeat(70000);
    const members = [
      { member: bytes(long), score: 0.1 },
      { member: bytes('b'), score: -1 },
      { member: bytes('a'), score: 0.1 },
    ];
    expect(zsetTruth(members)).toEqual({
      sha256: sha256(`1:b2:-11:a19:0.1000000000000000170000:${long}19:0.10000000000000001`),
      length: 3,
    });
  });
});
