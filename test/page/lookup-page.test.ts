import { describe, expect, it } from 'vitest';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { postJson, storeWith, testApp } from '../support/http.ts';
import { KINDS, SIXRD_DOMAIN } from '../support/kinds.ts';
import { inlineHashes, readPage } from '../support/page.ts';
import { DAY, NOW, recordOf } from '../support/records.ts';

function busyApp() {
  const allocations = allocationsOf(allocationOf(...SIXRD_DOMAIN));
  const built = testApp({ allocations });
  for (let day = 0; day < 30; day++) {
    const at = NOW - day * DAY;
    const reports = Array.from({ length: 8 }, (_, i) =>
      recordOf('45.79.27.34', {
        id: `${day} ${i}`,
        at,
        verdict: i < 6 ? 'spam' : 'ham',
        reporter: { id: `r${i}`, trusted: false },
      }),
    );
    built.store.record(reports, at);
  }
  return built;
}

describe('the lookup page', () => {
  it.each(KINDS)('tells of %s that it is an %s', async (address, kind) => {
    const { app } = busyApp();
    const { status, text, html } = await readPage(app.request(`/?address=${encodeURIComponent(address)}`));
    expect(status).toBe(200);
    expect(text).toContain(`${kind} ${address}`);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(text).toContain('Limits that follow');
  });

  it('shows the class, why, the ladder, the days, the prefix and the reply', async () => {
    const { text } = await readPage(busyApp().app.request('/?address=2002:2d4f:1b22::25'));
    expect(text).toContain('Bad known for unwanted mail');
    expect(text).toMatch(/Defer: ask to come back later|Refuse/);
    expect(text).toContain('Holds for all of 2002:2d4f:1b22::/48');
    expect(text).toMatch(
      /All IPv4 mail .* 45\.79\.0\.0\/16 .* 45\.79\.27\.0\/24 .* 45\.79\.27\.34\/32 .* Conclusion/,
    );
    expect(text).toMatch(
      /weighted reports of unwanted mail and \d+ of wanted mail, on 30 days; the last on 21 Nov 2026/,
    );
    expect(text).toContain('A 6to4 router always holds a /48');
    expect(text).toMatch(/What the sender sees (451 4\.7\.1 Deferred|554 5\.7\.1 Refused)/);
  });

  it('says what it would take, with what the mail server knows in its address', async () => {
    const { app } = testApp();
    const plain = await readPage(app.request('/?address=2600:3c00::1&fcrdns=&spf='));
    expect(plain.text).toContain('Nothing is known of 2600:3c00::/64 or its neighbours');
    const proven = await readPage(app.request('/?address=2600:3c00::1&fcrdns=pass&spf=pass&dkim='));
    expect(proven.text).toContain('its reverse name and its SPF check pass');
    expect(proven.html).toContain('<details class="facts" open');
  });

  it('judges the account that a link names beside the prefix, and keeps its name in the form', async () => {
    const { app } = testApp();
    const hostile = '"><b>anna';
    for (const id of ['a', 'b', 'c']) {
      const verdict = { id, address: '45.79.27.34', verdict: 'spam', account: hostile, org: 'acme' };
      expect((await postJson(app, '/v1/verdicts', verdict)).status).toBe(200);
    }
    const link = `/?address=2600:3c00::1&account=${encodeURIComponent(hostile)}&org=acme`;
    const { text, html } = await readPage(app.request(link));
    expect(text).toMatch(/The account it is sent by >?\d+ % likely unwanted/);
    expect(text).toMatch(/The account itself 3 weighted reports Its organisation .* Reported by 1 reporter/);
    expect(text).toContain('Holds for this account, now.');
    expect(html).toContain('name="account" type="text" value="&quot;&gt;&lt;b&gt;anna"');
    expect((await readPage(app.request('/?address=2600:3c00::1&account=&org='))).text).not.toContain(
      'The account it is',
    );
  });

  it('names who published the plan of a block', async () => {
    const published = allocationOf('2a02:1230::/29', {
      origin: 'prefixlen',
      endSiteLength: 56,
      endSites: 4,
      reference: 'https://isp.example/p.csv',
    });
    const { app } = testApp({ allocations: allocationsOf(published) });
    const { text } = await readPage(app.request('/?address=2a02:1234::1'));
    expect(text).toContain(
      'The network itself published how it cuts this block. 2a02:1230::/29 in blocks of /56, https://isp.example/p.csv, 21 Sep 2026',
    );
    expect(text).toContain('Several customers share one prefix');
  });

  it('shows the entry of a list that decided', async () => {
    const listingOf = () => ({
      list: 'block' as const,
      prefix: '2600:3c00::/32',
      reason: 'seen enough',
      expires: NOW + DAY,
    });
    const { text } = await readPage(testApp({ listingOf }).app.request('/?address=2600:3c00::1'));
    expect(text).toContain('2600:3c00::/32 is on the block list: seen enough.');
    expect(text).toContain('This was decided by the block list, until 22 Nov 2026');
  });

  it('stays up when the store does not answer, and says so', async () => {
    const { store } = testApp();
    const broken = storeWith(store, { readTallies: () => Promise.reject(new Error('gone')) });
    const { text, status } = await readPage(testApp({ store: broken }).app.request('/?address=2600:3c00::1'));
    expect(status).toBe(200);
    expect(text).toContain('The store did not answer in time.');
    expect(text).not.toContain('The last 30 days');
  });

  it('greets without an address, and explains what is none', async () => {
    const { app } = testApp();
    expect((await readPage(app.request('/'))).text).toContain('Who is behind this address?');
    const { status, html, text } = await readPage(app.request('/?address=300.1.2.3'));
    expect(status).toBe(400);
    expect(text).toContain('An IPv4 octet is above 255.');
    expect(html).toMatch(/value="300\.1\.2\.3"[^>]*aria-invalid="true" aria-describedby="address-error"/);
    expect((await readPage(app.request('/?address=::1&spf=maybe'))).text).toContain(
      'spf: pass, fail or none is expected',
    );
  });

  it('sends who asks for a block to its map', async () => {
    const response = await testApp().app.request('/?address=2600:3c00::5/32');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/map/2600:3c00::/32');
  });

  it('never lets what was typed become part of the page', async () => {
    const typed = `"><script>alert(1)</script><b a='`;
    const { html } = await readPage(testApp().app.request(`/?address=${encodeURIComponent(typed)}`));
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;');
  });
});

describe('every page', () => {
  const paths = ['/', '/?address=45.79.27.34', '/?address=nonsense', '/map/45.79.27.0/24', '/map/nonsense'];

  it.each(paths)('%s is one document under 100 kB that asks for nothing else', async (path) => {
    const { html } = await readPage(busyApp().app.request(path));
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(html).not.toMatch(/\ssrc=|url\(|@import|<link(?! rel="icon" href="data:)/);
    expect(html).not.toMatch(/\sstyle=|\son\w+=/);
    const addresses = [...html.matchAll(/\s(?:href|action)="([^"]*)"/g)].map(([, url = '']) => url);
    for (const url of addresses) expect(url).toMatch(/^(\/(?!\/)|#|data:image\/svg\+xml)/);
  });

  it.each(paths)('%s runs under a policy that knows its style and script by their hashes', async (path) => {
    const { html, headers } = await readPage(busyApp().app.request(path));
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(inlineHashes(html)).toHaveLength(2);
    for (const hash of inlineHashes(html)) expect(policy).toContain(hash);
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });
});
