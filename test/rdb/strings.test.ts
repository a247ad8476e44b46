import lzfjs from 'lzfjs';
import { describe, expect, it } from 'vitest';
import { Level } from '../../src/rdb/visitor.js';
import { eventsOf, shown } from '../helpers/events.js';
import { randomBytes } from '../helpers/random.js';
import { hashValue, hex, listValue, lzf, RdbBuilder, str, stringValue, type Value } from '../helpers/rdb-builder.js';
import { toldOf, VALUE_AT } from '../helpers/values.js';
import { STRINGS } from '../helpers/worked-dumps.js';

describe('strings', () => {
  it.each(STRINGS)('worked example %#', async (dump, text) => {
    expect(await toldOf({ type: dump[0], body: dump.subarray(1) })).toEqual([`string ${JSON.stringify(text)}`]);
  });

  it.each([
    ['0', 'int8'],
    ['-128', 'int8'],
    ['127', 'int8'],
    ['-32768', 'int16'],
    ['32767', 'int16'],
    ['7', 'int16'],
    ['-2147483648', 'int32'],
    ['2147483647', 'int32'],
    ['-9', 'int32'],
  ] as const)('the number %s as %s', async (text, form) => {
    expect(await toldOf(stringValue(text, form))).toEqual([`string "${text}"`]);
  });

  it('keys, members and fields have all forms too', async () => {
    const long = 'abcd'.repeat(20);
    expect(await toldOf(hashValue([[long, '12']], 'server'))).toEqual(['count 1', `field "${long}" "12"`]);
    const file = new RdbBuilder(9)
      .key('-77', stringValue('a'), 'int')
      .key(long, stringValue('b'), 'lzf')
      .key('', stringValue(''))
      .finish();
    const { events } = await eventsOf(file);
    expect(events.filter((event) => event.startsWith('key'))).toEqual([
      'key "-77" db 0 STRING @9',
      `key "${long}" db 0 STRING @14`,
      expect.stringMatching(/^key "" db 0 STRING @/),
    ]);
  });

  it('compress to almost 1 in 88 at best', async () => {
    // One literal, then references of three bytes that give 264 each.
    const block = Buffer.concat([hex('00 61'), ...Array<Buffer>(100).fill(hex('e0 ff 00'))]);
    const text = 'a'.repeat(1 + 100 * 264);
    expect(await toldOf({ type: 0, body: lzf(block, text.length) })).toEqual([`string ${shown(Buffer.from(text))}`]);
    const set = lzf(block, text.length + 1);
    expect(await toldOf({ type: 20, body: set })).toEqual([`! LZF_WRONG_LENGTH @${VALUE_AT}`]);
  });

  it('are bytes, not text', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(await toldOf(stringValue(all))).toEqual([`string ${shown(all)}`]);
  });

  it.each(['c4', 'c5', 'ff'])('encoding %s is unknown', async (lead) => {
    const { result } = await eventsOf(new RdbBuilder(9).key('k', { type: 0, body: hex(lead) }).finish());
    expect(result).toMatchObject({
      complete: false,
      failure: { code: 'RDB_BAD_STRING_ENCODING', offset: VALUE_AT, inKey: true },
    });
  });
});

describe('damaged LZF strings', () => {
  const block = lzfjs.compress(Buffer.from('abcd'.repeat(50)));
  const cases: [name: string, body: Buffer, code: string][] = [
    ['too long a claim', lzf(block, 201), 'LZF_WRONG_LENGTH'],
    ['too short a claim', lzf(block, 199), 'LZF_WRONG_LENGTH'],
    ['a cut block', lzf(block.subarray(0, -1), 200), 'LZF_TRUNCATED'],
    ['a reference before the start', lzf(hex('00 61 20 05'), 4), 'LZF_BAD_REFERENCE'],
    ['a claim that no block of its size can meet', lzf(block, 88 * block.length + 1), 'LZF_IMPOSSIBLE_LENGTH'],
    ['an empty block', lzf(new Uint8Array(0), 5), 'LZF_IMPOSSIBLE_LENGTH'],
  ];

  // Containers and stream nodes are decoded by the parser itself, so it says what is wrong, and reads on behind them.
  it.each(cases)('%s', async (_name, body, code) => {
    const set: Value = { type: 20, body };
    expect(await toldOf(set)).toEqual([`! ${code} @${VALUE_AT}`]);
  });

  it.each(cases)('%s, in the name of a key', async (_name, body, code) => {
    const file = new RdbBuilder(9).bytes(hex('00'), body, str('v')).key('next', stringValue('w')).finish();
    const { events, result } = await eventsOf(file);
    expect(result).toMatchObject({ complete: true });
    expect(events).toContain(`! ${code} @9`);
    expect(events).toContain('string "w"');
  });

  it.each(cases)('%s, in an auxiliary field', async (_name, body, code) => {
    const file = new RdbBuilder(9).bytes(hex('fa'), str('key'), body).key('k', stringValue('v')).finish();
    const { events, result } = await eventsOf(file);
    expect(result).toMatchObject({ complete: true });
    expect(events).toContain(`! ${code} @9`);
    expect(events.some((event) => event.startsWith('aux'))).toBe(false);
    expect(events).toContain('string "v"');
  });
});

describe('large strings', () => {
  const limit = { largeString: 1000 };
  const noise = randomBytes(1, 5000);
  const text = Buffer.from('all work and no play makes jack a dull boy '.repeat(200));

  it('pass in pieces above the limit, and whole up to it', async () => {
    expect(await toldOf(stringValue(noise), limit)).toEqual(['string large 5000', `content ${shown(noise)}`]);
    const just = noise.subarray(0, 1000);
    expect(await toldOf(stringValue(just), limit)).toEqual([`string ${shown(just)}`]);
  });

  it('compressed ones too', async () => {
    const value = stringValue(text, 'lzf');
    expect(await toldOf(value, limit)).toEqual([`string large ${text.length}`, `content ${shown(text)}`]);
    for (const chunks of [[1], [7, 300], [100_000]]) {
      expect(await toldOf(value, { ...limit, chunks })).toEqual([
        `string large ${text.length}`,
        `content ${shown(text)}`,
      ]);
    }
  });

  it('compressed ones larger than any buffer', async () => {
    const megabytes = Buffer.alloc(3_000_000, text);
    const value = stringValue(megabytes, 'lzf');
    expect(await toldOf(value)).toEqual([`string large ${megabytes.length}`, `content ${shown(megabytes)}`]);
  });

  it('as items, fields and module data', async () => {
    expect(await toldOf(listValue(['a', noise, 'b', text]), limit)).toEqual([
      'count 4',
      'item "a"',
      'item large 5000',
      `content ${shown(noise)}`,
      'item "b"',
      `item large ${text.length}`,
      `content ${shown(text)}`,
    ]);
    expect(await toldOf(hashValue([['f', noise]]), limit)).toEqual([
      'count 1',
      'field "f" large 5000',
      `content ${shown(noise)}`,
    ]);
  });

  it('are announced and not told to a visitor that wants structure', async () => {
    expect(await toldOf(stringValue(noise), { ...limit, level: Level.STRUCTURE })).toEqual(['string large 5000']);
  });

  it('are checked for a visitor that wants structure, when asked for', async () => {
    const block = lzfjs.compress(text);
    const bad: Value = { type: 0, body: lzf(block, text.length + 1) };
    const listening = { ...limit, level: Level.STRUCTURE };
    expect(await toldOf(bad, listening)).toEqual([`string large ${text.length + 1}`]);
    const problems = await toldOf(bad, { ...listening, checkCompressed: true });
    expect(problems).toHaveLength(2);
    expect(problems[1]).toMatch(/^! LZF_WRONG_LENGTH @/);
  });

  it.each([
    ['a claim one too long', (block: Buffer, length: number) => lzf(block, length + 1), 'LZF_WRONG_LENGTH'],
    ['a claim one too short', (block: Buffer, length: number) => lzf(block, length - 1), 'LZF_WRONG_LENGTH'],
    ['a cut block', (block: Buffer, length: number) => lzf(block.subarray(0, -1), length), 'LZF_TRUNCATED'],
    ['an impossible claim', (block: Buffer) => lzf(block, 88 * block.length + 1), 'LZF_IMPOSSIBLE_LENGTH'],
    [
      'a reference before the start',
      (block: Buffer, length: number) => lzf(Buffer.concat([hex('20 05'), block]), length + 3),
      'LZF_BAD_REFERENCE',
    ],
  ] as const)('damaged: %s', async (_name, damage, code) => {
    const block = lzfjs.compress(text);
    const value: Value = { type: 0, body: damage(block, text.length) };
    for (const chunks of [[1_000_000], [13]]) {
      const told = await toldOf(value, { ...limit, chunks });
      expect(told[0]).toMatch(/^string large/);
      expect(told.filter((event) => event.startsWith('!'))).toEqual([expect.stringMatching(`^! ${code} @`)]);
    }
  });
});
