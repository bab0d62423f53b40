import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { requirePackage } from '../require-package.js';

const executablePath = '/usr/bin/chromium';

/** True when there is no browser and its suites are to be skipped. */
export const withoutBrowser = (): boolean => requirePackage('chromium', existsSync(executablePath));

const args = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenedPage {
  readonly page: Page;
  /** What the page complained of: errors of scripts, and of the content security policy. */
  readonly complaints: string[];
}

/** One browser for the tests of a file; each test gets pages of its own. */
export const useBrowser = (): { open(url: string, options?: BrowserContextOptions): Promise<OpenedPage> } => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(() => browser.close());
  return {
    async open(url, options = {}) {
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        const isNetwork = /net::ERR|Failed to load resource/.test(message.text());
        if (message.type() === 'error' && !isNetwork) complaints.push(message.text());
      });
      await page.goto(url, { waitUntil: 'load' });
      return { page, complaints };
    },
  };
};
