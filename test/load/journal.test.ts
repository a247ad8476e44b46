// The journal of a load, torn at any place.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Journal, type JournalState } from '../../src/load/journal.js';
import { LoadError } from '../../src/load/load-error.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SUBJECT = { input: 'an input', target: 'redis://a', options: '--db 0' };
const NOW = 1_795_000_000_000;
let made = 0;

function fresh(): string {
  return join(folder, `journal-${made++}`);
}

function reopen(path: string): JournalState | undefined {
  const journal = Journal.open(path, SUBJECT, 0);
  journal.close();
  return journal.state;
}

/** A stretch of an input that a run settles, with some keys that stay open. */
interface Stretch {
  readonly bytes: number;
  readonly open: readonly number[];
}

function write(path: string, stretches: readonly Stretch[]): { lows: number[]; open: number[] } {
  const journal = Journal.open(path, SUBJECT, NOW);
  journal.run(['node1']);
  journal.extend(100);
  const told = { lows: [0], open: [] as number[] };
  let low = 0;
  for (const { bytes, open } of stretches) {
    const offsets = open.map((part) => low + Math.floor(part * bytes));
    low += bytes;
    journal.settled(low, offsets);
    journal.extend(low + 100);
    told.lows.push(low);
    told.open.push(...offsets);
  }
  journal.close();
  return told;
}

const stretches = fc.array(
  fc.record({
    bytes: fc.integer({ min: 1, max: 1000 }),
    open: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 5 }),
  }),
  { maxLength: 8 },
);

it('tells a second run what the first one left', () => {
  const path = fresh();
  expect(Journal.momentOf(path)).toBeUndefined();
  write(path, [
    { bytes: 500, open: [0.5] },
    { bytes: 500, open: [] },
  ]);
  expect(Journal.momentOf(path)).toBe(NOW);
  const state = reopen(path);
  expect(state).toMatchObject({ low: 1000, until: 1100, nodes: ['node1'], forgotten: false, nowMs: NOW });
  expect([...(state?.open ?? [])]).toEqual([250]);
});

it('says wherever it is torn no more than what was settled, and no less than what may have been sent', () => {
  fc.assert(
    fc.property(stretches, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (parts, share, garbage) => {
      const path = fresh();
      const told = write(path, parts);
      const whole = readFileSync(path);
      const head = whole.indexOf('\n') + 1;
      const cut = head + Math.floor(share * (whole.length - head));
      const torn = whole.subarray(0, cut);
      writeFileSync(path, garbage ? Buffer.concat([torn, Buffer.alloc(64)]) : torn);
      const state = reopen(path);
      const low = state?.low ?? -1;
      expect(told.lows).toContain(low);
      // What was promised last in the bytes that are left is what was sent at most.
      const promised = [...torn.toString().matchAll(/\{"until":(\d+)\}\n/g)].map(([, until]) => Number(until));
      expect(state?.until).toBe(Math.max(low, ...promised));
      const expected = new Set(told.open.filter((offset) => offset < low));
      expect([...(state?.open ?? [])]).toEqual([...expected].sort((a, b) => a - b));
      rmSync(path);
    }),
    { numRuns: 100 },
  );
});

it('goes on behind a torn line', () => {
  const path = fresh();
  write(path, [{ bytes: 500, open: [] }]);
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length - 5));
  const journal = Journal.open(path, SUBJECT, 0);
  journal.run(['node1']);
  journal.settled(900, [700]);
  journal.close();
  const state = reopen(path);
  expect(state?.low).toBe(900);
  expect([...(state?.open ?? [])]).toEqual([700]);
});

it('forgets at the end of a run what was open in between', () => {
  const path = fresh();
  write(path, [{ bytes: 500, open: [0.1, 0.5] }]);
  const journal = Journal.open(path, SUBJECT, NOW);
  journal.run(['node1']);
  journal.ended(600, [250]);
  journal.close();
  expect([...(reopen(path)?.open ?? [])]).toEqual([250]);
});

it('remembers that a server forgot until everything was offered again', () => {
  const path = fresh();
  const journal = Journal.open(path, SUBJECT, NOW);
  journal.run(['a']);
  journal.settled(10, []);
  journal.restarted();
  journal.close();
  expect(reopen(path)).toMatchObject({ low: 10, forgotten: true, nodes: ['a'] });
  const second = Journal.open(path, SUBJECT, NOW);
  second.swept(['b']);
  second.close();
  expect(reopen(path)).toMatchObject({ low: 10, forgotten: false, nodes: ['b'] });
});

describe('refuses, and leaves alone,', () => {
  it.each(['input', 'target', 'options'] as const)('the journal of another %s', (what) => {
    const path = fresh();
    Journal.open(path, SUBJECT, NOW).close();
    const before = readFileSync(path);
    expect(() => Journal.open(path, { ...SUBJECT, [what]: 'other' }, NOW)).toThrow(LoadError);
    expect(readFileSync(path)).toEqual(before);
  });

  it('a file that is no journal', () => {
    const path = fresh();
    copyFileSync(new URL('../../fixtures/dump.rdb', import.meta.url), path);
    const before = readFileSync(path);
    expect(() => Journal.open(path, SUBJECT, NOW)).toThrow(/no journal/);
    expect(readFileSync(path)).toEqual(before);
  });
});
