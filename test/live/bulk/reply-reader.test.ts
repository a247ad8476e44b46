import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/live/bulk/parcel.js';
import { ReplyReader } from '../../../src/live/bulk/reply-reader.js';

/** An answer, and how a server writes it. */
type Written = readonly [bytes: Buffer, reply: Reply];

const line = (text: string) => Buffer.from(`${text}\r\n`);
const word = fc.stringMatching(/^[A-Za-z0-9 é:$*+-]{0,12}$/);
const status = word.map((text): Written => [line(`+${text}`), { kind: 'status', text }]);
const error = word.map((text): Written => [line(`-${text}`), { kind: 'error', text }]);
const integer = fc
  .oneof(fc.constantFrom(0, 1, -1), fc.maxSafeInteger())
  .map((value): Written => [line(`:${value}`), { kind: 'integer', value }]);
const bulk = fc.uint8Array({ maxLength: 40 }).map((given): Written => {
  const bytes = Buffer.from(given);
  return [Buffer.concat([line(`$${bytes.length}`), bytes, line('')]), { kind: 'bulk', bytes }];
});
const nil = fc.constantFrom('$-1', '*-1').map((text): Written => [line(text), { kind: 'nil' }]);
const plain = fc.constantFrom<Written>(
  [line('+OK'), { kind: 'status', text: 'OK' }],
  [line(':1'), { kind: 'integer', value: 1 }],
);
const { any } = fc.letrec<{ any: Written }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, plain, plain, status, error, integer, bulk, nil, array(tie('any'))),
}));

function array(element: fc.Arbitrary<Written>): fc.Arbitrary<Written> {
  return fc.array(element, { maxLength: 4 }).map((elements): Written => {
    const bytes = Buffer.concat([line(`*${elements.length}`), ...elements.map(([bytes]) => bytes)]);
    const found = elements.flatMap(([, reply], at) => {
      if (reply.kind === 'error') return [{ at, text: reply.text }];
      return reply.kind === 'array' ? (reply.errors ?? []).map((text) => ({ at, text })) : [];
    });
    const { length } = elements;
    if (found.length === 0) return [bytes, { kind: 'array', length }];
    const [errors, errorsAt] = [found.map(({ text }) => text), found.map(({ at }) => at)];
    return [bytes, { kind: 'array', length, errors, errorsAt }];
  });
}

function read(chunks: readonly Buffer[]): Reply[] {
  const replies: Reply[] = [];
  const reader = new ReplyReader((reply, count) => replies.push(...new Array<Reply>(count).fill(reply)));
  for (const chunk of chunks) reader.feed(chunk);
  return replies;
}

describe('answers', () => {
  it('are the same wherever they are split', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 20 }), (written, cuts) => {
        const bytes = Buffer.concat(written.map(([encoded]) => encoded));
        const replies = written.map(([, reply]) => reply);
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(read(pieces)).toEqual(replies);
        expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(replies);
      }),
      { numRuns: 200 },
    );
  });

  it('of which there are many are counted', () => {
    const counts: [string, number][] = [];
    const reader = new ReplyReader((reply, count) => counts.push([reply.kind, count]));
    reader.feed(Buffer.from(`${'+OK\r\n'.repeat(1000)}${':1\r\n'.repeat(500)}+OK\r\n`));
    expect(counts).toEqual([
      ['status', 1000],
      ['integer', 500],
      ['status', 1],
    ]);
  });

  it('are not kept when they are long, whatever they claim', () => {
    const long = Buffer.alloc(1_000_000, 'x');
    const [reply, next] = read([line('$1000000'), long, line(''), line('+OK')]);
    expect(reply.kind === 'bulk' && reply.bytes.length).toBe(65536);
    expect(next).toEqual({ kind: 'status', text: 'OK' });
    expect(read([line('$999999999999'), Buffer.from('little')])).toEqual([]);
    expect(read([line('*999999999999'), line('+OK')])).toEqual([]);
  });

  it.each(['HTTP/1.1 400 Bad Request\r\n', '\r\n', '+OK\n', ':one\r\n', '$\r\n', '*1x\r\n', '*1\r\n'.repeat(40)])(
    'that no server gives are refused: %j',
    (text) => {
      expect(() => read([Buffer.from(text)])).toThrow('it answers what no server answers');
      expect(() => read([...Buffer.from(text)].map((byte) => Buffer.of(byte)))).toThrow();
    },
  );

  it('without an end are refused', () => {
    expect(() => read(new Array(3).fill(Buffer.alloc(30_000, '+')))).toThrow('it answers what no server answers');
  });
});
