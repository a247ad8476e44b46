import { describe, expect, it } from 'vitest';
import { eventsOf, shown } from '../../helpers/events.js';
import {
  blobValue,
  listpack,
  RdbBuilder,
  templatedHashValue,
  templateRefValue,
  type Value,
} from '../../helpers/rdb-builder.js';
import type { OneValue } from '../../helpers/values.js';

/** What is told of a value behind a template 7 with the fields a and bb. */
async function told(value: Value, options: OneValue = {}): Promise<string[]> {
  const file = new RdbBuilder(15).hashTemplate(7, ['a', 'bb']).key('k', value).finish();
  const { events, result } = await eventsOf(file, options);
  if (!result.complete) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return events.filter((event) => /^(count|field|content|!)/.test(event) && !event.includes('TEMPLATE_UNUSED'));
}

async function stop(value: Value): Promise<unknown> {
  const { result } = await eventsOf(new RdbBuilder(15).hashTemplate(7, ['a', 'bb']).key('k', value).finish());
  return result.complete ? 'complete' : result.failure.code;
}

const FIELDS = ['count 2', 'field "a" "x"', 'field "bb" "5"'];

describe('hashes with a template', () => {
  it('by reference, packed', async () => {
    expect(await told(blobValue(30, listpack([7, 'x', 5])))).toEqual(FIELDS);
    expect(await told(blobValue(30, listpack([7, 'x', 5]), 'lzf'))).toEqual(FIELDS);
  });

  it('by reference, in plain form', async () => {
    expect(await told(templateRefValue(7, ['x', '5']))).toEqual(FIELDS);
  });

  it('with names of their own, packed', async () => {
    // The leading integer of the values is to be ignored.
    const values = { listpack: listpack([99, 'x', 5]) };
    expect(await told(templatedHashValue({ names: ['a', 'bb'] }, values))).toEqual(FIELDS);
    expect(await told(templatedHashValue({ listpack: listpack(['a', 'bb']) }, values))).toEqual(FIELDS);
  });

  it('with names of their own, in plain form', async () => {
    const values = { strings: ['x', '5'] };
    expect(await told(templatedHashValue({ names: ['a', 'bb'] }, values))).toEqual(FIELDS);
    expect(await told(templatedHashValue({ listpack: listpack(['a', 'bb']) }, values))).toEqual(FIELDS);
  });

  it('with names that look like numbers', async () => {
    const value = templatedHashValue({ listpack: listpack([1, 22]) }, { listpack: listpack([0, 'x', 5]) });
    expect(await told(value)).toEqual(['count 2', 'field "1" "x"', 'field "22" "5"']);
  });

  it('large values pass in pieces', async () => {
    const big = 'x'.repeat(3000);
    expect(await told(templateRefValue(7, [big, '5']), { largeString: 1000, chunks: [50] })).toEqual([
      'count 2',
      'field "a" large 3000',
      `content ${shown(Buffer.from(big))}`,
      'field "bb" "5"',
    ]);
  });
});

describe('damaged hashes with a template', () => {
  it('a template that nobody defined', async () => {
    expect((await told(blobValue(30, listpack([8, 'x', 5])))).map((e) => e.split(' @')[0])).toEqual([
      '! TEMPLATE_UNKNOWN',
    ]);
    // In plain form nobody knows how many values follow.
    expect(await stop(templateRefValue(8, ['x', '5']))).toBe('TEMPLATE_UNKNOWN');
  });

  it.each([
    ['too few values', listpack([7, 'x'])],
    ['too many values', listpack([7, 'x', 'y', 'z'])],
    ['no values', listpack([7])],
  ])('%s', async (_name, blob) => {
    const problems = (await told(blobValue(30, blob))).filter((event) => event.startsWith('!'));
    expect(problems.map((event) => event.split(' @')[0])).toEqual(['! TEMPLATE_INVALID']);
  });

  it('not even a template id', async () => {
    const problems = (await told(blobValue(30, listpack([])))).filter((event) => event.startsWith('!'));
    expect(problems).toHaveLength(1);
  });

  it('text in place of a template id', async () => {
    expect((await told(blobValue(30, listpack(['x', 'y', 'z'])))).map((e) => e.split(' @')[0])).toEqual([
      '! TEMPLATE_UNKNOWN',
    ]);
  });

  it('a field section of no known form', async () => {
    expect(await stop({ type: 31, body: Buffer.of(2, 0) })).toBe('TEMPLATE_INVALID');
  });

  it('a listpack of names that is damaged', async () => {
    const value = templatedHashValue({ listpack: listpack(['a'], { total: 3 }) }, { strings: ['x'] });
    expect(await stop(value)).toBe('LISTPACK_BAD_TOTAL');
  });
});
