/** The page of a service with keys: what a person sees without one, and what an administrator may do with one. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFindings, launchBrowser, openTab, type Tab, WIDTHS } from './support/browser.ts';
import { MIXED, makeKey, type PageWorld, startPageWorld } from './support/page-world.ts';

let browser: Browser;
let world: PageWorld;
let token: string;

beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), startPageWorld()]);
  token = await makeKey(world.url, ['lookup', 'report', 'admin']);
});

afterAll(async () => {
  await browser.close();
  await world.stop();
});

async function signIn({ page }: Tab, key: string): Promise<void> {
  await page.getByLabel('Key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('a person without a key', () => {
  it('is asked for one, told when it is not taken, and led on to where it was going', async () => {
    const tab = await openTab(browser, world.url);
    await tab.page.goto(`/?address=${MIXED}`);
    await signIn(tab, 'pw_0123456789abcdef_wrong');
    await tab.page.getByRole('alert').waitFor();
    await signIn(tab, token);
    await tab.page.waitForURL('/?address=*');
    expect(await tab.page.getByRole('heading', { level: 1 }).textContent()).toBe(MIXED);
    await tab.page.getByRole('button', { name: 'Sign out' }).click();
    await tab.page.getByLabel('Key').waitFor();
    expect(tab.complaints).toEqual([]);
    await tab.close();
  });

  it.each(['light', 'dark'] as const)(
    'finds its way in the %s scheme at every width',
    async (colorScheme) => {
      const { page, close } = await openTab(browser, world.url, { colorScheme });
      await page.goto('/');
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${width} wide`).toBe(width);
        expect(await accessibilityFindings(page), `${width} wide`).toEqual([]);
      }
      await close();
    },
  );
});

describe('an administrator', () => {
  it('forgets a subject with a reason, and sees it start anew', async () => {
    const tab = await openTab(browser, world.url);
    const { page } = tab;
    await page.goto(`/?address=${MIXED}`);
    await signIn(tab, token);
    await page.waitForURL('/?address=*');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByLabel(/^Why .* starts anew$/).fill('ticket 42: a new owner');
    await page.getByRole('button', { name: 'Forget' }).click();
    await page.waitForURL('/?*forgotten=1');
    expect(await page.locator('.at-subject').textContent()).toContain('no report of its own');
    expect(await accessibilityFindings(page)).toEqual([]);
    const audit = await fetch(`${world.url}/v1/audit`, { headers: { authorization: `Bearer ${token}` } });
    expect(await audit.text()).toContain('ticket 42: a new owner');
    expect(tab.complaints).toEqual([]);
    await tab.close();
  });
});
