/** The page at every width and in both colour schemes, under the eyes of axe-core. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFindings, launchBrowser, openTab, WIDTHS } from './support/browser.ts';
import { GOOD, MIXED, type PageWorld, SNOWSHOE_SENDER, startPageWorld } from './support/page-world.ts';

const PAGES = [
  ['the start page', '/'],
  ['a refused address', '/?address=300.1.2.3'],
  ['a good sender', `/?address=${GOOD}`],
  ['a mixed sender after a report', `/?address=${MIXED}&reported-from=bad`],
  ['a bad sender', `/?address=${SNOWSHOE_SENDER}`],
  ['an unknown sender', '/?address=2001:0:4136:e378:8000:63bf:d2b0:e4dd&spf=pass&account=anna&org=acme'],
  ['a special address', '/?address=fe80::1'],
  ['a map', '/map/2602:f9f8::/56'],
  ['an empty map', '/map/2a00:1450::/32'],
  ['a problem', '/map/nonsense'],
] as const;

let browser: Browser;
let world: PageWorld;

beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), startPageWorld()]);
});

afterAll(async () => {
  await browser.close();
  await world.stop();
});

it('axe-core finds what is wrong, where something is', async () => {
  const { page, close } = await openTab(browser, world.url);
  await page.setContent('<html><body><img src="data:,"></body></html>');
  expect((await accessibilityFindings(page)).join()).toContain('image-alt');
  await close();
});

describe.each(['light', 'dark'] as const)('in the %s scheme', (colorScheme) => {
  it.each(PAGES)('%s fits every width, and axe-core finds nothing', async (_what, path) => {
    const { page, complaints, close } = await openTab(browser, world.url, { colorScheme });
    await page.goto(path);
    await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${width} wide`).toBe(width);
      expect(await accessibilityFindings(page), `${width} wide`).toEqual([]);
    }
    await close();
    expect(complaints).toEqual([]);
  });
});
