/** The browser that reports are opened in: one that is installed, since a download of its own would be large. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of the browser: RDBKIT_CHROMIUM, else the first on PATH. */
export function findChromium(): string | undefined {
  if (process.env.RDBKIT_CHROMIUM) return process.env.RDBKIT_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface OpenPage {
  readonly page: Page;
  /** Whatever a page should not do: errors and warnings, requests for anything but itself, dialogs, other pages. */
  readonly incidents: string[];
}

/** Opens a page from a file without any network, hands it over, and closes it. */
export type OpenHtml = <T>(
  html: string,
  options: BrowserContextOptions,
  use: (open: OpenPage) => Promise<T>,
) => Promise<T>;

/** Starts the browser. Throws with what to install when there is none. */
export async function startChromium(): Promise<{ open: OpenHtml; close(): Promise<void> }> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error(
      'These tests open reports in Chromium, and there is none on PATH. Install it (Debian: apt-get install chromium; ' +
        'Fedora: dnf install chromium; macOS: brew install chromium), or name one in RDBKIT_CHROMIUM.',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-browser-'));
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  let files = 0;
  return {
    async open(html, options, use) {
      const path = join(folder, `${files++}.html`);
      writeFileSync(path, html);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      try {
        await context.setOffline(true);
        const incidents: string[] = [];
        const url = pathToFileURL(path).href;
        watch(context, url, incidents);
        const page = await context.newPage();
        await page.goto(url, { waitUntil: 'load' });
        return await use({ page, incidents });
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function watch(context: BrowserContext, url: string, incidents: string[]): void {
  let pages = 0;
  context.on('page', () => {
    if (++pages > 1) incidents.push('another page was opened');
  });
  context.on('console', (message) => incidents.push(`console ${message.type()}: ${message.text()}`));
  context.on('weberror', (error) => incidents.push(`error: ${error.error().message}`));
  context.on('request', (request) => {
    if (request.url() !== url) incidents.push(`request: ${request.url()}`);
  });
  context.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}
