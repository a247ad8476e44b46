import { describe, expect, it } from 'vitest';
import { type KeyRecord, Level, RdbVisitor } from '../../src/rdb/visitor.js';
import { eventsOf, shown } from '../helpers/events.js';
import { parse } from '../helpers/parse.js';
import { listValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';

/** Small strings with everything around the sizes up to which they count as small, and other values in between. */
function smallStrings(): Buffer {
  const builder = new RdbBuilder(11).selectDb(0);
  for (let i = 0; i < 300; i++) {
    if (i % 3 === 0) builder.expireMs(i % 9 === 0 ? -i : 2 ** 41 + i);
    if (i % 17 === 0) builder.freq(i % 256);
    const name = `key ${i} `.padEnd([8, 62, 63, 64, 65][i % 5], 'k');
    const value = [
      stringValue(`value ${i}`.padEnd([9, 62, 63, 64, 65][(i >> 2) % 5], 'v')),
      stringValue(String(i % 128), 'int8'),
      stringValue(String(-i * 100), 'int16'),
      stringValue(String(i * 1_000_000), 'int32'),
      stringValue(''),
      stringValue('lzf '.repeat(20), 'lzf'),
      listValue(['a', String(i)]),
    ][i % 7];
    builder.key(name, value, i % 11 === 0 ? 'server' : 'raw');
    if (i % 50 === 49) builder.selectDb(i % 4);
  }
  return builder.finish();
}

describe('runs of small strings', () => {
  const file = smallStrings();

  for (const [name, level] of [
    ['nothing', Level.SKIP],
    ['structure', Level.STRUCTURE],
    ['data', Level.DATA],
  ] as const) {
    it(`are told the same at once and byte by byte: ${name}`, async () => {
      const whole = await eventsOf(file, { level });
      expect(whole.result).toMatchObject({ complete: true, end: file.length });
      expect(whole.events.filter((event) => event.startsWith('key'))).toHaveLength(300);
      for (const chunks of [[1], [137], [138], [139], [1000, 5]]) {
        expect(await eventsOf(file, { level, chunks })).toEqual(whole);
      }
    });
  }

  it('at once, with their raw bytes', async () => {
    const { events } = await eventsOf(file, { level: Level.RAW });
    const ends = events.flatMap((event, i) => {
      const value = /^end of .* (\d+) bytes @(\d+)$/.exec(event);
      return value ? [{ raw: events[i - 1], length: Number(value[1]), offset: Number(value[2]) }] : [];
    });
    expect(ends).toHaveLength(300);
    for (const { raw, length, offset } of ends) {
      expect(raw).toBe(`raw ${shown(file.subarray(offset, offset + length))}`);
    }
  });
});

/** Takes its time over every key, and sees to it that nothing comes meanwhile. */
class SlowVisitor extends RdbVisitor {
  readonly names: string[] = [];
  busy = false;
  disturbed = 0;

  override key(key: KeyRecord): number {
    if (this.busy) this.disturbed++;
    this.names.push(Buffer.from(key.name.toBytes()).toString());
    return Level.DATA;
  }

  override string(): void {
    if (this.busy) this.disturbed++;
  }

  override keyEnd(): Promise<void> {
    this.busy = true;
    return new Promise((resolve) =>
      setImmediate(() => {
        this.busy = false;
        resolve();
      }),
    );
  }

  override end(): void {
    if (this.busy) this.disturbed++;
  }
}

describe('a visitor', () => {
  const file = new RdbBuilder(11)
    .key('a', stringValue('small'))
    .key('b', stringValue('small'))
    .expireMs(5)
    .key('c', listValue(['x', 'y']))
    .key('d', stringValue('v'.repeat(500)))
    .aux('x'.repeat(200), 'y')
    .finish();

  it.each([[[10_000]], [[7]]])('is waited for when it returns a promise (chunks of %j)', async (chunks) => {
    const visitor = new SlowVisitor();
    const result = await parse(file, visitor, { chunks });
    expect(result).toMatchObject({ complete: true });
    expect(visitor.names).toEqual(['a', 'b', 'c', 'd']);
    expect(visitor.disturbed).toBe(0);
  });

  it.each([
    ['a large string', stringValue('v'.repeat(5000))],
    ['a list', listValue(Array.from({ length: 200 }, (_, i) => `item ${i}`))],
  ])('is waited for inside %s, when it is full', async (_what, value) => {
    const large = new RdbBuilder(11).key('a', value).finish();
    const visitor = new RdbVisitor();
    let full = false;
    let events = 0;
    const take = () => {
      expect(full).toBe(false);
      full = true;
      events++;
    };
    visitor.key = () => Level.DATA;
    visitor.chunk = take;
    visitor.listItem = take;
    visitor.isFull = () => full;
    visitor.ready = () =>
      new Promise((resolve) =>
        setImmediate(() => {
          full = false;
          resolve();
        }),
      );
    expect(await parse(large, visitor, { chunks: [100], window: 256, largeString: 50 })).toMatchObject({
      complete: true,
    });
    expect(events).toBeGreaterThan(10);
  });

  it('may fail, which is its own business', async () => {
    for (const failing of ['key', 'string', 'keyEnd', 'end'] as const) {
      const visitor = new RdbVisitor();
      visitor.key = () => Level.DATA;
      visitor[failing] = () => {
        throw new TypeError(`no ${failing}`);
      };
      await expect(parse(file, visitor)).rejects.toThrow(`no ${failing}`);
    }
    const late = new RdbVisitor();
    late.keyEnd = () => Promise.reject(new TypeError('later'));
    await expect(parse(file, late)).rejects.toThrow('later');
  });

  it('chooses anew for every key what it wants to know', async () => {
    const seen: string[] = [];
    const visitor = new RdbVisitor();
    const levels = [Level.SKIP, Level.DATA, Level.STRUCTURE, Level.RAW];
    visitor.key = () => levels.shift() ?? Level.SKIP;
    visitor.string = () => seen.push('string');
    visitor.listItem = () => seen.push('item');
    visitor.raw = () => void seen.push('raw');
    await parse(file, visitor);
    expect(seen).toEqual(['string', 'item', 'item', 'raw']);
  });
});
