import type { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { storeWith, testApp } from '../support/http.ts';
import { readPage } from '../support/page.ts';

const OWN = { 'sec-fetch-site': 'same-origin', host: 'localhost:8080' };

function send(app: Hono, fields: Record<string, string>, headers: Record<string, string> = OWN) {
  return app.request('/report', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

const FORM = { address: '2600:3c00::1', verdict: 'spam', id: 'abc' };

describe('a report from the page', () => {
  it('is taken, and the page then shows how the class changed', async () => {
    const { app } = testApp();
    const sent = await send(app, FORM);
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe('/?address=2600%3A3c00%3A%3A1&reported-from=unknown');
    await send(app, { ...FORM, id: 'abd' });
    const { text, html } = await readPage(app.request(sent.headers.get('location') ?? ''));
    expect(text).toContain('Your report was taken. The class was unknown and is now bad.');
    expect(html).toContain('<p class="notice" role="status"');
  });

  it('counts once, however often it is sent', async () => {
    const { app } = testApp();
    for (let i = 0; i < 3; i++) expect((await send(app, FORM)).status).toBe(303);
    const looked = await (await app.request('/v1/lookup/2600:3c00::1')).text();
    expect(looked).toContain('"observations":1,"reporters":1');
  });

  it('is offered with a fresh id each time, and only where something can be kept', async () => {
    const { app } = testApp();
    const ids = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { html } = await readPage(app.request('/?address=2600:3c00::1'));
      ids.add(/name="id" value="([^"]+)"/.exec(html)?.[1] ?? '');
    }
    expect(ids.size).toBe(3);
    expect((await readPage(app.request('/?address=fe80::1'))).html).not.toContain('action="/report"');
  });

  it.each([
    ['a foreign page', { ...OWN, 'sec-fetch-site': 'cross-site' }],
    ['another service on this machine', { ...OWN, 'sec-fetch-site': 'same-site' }],
    ['the address bar', { ...OWN, 'sec-fetch-site': 'none' }],
    ['an old browser on a foreign page', { host: 'localhost:8080', origin: 'https://evil.example' }],
    ['an old browser without an origin', { host: 'localhost:8080' }],
    ['an opaque origin', { host: 'localhost:8080', origin: 'null' }],
  ])('is not taken from %s', async (_who, headers) => {
    const { app } = testApp();
    const { status, text } = await readPage(send(app, FORM, headers));
    expect(status).toBe(403);
    expect(text).toContain('did not come from a page of this service');
    expect(await (await app.request('/v1/lookup/2600:3c00::1')).text()).toContain('"observations":0');
  });

  it('is taken from an old browser on our own page', async () => {
    const sent = await send(testApp().app, FORM, { host: 'localhost:8080', origin: 'http://localhost:8080' });
    expect(sent.status).toBe(303);
  });

  it('is not taken under a name of somebody else’s', async () => {
    expect((await send(testApp().app, FORM, { ...OWN, host: 'evil.example' })).status).toBe(403);
  });

  it.each([
    ['no address', { verdict: 'spam', id: 'a' }],
    ['a broken address', { ...FORM, address: '300.1.1.1' }],
    ['an unknown verdict', { ...FORM, verdict: 'meh' }],
    ['no id', { address: '2600:3c00::1', verdict: 'spam' }],
    ['an id out of order', { ...FORM, id: 'a b' }],
  ])('with %s is sent back with a reason', async (_what, fields) => {
    const { status, text } = await readPage(send(testApp().app, fields));
    expect(status).toBe(400);
    expect(text).toContain('Nothing was reported.');
  });

  it('about an address that cannot be rated is refused in words', async () => {
    const { status, text } = await readPage(send(testApp().app, { ...FORM, address: 'fe80::1' }));
    expect(status).toBe(422);
    expect(text).toContain('not rateable');
  });

  it('is limited in size and type', async () => {
    const { app } = testApp();
    expect((await readPage(send(app, { ...FORM, id: 'a'.repeat(9000) }))).status).toBe(413);
    expect((await readPage(send(app, FORM, { ...OWN, 'content-type': 'text/plain' }))).status).toBe(415);
  });

  it('that cannot be stored says so, and is not lost silently', async () => {
    const { store } = testApp();
    const broken = storeWith(store, { recordVerdicts: () => Promise.reject(new Error('disk full')) });
    const { app, log } = testApp({ store: broken });
    const { status, text, html } = await readPage(send(app, FORM));
    expect(status).toBe(503);
    expect(text).toContain('could not be stored');
    expect(html).toContain('href="/?address=2600%3A3c00%3A%3A1"');
    expect(log.join('')).toContain('report-not-stored');
  });
});
