import { describe, expect, it } from 'vitest';
import { eventsOf } from '../helpers/events.js';
import { hex, type MetaClass, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { KEY_META } from '../helpers/worked-dumps.js';

const V = stringValue('v');
const ONE: MetaClass = { name: 'a_-9', version: 31, flags: 1, parts: [{ string: 'x' }] };
const TWO: MetaClass = { name: 'KMT1', version: 0, flags: 0, parts: [] };

async function told(builder: RdbBuilder): Promise<string[]> {
  const { events, result } = await eventsOf(builder.finish());
  if (!result.complete) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return events.slice(1, -1);
}

describe('metadata of keys', () => {
  it('the worked example', async () => {
    expect(await told(new RdbBuilder(14).bytes(KEY_META))).toEqual([
      'module meta KMT1 v1 flags 1 @11',
      'string "meta"',
      'uint 1',
      'float 1.5',
      'string "0xa.aaaaaaaaaaaaa9ep-5"',
      'end of module',
      'key "m" db 0 STRING @9',
      'string "v"',
      'end of "m" 2 bytes @51',
    ]);
  });

  it('several classes, behind other attributes', async () => {
    const events = await told(new RdbBuilder(13).expireMs(7).keyMeta(ONE, TWO).key('k', V));
    expect(events.filter((event) => /^(module|key)/.test(event))).toEqual([
      'module meta a_-9 v31 flags 1 @20',
      'module meta KMT1 v0 flags 0 @28',
      'key "k" db 0 STRING expireAtMs 7 @9',
    ]);
  });

  it('none, which loaders accept', async () => {
    expect(await told(new RdbBuilder(13).keyMeta().key('k', V))).toEqual([
      'key "k" db 0 STRING @9',
      'string "v"',
      'end of "k" 2 bytes @14',
    ]);
  });

  it('more classes than there can be', async () => {
    const events = await told(new RdbBuilder(13).keyMeta(...Array<MetaClass>(8).fill(TWO)).key('k', V));
    expect(events[0]).toBe('! RDB_KEY_META_BAD @9');
    expect(events.filter((event) => event.startsWith('module'))).toHaveLength(8);
  });

  it.each([
    ['another one', (b: RdbBuilder) => b.keyMeta(TWO)],
    ['an expiry', (b: RdbBuilder) => b.expireMs(5)],
    ['an auxiliary field', (b: RdbBuilder) => b.aux('a', 'b')],
    ['another database', (b: RdbBuilder) => b.selectDb(1)],
  ])('may not be followed by %s', async (_name, add) => {
    const builder = new RdbBuilder(13).keyMeta(ONE);
    const offset = builder.offset;
    expect(await told(add(builder).key('k', V))).toContain(`! RDB_KEY_META_MISPLACED @${offset}`);
  });

  it('may not be followed by the end', async () => {
    const builder = new RdbBuilder(13).keyMeta(ONE);
    const offset = builder.offset;
    expect(await told(builder)).toContain(`! RDB_KEY_META_MISPLACED @${offset}`);
  });

  it('does not stay for the next key', async () => {
    const events = await told(new RdbBuilder(13).keyMeta(ONE).key('a', V).selectDb(1).key('b', V));
    expect(events.filter((event) => event.startsWith('!'))).toEqual([]);
    expect(events).toContain('key "b" db 1 STRING @26');
  });

  it('with an unknown opcode in it has no known end', async () => {
    const { result } = await eventsOf(new RdbBuilder(13).bytes(hex('f3 01 09 f5 c4 28 06 00')).key('k', V).finish());
    expect(result).toMatchObject({ complete: false, failure: { code: 'MODULE_BAD_OPCODE', offset: 15 } });
  });
});
