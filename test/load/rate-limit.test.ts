import { expect, it } from 'vitest';
import { RateLimit } from '../../src/load/rate-limit.js';

/** Sends keys as fast as the limit allows, on a clock of its own. Returns when each was sent, ms. */
function send(keys: number, perSecond: number): number[] {
  const limit = new RateLimit(perSecond);
  const times: number[] = [];
  let nowMs = 0;
  for (let i = 0; i < keys; i++) {
    times.push(nowMs);
    nowMs += limit.take(nowMs);
  }
  return times;
}

it.each([1, 10, 1000, 50_000])('keeps %i keys a second over time', (perSecond) => {
  const keys = 5 * perSecond + 1;
  const seconds = (send(keys, perSecond).at(-1) ?? 0) / 1000;
  expect(seconds).toBeGreaterThan(4.8);
  expect(seconds).toBeLessThan(5.2);
});

it('spreads them evenly: no tenth of a second gets much more than its share', () => {
  const times = send(2000, 1000);
  const most = Math.max(...times.map((from) => times.filter((t) => t >= from && t < from + 100).length));
  expect(most).toBeLessThanOrEqual(160);
});

it('does not save up what a slow sender left', () => {
  const limit = new RateLimit(1000);
  limit.take(0);
  const waits = Array.from({ length: 200 }, () => limit.take(60_000));
  expect(waits.filter((wait) => wait === 0).length).toBeLessThan(60);
});

it('lets nobody wait longer than from one key to the next', () => {
  const limit = new RateLimit(10);
  expect([0, 200, 400, 600].map((nowMs) => limit.take(nowMs))).toEqual([100, 100, 100, 100]);
});
