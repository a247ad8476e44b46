import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../helpers/events.js';
import {
  hashValue,
  hex,
  len,
  listValue,
  oldZsetValue,
  RdbBuilder,
  setValue,
  zset2Value,
} from '../../helpers/rdb-builder.js';
import { toldOf } from '../../helpers/values.js';
import { ZSET_2 } from '../../helpers/worked-dumps.js';

describe('collections in plain form', () => {
  it('lists, sets and hashes', async () => {
    expect(await toldOf(listValue(['a', '', 'a']))).toEqual(['count 3', 'item "a"', 'item ""', 'item "a"']);
    expect(await toldOf(setValue(['1', 'b'], 'server'))).toEqual(['count 2', 'member "1"', 'member "b"']);
    expect(
      await toldOf(
        hashValue([
          ['f', 'v'],
          ['', '300'],
        ]),
      ),
    ).toEqual(['count 2', 'field "f" "v"', 'field "" "300"']);
  });

  it.each([
    ['list', listValue([])],
    ['set', setValue([])],
    ['old zset', oldZsetValue([])],
    ['zset', zset2Value([])],
    ['hash', hashValue([])],
  ])('an empty %s', async (_name, value) => {
    expect(await toldOf(value)).toEqual(['count 0']);
  });

  it('the worked example of a sorted set with binary scores', async () => {
    const { events } = await eventsOf(new RdbBuilder(12).bytes(ZSET_2).finish());
    expect(events.slice(2, 5)).toEqual(['count 2', 'member "memberlong" 1.5', 'member "memblong2" -Infinity']);
  });

  it('binary scores of every kind', async () => {
    const value = zset2Value([
      ['a', -0],
      ['b', Number.NaN],
      ['c', 5e-324],
      ['d', 0.1],
    ]);
    expect(await toldOf(value)).toEqual([
      'count 4',
      'member "a" -0',
      'member "b" NaN',
      'member "c" 5e-324',
      'member "d" 0.1',
    ]);
  });

  it('scores as text, and the bytes that stand for what is not finite', async () => {
    const value = oldZsetValue([
      ['a', 1.5],
      ['b', '17'],
      ['c', '0.10000000000000001'],
      ['d', '1e+20'],
      ['e', '-3.0000000000000001e-05'],
      ['f', Number.POSITIVE_INFINITY],
      ['g', Number.NEGATIVE_INFINITY],
      ['h', Number.NaN],
      ['i', '-0'],
    ]);
    expect(await toldOf(value, { version: 4 })).toEqual([
      'count 9',
      'member "a" 1.5',
      'member "b" 17',
      'member "c" 0.1',
      'member "d" 100000000000000000000',
      'member "e" -0.00003',
      'member "f" Infinity',
      'member "g" -Infinity',
      'member "h" NaN',
      'member "i" -0',
    ]);
  });

  it.each(['', 'abc', '1.5x', '1 5', '--1'])('%j is no score', async (text) => {
    const told = await toldOf(oldZsetValue([['m', text]]));
    expect(told.filter((event) => event.startsWith('!'))).toEqual(['! ZSET_SCORE_INVALID @15']);
  });
});

describe('cron jobs of KeyDB', () => {
  it('are read over', async () => {
    const body = Buffer.concat([
      Buffer.from('\x06return', 'latin1'),
      Buffer.alloc(16, 1),
      len(2),
      hex('01 61 01 62'),
      len(1),
      hex('01 63'),
    ]);
    expect(await toldOf({ type: 64, body }, { version: 9 })).toEqual([]);
  });
});
