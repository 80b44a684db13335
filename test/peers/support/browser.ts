/** Debian's Chromium, driven over its debugging protocol. */
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Widths that pages are looked at in: a telephone, half a screen, a screen. */
export const WIDTHS = [360, 800, 1280] as const;

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A tab with everything that it asked for and complained of. */
export interface Tab {
  readonly page: Page;
  /** URLs in the order they were asked for; `data:` ones are part of the page. */
  readonly asked: readonly string[];
  /** Errors of scripts, and of the console: what a content security policy refuses is one. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Chromium says so where the next page comes before the animation to this one has begun: on a slow machine, any time. */
const SKIPPED_ANIMATION = /^Transition was (?:aborted|skipped)/;

/** Opens a tab that knows nothing of other tabs. A dialog is a complaint: no page of ours opens one. */
export async function openTab(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ baseURL, ...options });
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.push(request.url());
  });
  page.on('pageerror', ({ message }) => {
    if (!SKIPPED_ANIMATION.test(message)) complaints.push(message);
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch((error: unknown) => complaints.push(String(error)));
  });
  page.on('console', (message) => {
    // Chromium says so of every page that comes with an error status.
    const isStatus = /the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !isStatus) complaints.push(message.text());
  });
  return { page, asked, complaints, close: () => context.close() };
}

/** What axe-core finds wrong with the page as it stands, a text for each rule that is broken. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations: unknown = await page.evaluate('axe.run().then(({ violations }) => violations)');
  if (!Array.isArray(violations)) throw new Error('axe-core did not run');
  return violations.map((violation) => JSON.stringify(violation));
}
