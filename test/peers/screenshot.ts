/** `npm run screenshot`: draws the picture of the README, on the same service with a past that the tests of the page have. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser, openTab } from './support/browser.ts';
import { startPageWorld } from './support/page-world.ts';

const FILE = new URL('../../docs/lookup-page.webp', import.meta.url);
const ADDRESS = '2002:2d4f:1b22::25';
const QUALITY = 0.7;

const [browser, world] = await Promise.all([launchBrowser(), startPageWorld()]);
const { page } = await openTab(browser, world.url, {
  colorScheme: 'light',
  viewport: { width: 1280, height: 1140 },
  deviceScaleFactor: 1.5,
});
await page.goto(`/?address=${ADDRESS}`);
const picture = await webp(await browser.newPage(), await page.screenshot());
await writeFile(FILE, picture);
await browser.close();
await world.stop();
process.stdout.write(`${fileURLToPath(FILE)}: ${picture.byteLength} bytes\n`);

/** The browser has an encoder: a picture drawn on a canvas comes back in a quarter of the size of a PNG. */
async function webp(canvasPage: Page, png: Buffer): Promise<Buffer> {
  const url: unknown = await canvasPage.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`);
  const [, data] = /^data:image\/webp;base64,(.+)$/.exec(String(url)) ?? [];
  if (data === undefined) throw new Error('the browser drew no WebP');
  return Buffer.from(data, 'base64');
}
