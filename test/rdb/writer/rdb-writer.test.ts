import { describe, expect, it } from 'vitest';
import type { Sink } from '../../../src/bytes/sinks/sink.js';
import { RdbWriter } from '../../../src/rdb/writer/rdb-writer.js';
import { RdbBuilder, setValue, stringValue } from '../../helpers/rdb-builder.js';

/** Keeps what is written; every write takes a while. */
class SlowSink implements Sink {
  readonly parts: Buffer[] = [];
  closed = false;
  writing = 0;

  async write(bytes: Uint8Array): Promise<void> {
    expect(++this.writing).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    this.parts.push(Buffer.from(bytes));
    this.writing--;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  abandon(): void {}

  get content(): Buffer {
    return Buffer.concat(this.parts);
  }
}

describe('RdbWriter', () => {
  it('writes what the format says', async () => {
    const sink = new SlowSink();
    const writer = new RdbWriter(sink, { magic: 'REDIS', version: 11 });
    writer.aux('redis-ver', '7.2.0');
    writer.functionLibrary('#!lua name=lib\n');
    writer.selectDb(0);
    writer.resizeDb(3, 1);
    const key = (name: string, { type, body }: { type: number; body: Buffer }) => ({
      name: Buffer.from(name),
      type,
      value: body,
    });
    writer.key({ db: 0, ...key('a', stringValue('1')) });
    writer.key({ db: 0, ...key('b'.repeat(100), setValue(['m'])), expireAtMs: 1_800_000_000_123, idle: 70_000 });
    writer.key({ db: 0, ...key('c'.repeat(20_000), stringValue('')), freq: 255 });
    writer.key({ db: 300, ...key('', stringValue('2')) });
    await writer.end();
    const wanted = new RdbBuilder(11)
      .aux('redis-ver', '7.2.0')
      .functionLibrary('#!lua name=lib\n', 'raw')
      .selectDb(0)
      .resizeDb(3, 1)
      .key('a', stringValue('1'))
      .expireMs(1_800_000_000_123)
      .idle(70_000)
      .key('b'.repeat(100), setValue(['m']))
      .freq(255)
      .key('c'.repeat(20_000), stringValue(''))
      .selectDb(300)
      .key('', stringValue('2'))
      .finish();
    expect(sink.content.toString('hex')).toBe(wanted.toString('hex'));
    expect(sink.closed).toBe(true);
    expect(writer).toMatchObject({ keys: 4, bytes: wanted.length });
  });

  it('leaves out what a version does not have', async () => {
    const old = new SlowSink();
    const writer = new RdbWriter(old, { magic: 'REDIS', version: 4 });
    writer.aux('redis-ver', '2.6');
    writer.resizeDb(1, 0);
    writer.key({ db: 0, name: Buffer.from('a'), ...{ type: 0, value: stringValue('1').body }, freq: 5 });
    await writer.end();
    expect(old.content).toEqual(new RdbBuilder(4).selectDb(0).key('a', stringValue('1')).finish());
    const first = new RdbWriter(new SlowSink(), { magic: 'REDIS', version: 2 });
    const key = { db: 0, name: Buffer.from('a'), type: 0, value: stringValue('1').body };
    expect(() => first.key({ ...key, expireAtMs: 1 })).toThrow(RangeError);
    expect(() => new RdbWriter(new SlowSink(), { magic: 'VALKEY', version: 1000 })).toThrow(RangeError);
  });

  it('keeps the order and the sum of many blocks, with those who wait and those who do not', async () => {
    for (const waits of [true, false]) {
      const sink = new SlowSink();
      const writer = new RdbWriter(sink, { magic: 'VALKEY', version: 80 });
      const wanted = new RdbBuilder(80, 'VALKEY').selectDb(0);
      for (let i = 0; i < 40; i++) {
        const value = stringValue(String(i).repeat(100_000));
        writer.key({ db: 0, name: Buffer.from(`key:${i}`), type: 0, value: value.body });
        wanted.key(`key:${i}`, value);
        if (waits) await writer.ready();
      }
      await writer.end();
      expect(sink.content.equals(wanted.finish())).toBe(true);
    }
  });

  it('tells when the sink fails', async () => {
    const sink = new SlowSink();
    sink.write = () => Promise.reject(new Error('no space'));
    const writer = new RdbWriter(sink, { magic: 'REDIS', version: 11 });
    const write = async () => {
      for (let i = 0; i < 100; i++) {
        writer.raw(Buffer.alloc(300_000));
        await writer.ready();
      }
    };
    await expect(write()).rejects.toThrow('no space');
    await expect(writer.end()).rejects.toThrow('no space');
    expect(sink.closed).toBe(false);
  });
});
