/** Comparisons in a real browser: that they draw, that they can be used, and that no text in them does anything. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diff } from '../../src/diff/report.js';
import { diffHtml } from '../../src/report/html/diff-html.js';
import { demoDiff, hostileDiff, madeDiff } from '../report/html/demo-diff.js';
import { ESCAPED, LONG, MARKUP } from '../report/html/hostile.js';
import { type OpenHtml, startChromium } from './chromium.js';

let browser: Awaited<ReturnType<typeof startChromium>>;
let open: OpenHtml;

beforeAll(async () => {
  browser = await startChromium();
  open = browser.open;
});

afterAll(async () => {
  await browser?.close();
});

const usual = html(demoDiff());

describe('the top', () => {
  test('says how many differ, of which files', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      expect(await page.locator('h1').textContent()).toBe('monday.rdb → tuesday.rdb');
      expect(await page.locator('.verdict-words').textContent()).toBe('310 of 1,000 keys differ');
      expect(await page.locator('.verdict-more').textContent()).toContain('31.0 %; 690 are the same');
      expect(await page.locator('.card-figure').allTextContents()).toEqual(['40', '10', '60', '200', '200', '+20 KiB']);
      expect(await page.locator('.sides tr', { hasText: 'Made' }).textContent()).toContain('24 h later');
      expect(await page.locator('.banner').count()).toBe(0);
      expect(incidents).toEqual([]);
    });
  });

  test('says that there is no difference, and draws nothing', async () => {
    await open(html(madeDiff([], 12)), {}, async ({ page, incidents }) => {
      expect(await page.locator('.verdict.same').textContent()).toBe(
        'No difference12 keys are the same on both sides.',
      );
      expect(await page.locator('canvas').count()).toBe(0);
      expect(await page.locator('#files tbody tr').count()).toBe(2);
      expect(incidents).toEqual([]);
    });
  });

  test('never calls sides the same that were not read to their ends', async () => {
    const { left } = madeDiff([], 12).summary;
    const inputs = [{ ...left.inputs[0], complete: false, end: 1234 }];
    const cut = madeDiff([], 12, { complete: false, left: { ...left, complete: false, inputs } });
    await open(html(cut), {}, async ({ page, incidents }) => {
      expect(await page.locator('.verdict.unknown').textContent()).toMatch(/^No difference so far/);
      const warning = page.locator('.banner.bad');
      expect(await warning.textContent()).toMatch(
        /^NOT COMPLETE\. The left side ended early: .*monday\.rdb could not be read beyond byte 1,234/,
      );
      expect(incidents).toEqual([]);
    });
  });

  test('tells keys that one side may only not have come to from those that differ', async () => {
    const { summary, ...rest } = demoDiff();
    const inputs = [{ ...summary.right.inputs[0], complete: false }];
    const right = { ...summary.right, complete: false, inputs };
    const cut = { ...rest, summary: { ...summary, right, complete: false, unsure: 40 } };
    await open(html(cut), {}, async ({ page, incidents }) => {
      expect(await page.locator('.verdict.unknown .verdict-words').textContent()).toBe(
        '270 keys differ for sure, 40 perhaps',
      );
      expect(await page.locator('.card-word').first().textContent()).toBe('Removed, perhaps');
      await page.locator('#keys .switch button', { hasText: 'Removed' }).click();
      expect(await page.locator('#keys tbody .what').first().textContent()).toBe('removed?');
      expect(incidents).toEqual([]);
    });
  });

  test('says how the sides were compared, and when they stand the wrong way round', async () => {
    const { left, right } = demoDiff().summary;
    const diff = madeDiff([], 5, { left: right, right: left, sample: 0.1, filters: ['--db 1'] });
    await open(diffHtml(diff, { ignoreTtl: true, ttlTolerance: 0 }), {}, async ({ page }) => {
      const banners = await page.locator('.banner strong').allTextContents();
      expect(banners).toEqual(['The other way round?', 'A sample.', 'Filtered.', 'Expiries were not compared,']);
    });
  });
});

describe('the map', () => {
  test('opens the prefix that is clicked, and goes back by its path', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      expect(await crumbs(page)).toEqual(['All keys']);
      // The largest area stands in the top left corner.
      await page.locator('.treemap').click({ position: { x: 60, y: 80 } });
      expect(await crumbs(page)).toEqual(['All keys', 'session:']);
      expect(await page.locator('.parts .number:not(.share)').allTextContents()).toEqual(['150', '50']);
      await page.locator('.crumbs button').click();
      await page.locator('.parts button', { hasText: 'cart:' }).click();
      expect(await crumbs(page)).toEqual(['All keys', 'cart:']);
      expect(incidents).toEqual([]);
    });
  });

  test('has parts that add up, each with the colour of its kind', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      const parts = await page.locator('.parts .number:not(.share)').allTextContents();
      expect(parts).toEqual(['200', '60', '40', '10']);
      const of = (place: string) => page.locator(`${place} .swatch`).evaluateAll(colorsOf);
      const [removed, added, value, expiry] = await of('.legend');
      expect(new Set([removed, added, value, expiry]).size).toBe(4);
      expect(await of('.parts')).toEqual([expiry, value, removed, added]);
      expect(incidents).toEqual([]);
    });
  });
});

describe('the table of keys', () => {
  test('shows the biggest changes first, sorts, and finds by name', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      const section = page.locator('#keys');
      const column = (n: number) => section.locator(`tbody td:nth-child(${n})`).allTextContents();
      expect((await column(1))[0]).toBe('cart:eu:59');
      await section.locator('th button', { hasText: 'Change of bytes' }).click();
      expect((await column(4)).slice(0, 10)).toEqual(new Array(10).fill('–'));
      await section.locator('th button', { hasText: 'Change of bytes' }).click();
      expect((await column(4))[0]).toBe('+559 B');
      await section.locator('input').fill('SESSION:APP');
      expect(await section.locator('.status').textContent()).toBe('50 of 310 keys that differ, 20 shown');
      expect(await section.locator('tbody tr').first().textContent()).toMatch(/expirystring.*2026-11-19 03:00:02never/);
      expect(incidents).toEqual([]);
    });
  });

  test('shows one kind of change', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      const section = page.locator('#keys');
      await section.locator('.switch button', { hasText: 'Removed 40' }).click();
      expect(await section.locator('.status').textContent()).toMatch(/^40 /);
      expect(new Set(await section.locator('tbody .what').allTextContents())).toEqual(new Set(['removed']));
      expect(incidents).toEqual([]);
    });
  });

  test('says when it does not hold all', async () => {
    await open(diffHtml(demoDiff(), { ignoreTtl: false, ttlTolerance: 0, limit: 5 }), {}, async ({ page }) => {
      expect(await page.locator('#keys .note').textContent()).toMatch(/^Not all: 20 of 310 are listed/);
    });
  });
});

describe('hostile text', () => {
  const hostile = html(hostileDiff());

  test('is shown as text, and does nothing', async () => {
    await open(hostile, {}, async ({ page, incidents }) => {
      await page.locator('#keys .switch button', { hasText: 'Added' }).click();
      const shown = await page.locator('#keys tbody td:first-child .name').allTextContents();
      expect(shown.slice(0, -1)).toEqual([...MARKUP, ...ESCAPED.map(([, text]) => text)]);
      expect(LONG.toString().startsWith(shown.at(-1)?.slice(0, -1) ?? '-')).toBe(true);
      expect(await page.locator('.parts .name').allTextContents()).toEqual(
        expect.arrayContaining(['<script>alert(1)</script>:', 'nul\\x00here:']),
      );
      expect(await page.locator('h1').textContent()).toBe(`${MARKUP[2]}.rdb → script>`);
      expect(await page.locator('script').count()).toBe(2);
      expect(await page.locator('style').count()).toBe(1);
      expect(await page.locator('img, svg, iframe, object, embed, form, b').count()).toBe(0);
      expect(await page.locator('[onerror], [onload], [onclick]').count()).toBe(0);
      expect(incidents).toEqual([]);
    });
  });

  test('in the tooltips of the map is text too', async () => {
    await open(hostile, {}, async ({ page, incidents }) => {
      await page.locator('.treemap').scrollIntoViewIfNeeded();
      const box = await page.locator('.treemap').boundingBox();
      if (!box) throw new Error('the map has no place');
      const seen = new Set<string>();
      for (let y = 30; y < box.height; y += 80) {
        for (let x = 30; x < box.width; x += 140) {
          await page.mouse.move(box.x + x, box.y + y);
          await frames(page);
          for (const title of await page.locator('.treemap .tip-title').allTextContents()) seen.add(title);
        }
      }
      expect([...seen].filter((title) => title.includes('<'))).not.toEqual([]);
      expect(await page.locator('img, b').count()).toBe(0);
      expect(incidents).toEqual([]);
    });
  });
});

describe('the page', () => {
  test.each([
    ['a usual comparison', usual],
    ['a hostile one', html(hostileDiff())],
  ])('of %s fits a phone', async (_, text) => {
    await open(text, { viewport: { width: 390, height: 800 } }, async ({ page, incidents }) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      expect(incidents).toEqual([]);
    });
  });

  test('fits paper', async () => {
    await open(usual, { viewport: { width: 720, height: 1000 } }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(720);
    });
  });

  test('is dark where the system is, and light on paper', async () => {
    await open(usual, { colorScheme: 'dark' }, async ({ page, incidents }) => {
      expect(await brightness(page)).toBeLessThan(60);
      expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
      await page.evaluate('dispatchEvent(new Event("beforeprint"))');
      expect(await brightness(page)).toBeGreaterThan(200);
      expect(incidents).toEqual([]);
    });
  });
});

function html(diff: Diff): string {
  return diffHtml(diff, { ignoreTtl: false, ttlTolerance: 0 });
}

/** Where the map is. */
function crumbs(page: Page): Promise<string[]> {
  return page.locator('.crumbs li:not(.crumb-sum)').allTextContents();
}

/** Waits until what has happened is drawn. */
async function frames(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** Of the background, 0 to 255. */
async function brightness(page: Page): Promise<number> {
  const color = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
  const parts = color.match(/\d+/g)?.map(Number) ?? [];
  return parts.reduce((a, b) => a + b, 0) / parts.length;
}

/** Runs in the page. */
function colorsOf(elements: { style: { backgroundColor: string } }[]): string[] {
  return elements.map(({ style }) => style.backgroundColor);
}
