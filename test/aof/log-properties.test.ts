import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlainCommand } from '../../src/aof/command-table.js';
import { commandBytes } from '../../src/resp/command.js';
import { type LogDelivery, logOf } from '../helpers/log.js';
import { runs } from '../helpers/runs.js';

/** Small numbers of arguments, so that both what is listed and what is not occurs. */
const PLAIN: readonly PlainCommand[] = [
  { name: 'set', minArgc: 3, maxArgc: 3 },
  { name: 'del', minArgc: 2, maxArgc: Number.POSITIVE_INFINITY },
  { name: 'georadiusbymember_ro', minArgc: 2, maxArgc: 4 },
  { name: 'multi', minArgc: 1, maxArgc: 1 },
  { name: 'exec', minArgc: 1, maxArgc: 1 },
  { name: 'select', minArgc: 2, maxArgc: 2 },
];

const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('0', '1', '17', '31', '32', '70', '*1\r\n$1\r\n', '\r\n').map((s) => Buffer.from(s)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 90, maxLength: 130 }) },
);
const name = fc
  .constantFrom(
    'set',
    'SET',
    'Del',
    'georadiusbymember_ro',
    'multi',
    'MULTI',
    'exec',
    'EXEC',
    'SELECT',
    'discard',
    'no',
    '',
  )
  .map((text) => Buffer.from(text));
const command = fc
  .tuple(name, fc.array(bytes, { maxLength: 4 }))
  .map(([first, rest]) => commandBytes([first, ...rest]));
const select = fc.integer({ min: 0, max: 40 }).map((db) => commandBytes(['SELECT', db]));
const annotation = fc.integer({ min: 1, max: 2 ** 31 }).map((seconds) => Buffer.from(`#TS:${seconds}\r\n`));
const record = fc.oneof({ weight: 8, arbitrary: command }, { weight: 3, arbitrary: select }, annotation);
const sound = fc.array(record, { maxLength: 30 }).map((records) => Buffer.concat(records));

/** Logs with a few bytes changed, taken out, put in, or with the end missing. */
const damaged = fc
  .tuple(
    sound,
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.integer({ min: 0, max: 3 }),
        insert: fc.oneof(
          fc.uint8Array({ maxLength: 3 }),
          fc
            .constantFrom('0', '9', '-', '\n', '\r\n', '*', '$', '#', '\0', ' ', '99999999999')
            .map((s) => Buffer.from(s)),
        ),
      }),
      { maxLength: 3 },
    ),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([log, changes, cut]) => {
    let result = log;
    for (const { at, remove, insert } of changes) {
      const place = Math.floor(at * result.length);
      result = Buffer.concat([result.subarray(0, place), insert, result.subarray(place + remove)]);
    }
    return cut < 0.3 ? result.subarray(0, Math.floor(cut * 3.3 * result.length)) : result;
  });

const chunks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

async function told(log: Uint8Array, delivery: LogDelivery) {
  const { result, events, problems } = await logOf(log, delivery);
  return { result, events, problems };
}

describe('any log', () => {
  it('is told in the same words, however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, chunks, fc.integer({ min: 1, max: 64 }), async (log, lengths, window) => {
        const whole = await told(log, {});
        expect(await told(log, { chunks: lengths, window })).toEqual(whole);
        const plain = await told(log, { plain: PLAIN });
        expect(await told(log, { plain: PLAIN, chunks: lengths, window })).toEqual(plain);
      }),
      { numRuns: runs(100) },
    );
  });

  it('comes to the same, whatever is wanted, whether a kernel walks it, and whether its size is known', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, chunks, async (log, lengths) => {
        const slow = await told(log, { wanted: 0 });
        const all = await told(log, {});
        expect(all.result).toEqual(slow.result);
        expect(all.problems).toEqual(slow.problems);
        const fast = await told(log, { wanted: 0, plain: PLAIN });
        expect(fast.result).toEqual(slow.result);
        expect(fast.problems).toEqual(slow.problems);
        const unsized = await told(log, { wanted: 0, sized: false, chunks: lengths, window: 7 });
        expect(unsized.result).toEqual(slow.result);
        expect(unsized.problems).toEqual(slow.problems);
      }),
      { numRuns: runs(100) },
    );
  });

  it('has its numbers within the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), async (log) => {
        const { result, problems } = await logOf(log);
        expect(result.end).toBe(log.length);
        expect(result.safeUpTo).toBeLessThanOrEqual(log.length);
        expect(result.completeUpTo).toBeLessThanOrEqual(log.length);
        expect(result.okUpTo).toBeLessThanOrEqual(log.length);
        for (const { offset } of problems) expect(offset).toBeLessThanOrEqual(log.length);
        if (result.fault) {
          expect(result.fault.recordAt).toBeGreaterThanOrEqual(result.completeUpTo);
          expect(result.fault.offset + result.fault.tail.bytes).toBe(log.length);
        }
      }),
      { numRuns: runs(150) },
    );
  });

  it('that is sound is read to its end, and cutting it where it is safe leaves nothing to mind', async () => {
    await fc.assert(
      fc.asyncProperty(sound, fc.double({ min: 0, max: 1, noNaN: true }), async (log, where) => {
        expect((await logOf(log)).result).toMatchObject({ fault: undefined, completeUpTo: expect.any(Number) });
        const cut = log.subarray(0, Math.floor(where * log.length));
        const { result } = await logOf(cut);
        if (result.fault) expect(result.fault.code).toMatch(/^AOF_(TRUNCATED_TAIL|LENGTH_PAST_END)$/);
        const again = await logOf(log.subarray(0, result.safeUpTo));
        expect(again.result).toMatchObject({ fault: undefined, openMultiAt: undefined, safeUpTo: result.safeUpTo });
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('an argument that nobody asked for', () => {
  it('passes, whatever its size', async () => {
    const size = 200 * 1024 * 1024;
    const piece = new Uint8Array(1024 * 1024).fill(0x2a);
    async function* log(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${size}\r\n`);
      for (let sent = 0; sent < size; sent += piece.length) yield piece;
      yield Buffer.from('\r\n');
      yield commandBytes(['PING']);
    }
    const { Kernels } = await import('../../src/bytes/kernels/kernels.js');
    const { Window } = await import('../../src/bytes/window.js');
    const { NoChecksum } = await import('../../src/bytes/checksum/checksum.js');
    const { StreamSource } = await import('../../src/bytes/sources/stream.js');
    const { readLog } = await import('../../src/aof/log.js');
    const { LogVisitor } = await import('../../src/aof/log-visitor.js');
    const kernels = new Kernels();
    const result = await readLog(new Window(kernels, new StreamSource(log()), new NoChecksum()), new LogVisitor());
    expect(result).toMatchObject({ commands: 2, fault: undefined, completeUpTo: result.end });
    expect(kernels.bytes.length).toBeLessThan(32 * 1024 * 1024);
  });
});
