import { describe, expect, it } from 'vitest';
import { testApp } from '../../support/http.ts';
import { bearer, type KeyedApp, keyedApp } from '../../support/keyed-app.ts';
import { readPage } from '../../support/page.ts';
import { NOW, recordOf } from '../../support/records.ts';

const ADDRESS = '2600:3c00::1';
const HOST = { host: 'rep.example' };

function post(
  { app }: Pick<KeyedApp, 'app'>,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string>,
) {
  return app.request(`http://rep.example${path}`, {
    method: 'POST',
    headers: { ...HOST, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

const signIn = (
  keyed: KeyedApp,
  key: string,
  next = '/',
  headers: Record<string, string> = { origin: 'http://rep.example' },
) => post(keyed, '/sign-in', { key, next }, headers);

/** A page as a browser gets it that keeps the cookie. */
const see = (keyed: KeyedApp, path: string, token: string) =>
  readPage(keyed.app.request(path, { headers: { cookie: `prefixwise=${token}` } }));

describe('a page without a key', () => {
  it('is a field for one, which leads back to where one came from', async () => {
    const { app } = await keyedApp();
    const { status, html, headers } = await readPage(app.request('/?address=2600:3c00::1&spf=pass'));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="prefixwise"');
    expect(html).toMatch(/<form action="\/sign-in" method="post"/);
    expect(html).toContain('name="next" value="/?address=2600:3c00::1&amp;spf=pass"');
    expect(html).toContain('type="password"');
  });

  it('writes nothing of the address bar into its HTML that could run', async () => {
    const { app } = await keyedApp();
    const { html } = await readPage(app.request('/?address="><script>alert(1)</script>'));
    expect(html).not.toContain('<script>alert');
  });
});

describe('signing in', () => {
  it('keeps the key in a cookie that ends with the browser, no script reads and no other site sends', async () => {
    const keyed = await keyedApp();
    const { token } = keyed.keys.lookup;
    const answer = await signIn(keyed, ` ${token}\n`, '/?address=2600:3c00::1');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/?address=2600:3c00::1']);
    expect(answer.headers.getSetCookie()).toEqual([`prefixwise=${token}; Path=/; HttpOnly; SameSite=Strict`]);
    expect((await see(keyed, '/', token)).status).toBe(200);
  });

  it.each([
    ['the browser came by https', { origin: 'https://rep.example' }, null],
    ['the service’s own address is https', { 'sec-fetch-site': 'same-origin' }, 'https://rep.example'],
  ])('marks the cookie for https alone when %s', async (_when, headers, publicUrl) => {
    const keyed = await keyedApp({ publicUrl });
    const { token } = keyed.keys.lookup;
    const [cookie] = (await signIn(keyed, token, '/', headers)).headers.getSetCookie();
    expect(cookie).toBe(`__Host-prefixwise=${token}; Path=/; HttpOnly; Secure; SameSite=Strict`);
    const shown = { cookie: `__Host-prefixwise=${token}` };
    expect((await keyed.app.request('/', { headers: shown })).status).toBe(200);
  });

  it.each([
    ['a wrong key', 'nonsense', 'This key is not taken.'],
    ['an ended key', null, 'This key is not taken.'],
  ])('with %s shows the field again, and sets no cookie', async (_what, key, sentence) => {
    const keyed = await keyedApp();
    const answer = await signIn(keyed, key ?? keyed.keys.expired.token, '/map/2600:3c00::/32');
    expect(answer.headers.getSetCookie()).toEqual([]);
    const { status, text, html } = await readPage(answer);
    expect(status).toBe(401);
    expect(text).toContain(sentence);
    expect(html).toContain('value="/map/2600:3c00::/32"');
    expect(html).not.toContain('nonsense');
  });

  it('with a key that may not look up says so', async () => {
    const keyed = await keyedApp();
    const answer = await signIn(keyed, keyed.keys.report.token);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await readPage(answer)).text).toContain('This key may not look anything up.');
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/sign-out',
    '/v1/keys',
    'javascript:alert(1)',
    '/?a\r\nset-cookie: x=y',
    '/map/\u2028',
  ])('never leads elsewhere: not to %j', async (next) => {
    const keyed = await keyedApp();
    expect((await signIn(keyed, keyed.keys.lookup.token, next)).headers.get('location')).toBe('/');
  });

  it.each(['cross-site', 'same-site', 'none'])('is not taken from a %s form', async (site) => {
    const keyed = await keyedApp();
    const answer = await signIn(keyed, keyed.keys.lookup.token, '/', { 'sec-fetch-site': site });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    expect((await post(keyed, '/sign-out', {}, { 'sec-fetch-site': site })).status).toBe(403);
  });

  it('is limited in size and type', async () => {
    const keyed = await keyedApp();
    expect((await signIn(keyed, 'x'.repeat(9000))).status).toBe(413);
    expect(
      (await signIn(keyed, 'x', '/', { origin: 'http://rep.example', 'content-type': 'text/plain' })).status,
    ).toBe(415);
  });

  it('is no matter on a service without keys', async () => {
    const open = testApp();
    expect((await open.app.request('/sign-in')).headers.get('location')).toBe('/');
    const answer = await post(open, '/sign-in', { key: 'x', next: '/' }, { origin: 'http://rep.example' });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([303, []]);
    expect((await readPage(open.app.request('/'))).html).not.toContain('/sign-out');
  });

  it('has a page of its own', async () => {
    const { app } = await keyedApp();
    expect(await readPage(app.request('/sign-in'))).toMatchObject({
      status: 200,
      text: expect.stringContaining('Sign in'),
    });
  });
});

describe('signing out', () => {
  it('makes the browser forget the key, under both its names', async () => {
    const keyed = await keyedApp();
    const answer = await post(keyed, '/sign-out', {}, { origin: 'http://rep.example' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.getSetCookie()).toEqual([
      '__Host-prefixwise=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict',
      'prefixwise=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
    ]);
  });
});

describe('a signed-in person', () => {
  it('sees the controls that the key allows, and a way out', async () => {
    const keyed = await keyedApp();
    const controls = async (name: 'lookup' | 'all') => {
      const { status, html } = await see(keyed, `/?address=${ADDRESS}`, keyed.keys[name].token);
      expect(status).toBe(200);
      expect(html).not.toContain(keyed.keys[name].token);
      return ['/sign-out', '/report', '/delist'].map((action) => html.includes(`action="${action}"`));
    };
    expect(await controls('lookup')).toEqual([true, false, false]);
    expect(await controls('all')).toEqual([true, true, true]);
    expect((await see(keyed, '/map/2600:3c00::/32', keyed.keys.lookup.token)).html).toContain(
      'action="/sign-out"',
    );
  });

  it('with a key that may not look up is told so, and can leave', async () => {
    const keyed = await keyedApp();
    const { status, text, html } = await see(keyed, '/', keyed.keys.admin.token);
    expect(status).toBe(403);
    expect(text).toContain('The key has not the scope lookup.');
    expect(html).toContain('action="/sign-out"');
  });

  it('reads the JSON that the page leads to with the same cookie', async () => {
    const keyed = await keyedApp();
    const headers = { cookie: `prefixwise=${keyed.keys.lookup.token}` };
    expect((await keyed.app.request(`/v1/lookup/${ADDRESS}`, { headers })).status).toBe(200);
  });

  it('signs in behind a proxy that asks for a password of its own', async () => {
    const keyed = await keyedApp();
    const headers = { authorization: 'Basic eDp5', cookie: `prefixwise=${keyed.keys.lookup.token}` };
    expect((await keyed.app.request('/', { headers })).status).toBe(200);
  });

  it('reports as the key, and with the trust of the key', async () => {
    const keyed = await keyedApp();
    const headers = { cookie: `prefixwise=${keyed.keys.all.token}`, 'sec-fetch-site': 'same-origin' };
    const form = { address: ADDRESS, verdict: 'spam', id: 'a' };
    expect((await post(keyed, '/report', form, headers)).status).toBe(303);
    expect(await keyed.store.retractVerdict(keyed.keys.all.key.id, 'page-a', NOW)).toBe(true);
  });
});

describe('the delisting form', () => {
  const headersOf = ({ keys }: KeyedApp) => ({
    cookie: `prefixwise=${keys.all.token}`,
    'sec-fetch-site': 'same-origin',
  });
  const form = { address: ADDRESS, subject: '2600:3c00::/64', reason: 'ticket 42: a new owner' };

  it('forgets the subject, says so, and puts the reason into the audit record', async () => {
    const keyed = await keyedApp();
    await keyed.store.recordVerdicts([recordOf(ADDRESS)], NOW);
    const answer = await post(keyed, '/delist', form, headersOf(keyed));
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/?address=2600%3A3c00%3A%3A1&forgotten=1',
    ]);
    const { text } = await see(keyed, answer.headers.get('location') ?? '', keyed.keys.all.token);
    expect(text).toContain('What was known is forgotten.');
    const looked = await keyed.app.request(`/v1/lookup/${ADDRESS}`, {
      headers: bearer(keyed.keys.all.token),
    });
    expect(await looked.text()).toContain('"observations":0');
    expect((await keyed.store.records.listAudit({ limit: 1 })).items[0]).toMatchObject({
      actor: keyed.keys.all.key.id,
      act: 'reputation.forget',
      target: '2600:3c00::/64',
      reason: 'ticket 42: a new owner',
    });
  });

  it.each([
    ['no reason', { ...form, reason: '' }, 400],
    ['a reason of two lines', { ...form, reason: 'a\nb' }, 400],
    ['no subject', { ...form, subject: '' }, 400],
    ['no address', { ...form, address: 'x' }, 400],
    ['nothing known', form, 404],
  ])('with %s changes nothing, and says why', async (_what, fields, status) => {
    const keyed = await keyedApp();
    expect((await readPage(post(keyed, '/delist', fields, headersOf(keyed)))).status).toBe(status);
  });

  it('is there on an open service, too, for the operator’s own browser', async () => {
    const open = testApp();
    await open.store.recordVerdicts([recordOf(ADDRESS)], NOW);
    expect((await readPage(open.app.request(`/?address=${ADDRESS}`))).html).toContain('action="/delist"');
    const own = { 'sec-fetch-site': 'same-origin', host: 'localhost' };
    expect((await post(open, '/delist', form, own)).status).toBe(303);
    expect((await post(open, '/delist', form, { ...own, host: 'evil.example' })).status).toBe(403);
  });
});
