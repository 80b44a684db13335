/** The page as people use it: in a browser, on a service with a past. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KINDS } from '../support/kinds.ts';
import { launchBrowser, openTab, type Tab } from './support/browser.ts';
import {
  declare,
  GOOD,
  MIXED,
  type PageWorld,
  SNOWSHOE,
  startPageWorld,
  UNHEARD_OF,
} from './support/page-world.ts';

let browser: Browser;
let world: PageWorld;
let tab: Tab;
let page: Page;

beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), startPageWorld()]);
});

afterAll(async () => {
  await browser.close();
  await world.stop();
});

beforeEach(async () => {
  tab = await openTab(browser, world.url);
  page = tab.page;
});

afterEach(async () => {
  const { complaints } = tab;
  await tab.close();
  expect(complaints).toEqual([]);
});

describe('looking up', () => {
  it.each(KINDS)('finds %s from the start page, and says that it is an %s', async (address, kind) => {
    await page.goto('/');
    await page.getByLabel('IP address or block').fill(address);
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.waitForURL('/?address=*');
    expect(await page.locator('.eyebrow').textContent()).toBe(kind);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(address);
    expect(await page.getByRole('img', { name: /^(32 hex digits|4 octets): / }).count()).toBe(1);
    expect(await page.locator('.verdict h2').textContent()).toMatch(/^(Good|Mixed|Bad|Unknown|Local)/);
  });

  it('works the same without script', async () => {
    await tab.close();
    tab = await openTab(browser, world.url, { javaScriptEnabled: false });
    await tab.page.goto('/');
    await tab.page.getByLabel('IP address or block').fill(MIXED);
    await tab.page.getByRole('button', { name: 'Look up' }).click();
    await tab.page.waitForURL('/?address=*');
    expect(await tab.page.getByRole('heading', { name: 'Why: the ladder' }).isVisible()).toBe(true);
    await tab.page.getByText('As a table').click();
    expect(await tab.page.getByRole('columnheader', { name: 'Unwanted' }).isVisible()).toBe(true);
  });

  it('leads from one face of a host to the host itself', async () => {
    await page.goto('/?address=2002:2d4f:1b22::25');
    await page.getByRole('link', { name: MIXED, exact: true }).click();
    await page.waitForURL(`/?address=${MIXED}`);
    expect(await page.locator('.eyebrow').textContent()).toBe('IPv4 address');
  });

  it('says in place what is wrong with what was typed, and keeps it', async () => {
    await page.goto('/?address=300.1.2.3');
    expect(await page.getByRole('alert').textContent()).toContain('An IPv4 octet is above 255.');
    expect(await page.getByLabel('IP address or block').inputValue()).toBe('300.1.2.3');
  });
});

describe('the first answer', () => {
  it.each([
    ['the start page', '/'],
    ['a lookup', `/?address=${MIXED}`],
    ['a map', '/map/2602:f9f8::/56'],
  ])('of %s takes one request and weighs under 100 kB', async (_what, path) => {
    const response = await page.goto(path, { waitUntil: 'networkidle' });
    expect(tab.asked).toEqual([new URL(path, world.url).href]);
    expect((await response?.body())?.byteLength).toBeLessThan(100_000);
  });
});

describe('the map', () => {
  it('is followed down to an end site, digit by digit, and up again', async () => {
    await page.goto(`/map/${SNOWSHOE}`);
    const down = ['2602:f9f8::/36', '2602:f9f8::/40', '2602:f9f8::/44', '2602:f9f8::/48'];
    for (const block of [...down, '2602:f9f8::/52', '2602:f9f8::/56', '2602:f9f8::/60']) {
      await page.getByRole('link', { name: block, exact: false }).first().click();
      await page.waitForURL(`/map/${block}`);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(block);
    }
    await page.locator('#part-7 a').click();
    await page.waitForURL('/?address=*');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('2602:f9f8:0:7::');
    await page.locator('.network').getByRole('link', { name: '2602:f9f8:0:7::/64' }).click();
    await page.waitForURL('/map/2602:f9f8::/56');
    for (const block of ['2602:f9f8::/52', '2602:f9f8::/48']) {
      await page.getByRole('link', { name: `up to ${block}` }).click();
      await page.waitForURL(`/map/${block}`);
    }
  });

  it('takes a click on the square itself, and goes back as a browser does', async () => {
    await page.goto('/map/2602:f9f8::/52');
    await page.locator('.patch-0').click();
    await page.waitForURL('/map/2602:f9f8::/56');
    expect(await page.locator('.square .shade-6').count()).toBeGreaterThan(100);
    await page.goBack();
    expect(page.url()).toContain('/map/2602:f9f8::/52');
  });
});

describe('a report', () => {
  const changed = 'The class was unknown and is now bad.';

  async function report(at: Page, verdict: string): Promise<void> {
    await at.getByLabel('What it was').selectOption(verdict);
    await at.getByRole('button', { name: 'Report' }).click();
  }

  it('is made on the page, and the class changes before the eyes', async () => {
    await page.goto(`/?address=${UNHEARD_OF}`);
    expect(await page.locator('.verdict h2').textContent()).toContain('Unknown');
    await report(page, 'spam');
    await page.getByText('Your report was taken.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('notice');
    await report(page, 'trap');
    await page.getByText(changed).waitFor();
    expect(await page.locator('.verdict h2').textContent()).toContain('Bad');
    expect(await page.locator('.reply pre').textContent()).toMatch(/^[45]\d\d [45]\.\d+\.\d+ /);
    await page.reload();
    expect(await page.locator('.verdict h2').textContent()).toContain('Bad');
  });

  it('works the same without script', async () => {
    await tab.close();
    tab = await openTab(browser, world.url, { javaScriptEnabled: false });
    await tab.page.goto('/?address=2a00:1450:4013:c02::1a');
    await report(tab.page, 'spam');
    await tab.page.waitForURL('/?*reported-from=unknown');
    await report(tab.page, 'spam');
    await tab.page.getByText(changed).waitFor();
  });
});

describe('the keyboard alone', () => {
  it('looks up, skips to the content, reports, and opens the table of the days', async () => {
    const { keyboard } = page;
    await page.goto('/');
    await keyboard.press('/');
    await keyboard.type('2a00:1450:4013:c03::1a');
    await keyboard.press('Enter');
    await page.waitForURL('/?address=*');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await tabTo('#verdict');
    await keyboard.press('End');
    expect(await page.locator('#verdict').inputValue()).toBe('auth-failure');
    await keyboard.press('Home');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await page.getByText('Your report was taken.').waitFor();
    await tabTo('.history summary');
    await keyboard.press('Enter');
    expect(await page.getByRole('columnheader', { name: 'Unwanted' }).isVisible()).toBe(true);
  });

  it('walks the map', async () => {
    await page.goto('/map/2602:f9f8::/56');
    await tabTo('#part-7 a');
    await page.keyboard.press('Enter');
    await page.waitForURL('/map/2602:f9f8:0:70::/60');
    await tabTo('a[rel=up]');
    await page.keyboard.press('Enter');
    await page.waitForURL('/map/2602:f9f8::/56');
  });

  /** Presses Tab until the element has the focus, and holds it to showing that it has. */
  async function tabTo(selector: string): Promise<void> {
    const target = page.locator(selector).first();
    for (let i = 0; i < 100; i++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) {
        expect(await target.evaluate((element) => element.matches(':focus-visible'))).toBe(true);
        return;
      }
    }
    throw new Error(`${selector} cannot be reached by Tab`);
  }
});

describe('what somebody else wrote', () => {
  const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

  it('is text on the page, and nothing more', async () => {
    await declare(world.url, '2a02:1230::/29', { endSiteLength: 56, note: HOSTILE });
    const block = encodeURIComponent('2a02:1230::/32');
    await fetch(`${world.url}/v1/lists/block/${block}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: HOSTILE }),
    });
    await page.goto('/?address=2a02:1230::1');
    expect(await page.locator('.network').textContent()).toContain(HOSTILE);
    expect(await page.locator('.verdict').textContent()).toContain(HOSTILE);
    await page.goto(`/?address=${encodeURIComponent(HOSTILE)}`);
    expect(await page.getByLabel('IP address or block').inputValue()).toBe(HOSTILE);
    await page.goto(`/map/${encodeURIComponent(HOSTILE)}`);
    expect(await page.locator('img, main script').count()).toBe(0);
  });
});

describe('the reference', () => {
  it('is drawn by files of this service alone, and tries a lookup out', async () => {
    await page.goto('/docs');
    await page.locator('#operations-lookup-lookup button').first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByPlaceholder('address').fill(GOOD);
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"class"').first().waitFor();
    for (const url of tab.asked) expect(new URL(url).origin).toBe(world.url);
  });
});
