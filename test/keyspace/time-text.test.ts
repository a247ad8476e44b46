import { describe, expect, it } from 'vitest';
import { duration, durations, moment } from '../../src/keyspace/time-text.js';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [999.9, '999 ms'],
    [S, '1 s'],
    [90 * S, '90 s'],
    [MIN, '1 min'],
    [119_999, '119 s'],
    [2 * MIN, '2 min'],
    [10 * MIN + S, '10 min 1 s'],
    [H, '1 h'],
    [H + S, '60 min 1 s'],
    [25 * H, '25 h'],
    [3 * H + 4 * MIN + 5 * S, '3 h 4 min'],
    [D, '24 h'],
    [D + H, '25 h'],
    [7 * D, '7 d'],
    [3 * D + 4 * H, '3 d 4 h'],
  ])('%i ms: %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('that differ look different', () => {
    expect(durations(25 * H, D)).toEqual(['25 h', '24 h']);
    expect(durations(D + 30 * S, D)).toEqual(['86430 s', '86400 s']);
    expect(durations(3 * H + 30 * S, 3 * H)).toEqual(['10830 s', '10800 s']);
    expect(durations(3 * H + 30, 3 * H)).toEqual(['10800030 ms', '10800000 ms']);
  });
});

describe('moments', () => {
  it('are in UTC, to the second', () => {
    expect(moment(Date.UTC(2026, 10, 20, 3, 4, 5, 999))).toBe('2026-11-20 03:04:05 UTC');
    expect(moment(1e20)).toBe('100000000000000000000 ms');
  });
});
