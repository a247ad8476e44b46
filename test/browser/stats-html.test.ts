/** Reports in a real browser: that they draw, that they can be used, and that no text in them does anything. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statsHtml } from '../../src/report/html/stats-html.js';
import { demoReport, emptyReport } from '../report/html/demo.js';
import { ESCAPED, hostileReport, LONG, MARKUP } from '../report/html/hostile.js';
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

const demo = demoReport({ prefixes: 600, keys: 100 });
const usual = statsHtml(demo);

describe('the map', () => {
  test('opens the area that is clicked, and goes back by its path', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      const largest = Buffer.from(demo.prefixes.tree[0].prefix).toString();
      expect(await crumbs(page)).toEqual(['All keys']);
      const before = await drawing(page, '.treemap canvas');
      // The largest area stands in the top left corner.
      await page.locator('.treemap').click({ position: { x: 60, y: 60 } });
      expect(await crumbs(page)).toEqual(['All keys', largest]);
      expect(await drawing(page, '.treemap canvas')).not.toBe(before);
      const inner = Buffer.from(demo.prefixes.tree[0].children[0].prefix).toString().slice(largest.length);
      await page.locator('.treemap').click({ position: { x: 60, y: 60 } });
      expect(await crumbs(page)).toEqual(['All keys', largest, inner]);
      await page.locator('.crumbs button', { hasText: 'All keys' }).click();
      expect(await crumbs(page)).toEqual(['All keys']);
      expect(await drawing(page, '.treemap canvas')).toBe(before);
      expect(incidents).toEqual([]);
    });
  });

  test.each([
    ['Memory', demo.totals.memory],
    ['Bytes', demo.totals.bytes],
    ['Keys', demo.totals.keys],
  ] as const)('by %s has parts that add up to the whole', async (measure, whole) => {
    await open(usual, {}, async ({ page, incidents }) => {
      await page.locator('#map .switch button', { hasText: measure }).click();
      const parts = await page.locator('.parts .number[title]').evaluateAll(titlesOf);
      const sum = parts.map((text) => Number(text.replace(/\D/g, ''))).reduce((a, b) => a + b, 0);
      expect(parts.length).toBeGreaterThan(demo.prefixes.tree.length);
      expect(sum).toBe(whole);
      expect(await page.locator('.parts .swatch').count()).toBe(parts.length);
      expect(incidents).toEqual([]);
    });
  });

  test('can be walked with the keyboard', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      await page.locator('.parts button').nth(1).focus();
      await page.keyboard.press('Enter');
      expect((await crumbs(page)).length).toBe(2);
      expect(await page.locator('.crumbs [aria-current]').evaluate(hasFocus)).toBe(true);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      expect(await crumbs(page)).toEqual(['All keys']);
      expect(incidents).toEqual([]);
    });
  });
});

describe('tables', () => {
  test('sort by a column, both ways', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      const table = page.locator('#prefixes table');
      const head = table.locator('th', { hasText: 'Keys' });
      const column = () => table.locator('tbody tr td:nth-child(3)').allTextContents();
      await head.locator('button').click();
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      const largest = (await column()).map(plainNumber);
      expect(largest).toEqual([...largest].sort((a, b) => b - a));
      expect(largest[0]).toBe(Math.max(...demo.prefixes.tree.map(({ keys }) => keys)));
      await head.locator('button').click();
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      const smallest = (await column()).map(plainNumber);
      expect(smallest).toEqual([...smallest].sort((a, b) => a - b));
      expect(smallest[0]).toBeLessThan(largest[0]);
      expect(incidents).toEqual([]);
    });
  });

  test('find rows by a part of their names, and open one in the map', async () => {
    await open(usual, {}, async ({ page, incidents }) => {
      const section = page.locator('#prefixes');
      await section.locator('input').fill('SESSION:EU:');
      const found = await section.locator('tbody .name').allTextContents();
      expect(found.length).toBeGreaterThan(2);
      for (const name of found) expect(name).toContain('session:eu:');
      await section.locator('tbody button', { hasText: 'session:eu:' }).first().click();
      expect(await crumbs(page)).toEqual(['All keys', 'session:', 'eu:']);
      await section.locator('input').fill('no such prefix');
      expect(await section.locator('tbody tr').count()).toBe(0);
      expect(await section.locator('.status').textContent()).toMatch(/^0 of [\d,]+ prefixes$/);
      expect(incidents).toEqual([]);
    });
  });

  test('hold ten thousand prefixes and a thousand keys', async () => {
    const report = demoReport({ prefixes: 10_000, keys: 1000, exact: false });
    await open(statsHtml(report), {}, async ({ page, incidents }) => {
      const section = page.locator('#prefixes');
      expect(await section.locator('.status').textContent()).toMatch(/^10,\d{3} prefixes, 20 shown$/);
      await section.locator('.more').click();
      expect(await section.locator('tbody tr').count()).toBe(270);
      expect(await section.locator('.up-to').first().textContent()).toMatch(/^\(up to /);
      await page.locator('#keys .switch button', { hasText: 'By elements' }).click();
      expect(await page.locator('#keys .status').textContent()).toMatch(/^1,000 /);
      expect(incidents).toEqual([]);
    });
  });
});

describe('hostile text', () => {
  const hostile = statsHtml(hostileReport());

  test('is shown as text, and does nothing', async () => {
    await open(hostile, {}, async ({ page, incidents }) => {
      const expected = [...MARKUP, ...ESCAPED.map(([, shown]) => shown)];
      expect((await page.locator('#keys tbody .name').allTextContents()).slice(0, -1)).toEqual(expected);
      expect(await page.locator('.parts button .name').allTextContents()).toEqual(
        expect.arrayContaining(expected.map((name) => `${name}:`)),
      );
      expect(await page.locator('h1').textContent()).toBe(`${MARKUP[2]}.rdb`);
      for (const tag of ['script', 'style']) expect(await page.locator(tag).count()).toBe(tag === 'script' ? 2 : 1);
      expect(await page.locator('img, svg, iframe, object, embed, form, b').count()).toBe(0);
      expect(await page.locator('[onerror], [onload], [onclick]').count()).toBe(0);
      expect(incidents).toEqual([]);
    });
  });

  test('in the map and its tooltips is text too', async () => {
    await open(hostile, {}, async ({ page, incidents }) => {
      await page.locator('.treemap').scrollIntoViewIfNeeded();
      const box = await page.locator('.treemap').boundingBox();
      if (!box) throw new Error('the map has no place');
      const seen = new Set<string>();
      for (let y = 10; y < box.height; y += 80) {
        for (let x = 10; x < box.width; x += 140) {
          await page.mouse.move(box.x + x, box.y + y);
          await frames(page);
          for (const title of await page.locator('.treemap .tip-title').allTextContents()) seen.add(title);
        }
      }
      for (const markup of [MARKUP[0], MARKUP[2]]) {
        expect([...seen].filter((title) => title.includes(markup))).not.toEqual([]);
      }
      for (const markup of [MARKUP[0], MARKUP[2]]) {
        await page.locator('.parts button').getByText(`${markup}:`, { exact: true }).click();
        expect(await crumbs(page)).toEqual(['All keys', `${markup}:`]);
        await page.locator('.crumbs button').click();
      }
      expect(await page.locator('img, b').count()).toBe(0);
      expect(incidents).toEqual([]);
    });
  });

  test('is cut where it is long, with its length on hover', async () => {
    await open(hostile, {}, async ({ page }) => {
      const name = page.locator('#keys tbody .name').last();
      const text = (await name.textContent()) ?? '';
      expect(text.length).toBeLessThan(130);
      expect(LONG.toString().startsWith(text.slice(0, -1))).toBe(true);
      expect(await name.getAttribute('title')).toMatch(/… \(100,800 bytes in all\)$/);
    });
  });

  test('leaves the warning that the input is not complete in sight', async () => {
    await open(hostile, {}, async ({ page }) => {
      const alerts = page.getByRole('alert');
      expect(await alerts.first().isVisible()).toBe(true);
      expect(await alerts.first().textContent()).toMatch(/^Not complete\./);
      expect(await alerts.nth(1).textContent()).toContain(`${MARKUP.length} findings`);
    });
  });
});

describe('looks', () => {
  test('follow the system, until someone chooses', async () => {
    await open(usual, { colorScheme: 'dark' }, async ({ page, incidents }) => {
      expect(await brightness(page)).toBeLessThan(60);
      const dark = await drawing(page, '#spread canvas');
      await page.locator('.theme-button').click();
      expect(await brightness(page)).toBeGreaterThan(200);
      expect(await drawing(page, '#spread canvas')).not.toBe(dark);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await brightness(page)).toBeGreaterThan(200);
      expect(incidents).toEqual([]);
    });
  });

  test('of a dump without keys say so, and draw nothing', async () => {
    await open(statsHtml(emptyReport()), {}, async ({ page, incidents }) => {
      expect(await page.locator('.card-figure').first().textContent()).toBe('0');
      expect(await page.locator('canvas').count()).toBe(0);
      expect(await page.locator('#files tbody tr').count()).toBe(1);
      expect(incidents).toEqual([]);
    });
  });

  test.each([
    ['a usual report', usual],
    ['a hostile one', statsHtml(hostileReport())],
  ])('of %s fit a phone', async (_, html) => {
    await open(html, { viewport: { width: 380, height: 800 } }, async ({ page, incidents }) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
      await page.locator('.treemap').click({ position: { x: 40, y: 60 } });
      expect((await crumbs(page)).length).toBe(2);
      expect(incidents).toEqual([]);
    });
  });

  test('are light on paper', async () => {
    await open(usual, { colorScheme: 'dark' }, async ({ page, incidents }) => {
      expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
      expect(await brightness(page)).toBeLessThan(60);
      await page.evaluate('dispatchEvent(new Event("beforeprint"))');
      expect(await brightness(page)).toBeGreaterThan(200);
      expect(incidents).toEqual([]);
    });
  });
});

/** Where the map is. */
function crumbs(page: Page): Promise<string[]> {
  return page.locator('.crumbs li:not(.crumb-sum)').allTextContents();
}

/** The pixels of a chart. */
async function drawing(page: Page, selector: string): Promise<string> {
  await frames(page);
  return String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).toDataURL()`));
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
function titlesOf(elements: { title: string }[]): string[] {
  return elements.map(({ title }) => title);
}

/** Runs in the page. */
function hasFocus(element: { matches(selector: string): boolean }): boolean {
  return element.matches(':focus');
}

function plainNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}
