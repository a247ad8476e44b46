// Every key that was offered ends in one sum.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Existing, Ledger } from '../../src/load/ledger.js';
import type { KeyOutcome } from '../../src/load/outcome.js';

const key = (offset: number) => ({ offset, db: 0, name: new TextEncoder().encode(`key:${offset}`), type: 'string' });

function outcome(kind: KeyOutcome['kind'], more: Partial<KeyOutcome> = {}): KeyOutcome {
  return { kind, reason: 'REASON', detail: 'REASON in full', fatal: false, maybeOurs: false, ...more };
}

const KINDS = ['conflicted', 'skipped', 'expired', 'failed', 'refused', 'lost'] as const;
const EXISTING = ['taken', 'compare', 'ours', 'before'] as const;

it('counts each key once, whatever becomes of it', () => {
  const told = fc.record({
    kind: fc.constantFrom('loaded' as const, ...KINDS),
    existing: fc.constantFrom(...EXISTING),
    maybeOurs: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(told, { maxLength: 60 }), (keys) => {
      const ledger = new Ledger();
      ledger.begin((offset): Existing => keys[offset].existing);
      for (const [offset, { kind, maybeOurs }] of keys.entries()) {
        if (kind === 'loaded') ledger.loaded(Float64Array.of(offset), 1);
        else ledger.outcome(key(offset), outcome(kind, { maybeOurs }));
      }
      expect(ledger.settled + ledger.open).toBe(keys.length);
      const { loaded, before } = ledger.sums;
      const there = keys.filter(({ kind, existing }) => {
        return kind === 'loaded' || (['conflicted', 'skipped'].includes(kind) && ['ours', 'before'].includes(existing));
      });
      expect(loaded + before).toBe(there.length);
      expect(ledger.notLoaded.size).toBe(ledger.settled - loaded - before);
    }),
  );
});

it('takes keys out of the sum again that a server has lost, and cannot take any more', () => {
  const ledger = new Ledger();
  ledger.begin(() => 'taken');
  ledger.loaded(Float64Array.of(0, 10, 20, 30), 4);
  ledger.begin(() => 'ours', true);
  ledger.loaded(Float64Array.of(0), 1);
  ledger.outcome(key(10), outcome('conflicted'));
  ledger.outcome(key(20), outcome('failed', { reason: 'OOM', fatal: true }));
  ledger.outcome(key(30), outcome('lost'));
  expect(ledger.sums).toMatchObject({ loaded: 2, failed: 1, conflicted: 0 });
  expect(ledger.reloaded).toBe(1);
  expect([...ledger.left.lost]).toEqual([30]);
  expect(ledger.fatal).toBe('REASON in full');
  expect(ledger.settled + ledger.open).toBe(4);
});

it('groups failures by reason, the first ones in full', () => {
  const ledger = new Ledger();
  ledger.begin(() => 'taken');
  for (let i = 0; i < 30; i++) ledger.outcome(key(i), outcome('failed', { reason: i % 3 === 0 ? 'OOM' : 'WRONGTYPE' }));
  const [first, second] = ledger.failureGroups;
  expect([first, second].map(({ reason, keys }) => [reason, keys])).toEqual([
    ['WRONGTYPE', 20],
    ['OOM', 10],
  ]);
  expect(first.first.length).toBe(10);
  expect(first.first[0]).toEqual({ db: 0, key: key(1).name, type: 'string', offset: 1, detail: 'REASON in full' });
});
