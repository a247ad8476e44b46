// A point in time: cut before the first annotation that is later.
import { describe, expect, it } from 'vitest';
import { at, cmd, EXEC, MULTI, rdbHead, repair, SELECT, set, Workshop } from './logs.js';

const shop = new Workshop();
const T = 1_700_000_000;
const LOG = at(T) + SELECT + set('a') + at(T + 5) + set('b') + at(T + 9) + set('c');
const UNTIL_7 = at(T) + SELECT + set('a') + at(T + 5) + set('b');

describe('a single log', () => {
  it.each([
    ['between two', (T + 7) * 1000, UNTIL_7],
    ['exactly at one', (T + 5) * 1000, UNTIL_7],
    ['a moment before one', (T + 9) * 1000 - 1, UNTIL_7],
    ['at the first', T * 1000, at(T) + SELECT + set('a')],
  ])('%s', async (_, untilMs, kept) => {
    const { copy, plan } = await repair(shop, shop.file(LOG), { untilMs });
    expect(copy).toEqual({ '': kept });
    expect(plan.cut).toMatchObject({
      reason: 'until',
      code: null,
      offset: kept.length,
      bytes: LOG.length - kept.length,
      toMs: (T + 9) * 1000,
    });
  });

  it('says what is left out, from when to when', async () => {
    const { plan } = await repair(shop, shop.file(LOG), { untilMs: T * 1000 });
    expect(plan.cut).toMatchObject({ commands: 2, fromMs: (T + 5) * 1000, toMs: (T + 9) * 1000 });
    expect(plan.kept).toMatchObject({ commands: 2, lastTimestampMs: T * 1000 });
  });

  it('before the MULTI when one is open there', async () => {
    const head = at(T) + SELECT + set('a');
    const log = head + MULTI + set('b') + at(T + 5) + set('c') + EXEC + set('d');
    const { copy } = await repair(shop, shop.file(log), { untilMs: T * 1000 });
    expect(copy).toEqual({ '': head });
  });

  it('what is damaged or missing behind it does not matter', async () => {
    for (const tail of ['hello\r\n', '*3\r\n$3', '\0\0\0', MULTI, cmd('SAT', 'x')]) {
      const { copy, refusals } = await repair(shop, shop.file(LOG + tail), { untilMs: (T + 7) * 1000 });
      expect(refusals).toEqual([]);
      expect(copy).toEqual({ '': UNTIL_7 });
    }
  });

  it('damage in front of it does', async () => {
    const { refusals } = await repair(shop, shop.file(`${at(T)}${SELECT}hello\r\n${LOG}`), { untilMs: (T + 7) * 1000 });
    expect(refusals).toEqual(['AOF_TEXT (truncate-at-damage)']);
  });

  it('later than the last: nothing is cut for it, and that is said', async () => {
    const { copy, plan } = await repair(shop, shop.file(`${LOG}*3\r\n`), { untilMs: (T + 99) * 1000 });
    expect(copy).toEqual({ '': LOG });
    expect(plan.cut).toMatchObject({ reason: 'tail' });
    expect(plan.findings.map(({ code }) => code)).toContain('REPAIR_UNTIL_TOO_LATE');
  });

  it('before the first: refused', async () => {
    const { refusals } = await repair(shop, shop.file(LOG), { untilMs: T * 1000 - 1 });
    expect(refusals).toEqual(['REPAIR_UNTIL_TOO_EARLY']);
    const unstamped = await repair(shop, shop.file(SELECT + set('z') + LOG), { untilMs: T * 1000 - 1 });
    expect(unstamped.refusals).toEqual(['REPAIR_UNTIL_TOO_EARLY']);
  });

  it('without any annotation: refused', async () => {
    const { refusals } = await repair(shop, shop.file(SELECT + set('a')), { untilMs: T * 1000 });
    expect(refusals).toEqual(['REPAIR_NO_TIMESTAMPS']);
  });
});

describe('a set', () => {
  const FILES = {
    'a.1.base.rdb': rdbHead(),
    'a.1.incr.aof': at(T) + SELECT + set('a') + at(T + 5) + set('b'),
    'a.2.incr.aof': at(T + 9) + SELECT + set('c') + at(T + 12) + set('d'),
    'a.3.incr.aof': at(T + 20) + SELECT + set('e'),
  };

  it('parts behind the cut are left out, of the manifest, too', async () => {
    const { copy, plan } = await repair(shop, shop.set(FILES), { untilMs: (T + 10) * 1000 });
    expect(copy).toEqual({
      'a.1.base.rdb': FILES['a.1.base.rdb'].toString('latin1'),
      'a.1.incr.aof': FILES['a.1.incr.aof'],
      'a.2.incr.aof': at(T + 9) + SELECT + set('c'),
      'a.manifest': 'file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type i\nfile a.2.incr.aof seq 2 type i\n',
    });
    expect(plan.cut).toMatchObject({ commands: 3, droppedParts: 1, fromMs: (T + 12) * 1000, toMs: (T + 20) * 1000 });
  });

  it('between two parts: the later one stays, and is empty', async () => {
    const { copy } = await repair(shop, shop.set(FILES), { untilMs: (T + 7) * 1000 });
    expect(copy).toMatchObject({ 'a.1.incr.aof': FILES['a.1.incr.aof'], 'a.2.incr.aof': '' });
    expect(Object.keys(copy ?? {})).not.toContain('a.3.incr.aof');
  });

  it('a part that is missing or torn behind the cut does not matter', async () => {
    const { 'a.3.incr.aof': _gone, ...rest } = FILES;
    const manifest = `${Object.keys(FILES)
      .map((name) => `file ${name} seq ${name[2]} type ${name[4]}\n`)
      .join('')}`;
    const input = shop.set({ ...rest, 'a.2.incr.aof': `${FILES['a.2.incr.aof']}*` }, manifest);
    const { refusals } = await repair(shop, input, { untilMs: (T + 10) * 1000 });
    expect(refusals).toEqual([]);
  });

  it('before the first annotation of the set: refused', async () => {
    const { refusals } = await repair(shop, shop.set(FILES), { untilMs: (T - 1) * 1000 });
    expect(refusals).toEqual(['REPAIR_UNTIL_TOO_EARLY']);
  });
});
