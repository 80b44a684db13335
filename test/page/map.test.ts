import { describe, expect, it } from 'vitest';
import { mapLink, neighbourhoodLink } from '../../lib/http/page/map/map-link.ts';
import { shadeOf } from '../../lib/http/page/map/shade.ts';
import { frameOf, terrainOf } from '../../lib/http/page/map/terrain.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { storeWith, testApp } from '../support/http.ts';
import { mustPrefix } from '../support/must-address.ts';
import { readPage } from '../support/page.ts';
import { NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

/** A snowshoe spammer in 2600:3c00:5000::/40, honest senders elsewhere in the /32. */
function provider(): MemoryStore {
  const store = new MemoryStore();
  const spam = Array.from({ length: 40 }, (_, i) =>
    recordOf(`2600:3c00:50${(16 + 3 * i).toString(16)}:1::1`, { count: 2 }),
  );
  const ham = Array.from({ length: 10 }, (_, i) => recordOf(`2600:3c00:${i}a00:1::1`, { verdict: 'ham' }));
  store.record([...spam, ...ham], NOW);
  return store;
}

const terrain = (block: string, store = provider()) =>
  terrainOf(mustPrefix(block), { store, allocations: NO_ALLOCATIONS }, NOW);

describe('the ground of a map', () => {
  it.each([
    ['2600:3c00::/32', 40, 40, 256],
    ['2600:3c00:5000::/36', 44, 48, 256],
    ['2600:3c00:5000::/40', 48, 48, 256],
    ['2600:3c00:5010::/48', 56, 56, 256],
    ['2600:3c00:5010::/52', 60, 64, 256],
    ['2600:3c00:5010::/60', 64, 64, 16],
    ['2600:3c00:5010:1::/64', 72, 128, 256],
    ['2600::/16', 24, 32, 256],
    ['::/0', 8, 32, 256],
    ['45.79.0.0/16', 24, 24, 256],
    ['45.79.16.0/20', 28, 32, 256],
    ['45.79.27.0/28', 32, 32, 16],
    ['0.0.0.0/0', 8, 16, 256],
  ])(
    'of %s has cells of /%i, read from its /%i, %i of them',
    async (block, cellLength, readLength, cells) => {
      const ground = await terrain(block);
      expect(ground).toMatchObject({ cellLength, readLength, complete: true });
      expect(ground.cells).toHaveLength(cells);
    },
  );

  it('puts every sub-prefix into its cell', async () => {
    const { cells } = await terrain('2600:3c00:5000::/40');
    const found = cells.flatMap((cell, place) =>
      cell === null ? [] : [[place, formatPrefix(cell.prefix), cell.known]],
    );
    expect(found).toHaveLength(40);
    expect(found[0]).toEqual([0x10, '2600:3c00:5010::/48', 1]);
    expect(found[1]).toEqual([0x13, '2600:3c00:5013::/48', 1]);
  });

  it('adds up what lies in one cell, and tells the bad corner from the rest', async () => {
    const { cells } = await terrain('2600:3c00:5000::/36');
    expect(cells[1]).toMatchObject({ known: 6, unwanted: 6 });
    expect(formatPrefix(cells[1]?.prefix ?? mustPrefix('::/0'))).toBe('2600:3c00:5010::/44');
    expect(cells[0xa0]).toMatchObject({ known: 1, unwanted: 0 });
  });

  it('shows a published end site that is wider than a cell in all it covers', async () => {
    const allocations = allocationsOf(
      allocationOf('2600:3c00::/32', { origin: 'prefixlen', endSiteLength: 60 }),
    );
    const store = new MemoryStore();
    const record = recordOf('2600:3c00:0:10::1');
    store.record(
      [
        {
          ...record,
          ladder: { subject: mustPrefix('2600:3c00:0:10::/60'), ancestors: record.ladder.ancestors },
        },
      ],
      NOW,
    );
    const { cells } = await terrainOf(mustPrefix('2600:3c00::/56'), { store, allocations }, NOW);
    expect(cells.flatMap((cell, place) => (cell === null ? [] : [place]))).toEqual(
      Array.from({ length: 16 }, (_, i) => 16 + i),
    );
  });

  it('says when there is more than one map may read', async () => {
    const store = new MemoryStore();
    const many = Array.from({ length: 4100 }, (_, i) => recordOf(`2600:${(0x1000 + i).toString(16)}::1`));
    store.record(many, NOW);
    expect((await terrain('2600::/16', store)).complete).toBe(false);
  });

  it('is framed by the next block that ends on a hex digit', () => {
    const frames = ['2600:3c00::/29', '2600:3c00::/32', '10.0.0.0/9', '::1', '10.0.0.1'].map((text) =>
      formatPrefix(frameOf(mustPrefix(text))),
    );
    expect(frames).toEqual(['2600:3c00::/28', '2600:3c00::/32', '10.0.0.0/8', '::/124', '10.0.0.0/28']);
  });
});

describe('the map page', () => {
  const page = (path: string, store = provider()) => readPage(testApp({ store }).app.request(path));

  it('shows a snowshoe block at a glance, in words too', async () => {
    const { text, html } = await page('/map/2600:3c00::%2F32');
    expect(text).toContain('11 of the /40s inside are known; 1 (9 %) more likely unwanted than not.');
    expect(text).toMatch(/5 2600:3c00:5000::\/36 1 of 2 known are unwanted/);
    expect(html.match(/class="shade-6"/g)?.length).toBeGreaterThan(1);
  });

  it('leads down a digit, and at the end to the end site', async () => {
    const wide = await page('/map/2600:3c00::/32');
    expect(wide.html).toContain('<a href="/map/2600:3c00:5000::/36">');
    const narrow = await page('/map/2600:3c00:5010::/60');
    expect(narrow.html).toContain('<a href="/?address=2600:3c00:5010:1::">');
  });

  it('leads up a digit', async () => {
    const { html } = await page('/map/2600:3c00:5000::/36');
    expect(html).toMatch(/<a href="\/map\/2600:3c00::\/32" rel="up">/);
    expect((await page('/map/::/0')).text).toContain('This is everything there is.');
  });

  it('is the same with the slash escaped or not, and takes any length', async () => {
    expect((await page('/map/2600:3c00::/32')).text).toBe((await page('/map/2600:3c00::%2F32')).text);
    const odd = await page('/map/2600:3c00::/30');
    expect(odd.text).toContain('Drawn inside 2600:3c00::/28');
    expect(odd.html).toContain('class="part dimmed" id="part-4"');
    expect(odd.html).toContain('class="part" id="part-3"');
  });

  it('says when nothing is known', async () => {
    expect((await page('/map/2a00::/16')).text).toContain('Nothing is known of anything inside');
  });

  it('sends a single address to its lookup, and refuses what is no block', async () => {
    const { app } = testApp();
    expect((await app.request('/map/2600::1')).headers.get('location')).toBe('/?address=2600%3A%3A1');
    const { status, text } = await readPage(app.request('/map/2600::/200'));
    expect(status).toBe(400);
    expect(text).toContain('A prefix length is a whole number from 0 to 128.');
  });

  it('says so when the store does not answer', async () => {
    const broken = storeWith(new MemoryStore(), { listRungs: () => Promise.reject(new Error('gone')) });
    const { app, log } = testApp({ store: broken });
    expect((await readPage(app.request('/map/2600::/16'))).status).toBe(503);
    expect(log.join('')).toContain('map-read-failed');
  });

  it('stays under 100 kB with every cell known', async () => {
    const store = new MemoryStore();
    store.record(
      Array.from({ length: 256 }, (_, i) => recordOf(`2600:3c00:${i.toString(16).padStart(2, '0')}ff:1::1`)),
      NOW,
    );
    const { html, text } = await page('/map/2600:3c00::/32', store);
    expect(text).toContain('256 of the /40s');
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
  });
});

describe('links to maps', () => {
  it('show an end site among its neighbours', () => {
    expect(mapLink(mustPrefix('2600:3c00::/36'))).toBe('/map/2600:3c00::/36');
    expect(neighbourhoodLink(mustPrefix('2600:3c00:5:77::/64'))).toBe('/map/2600:3c00:5::/56');
    expect(neighbourhoodLink(mustPrefix('45.79.27.34/32'))).toBe('/map/45.79.27.0/24');
    expect(neighbourhoodLink(mustPrefix('2600::/29'))).toBe('/map/2600::/20');
    expect(neighbourhoodLink(mustPrefix('8.0.0.0/5'))).toBe('/map/0.0.0.0/0');
  });

  it('have shades from wanted to unwanted', () => {
    expect([0, 0.1, 0.39, 0.5, 0.79, 0.89, 0.9, 1].map(shadeOf)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 6].map((i) => `shade-${i}`),
    );
  });
});
