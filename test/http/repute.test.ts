import { beforeEach, describe, expect, it } from 'vitest';
import { reputonsSchema } from '../../lib/http/openapi/repute-answers.ts';
import { ASSERTIONS } from '../../lib/http/wire/reputon.ts';
import { ListIndex } from '../../lib/lists/list-index.ts';
import { entry } from '../lists/build.ts';
import { answerOf, problemOf, storeWith, type TestApp, testApp } from '../support/http.ts';
import { DAY, NOW, recordOf } from '../support/records.ts';

const SPAMMER = '2a01:4f8:c2c:123f::25';
const URL_OF = { publicUrl: 'https://rep.example:8443/mail' };

let test: TestApp;
beforeEach(async () => {
  test = testApp(URL_OF);
  const reports = ['r1', 'r2', 'r3', 'local'].map((id) =>
    recordOf(SPAMMER, { id, reporter: { id, trusted: id === 'local' } }),
  );
  await test.store.recordVerdicts(reports, NOW);
});
const ask = (path: string, app = test.app) => app.request(path);
const reputons = (path: string) => answerOf(ask(`/repute/email-id/${path}`), reputonsSchema);

describe('GET /.well-known/repute-template', () => {
  it('names the query under the public address, for a day', async () => {
    const response = await ask('/.well-known/repute-template');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain\b/);
    expect(await response.text()).toBe(
      'https://rep.example:8443/mail/repute/{application}/{subject}{?assertion,identity}\r\n',
    );
    expect(Date.parse(response.headers.get('expires') ?? '')).toBe(NOW + DAY);
    expect(response.headers.get('cache-control')).toBe('private, max-age=86400');
  });

  it('names it where it was asked when there is no public address', async () => {
    const response = await testApp().app.request('http://127.0.0.1:8080/.well-known/repute-template');
    expect(await response.text()).toMatch(/^http:\/\/127\.0\.0\.1:8080\/repute\/\{application\}/);
  });
});

describe('GET /repute/{application}/{subject}', () => {
  it('rates an address with every member of RFC 7071 and says how sure it is', async () => {
    const { application, reputons: list } = await reputons(`${SPAMMER}?assertion=spam`);
    expect(application).toBe('email-id');
    expect(list).toEqual([
      {
        rater: 'rep.example',
        assertion: 'spam',
        rated: SPAMMER,
        rating: expect.closeTo(0.98, 1),
        confidence: expect.closeTo(0.9, 0),
        'sample-size': 4,
        generated: NOW / 1000,
        expires: NOW / 1000 + 300,
        sources: 4,
        'email-id-identity': 'ipv6',
        'email-id-prefix': '2a01:4f8:c2c:123f::/64',
        'email-id-class': 'bad',
        'email-id-action': expect.stringMatching(/^(tempfail|reject)$/),
      },
    ]);
  });

  it('holds for as long as its Expires header says, and has its own media type', async () => {
    const response = await ask(`/repute/email-id/${SPAMMER}`);
    expect(response.headers.get('content-type')).toBe('application/reputon+json');
    const { reputons: list } = await answerOf(response.clone(), reputonsSchema);
    expect(list).toHaveLength(ASSERTIONS.length);
    const expires = Date.parse(response.headers.get('expires') ?? '') / 1000;
    expect(list.map(({ expires: until }) => until)).toEqual(ASSERTIONS.map(() => expires));
    expect(response.headers.get('cache-control')).toBe('private, max-age=300');
  });

  it('has no data on assertions that evidence does not tell apart, and says so', async () => {
    const { reputons: list } = await reputons(SPAMMER);
    expect(list.map(({ assertion }) => assertion)).toEqual(ASSERTIONS);
    for (const { assertion, ...reputon } of list.filter((each) => each.assertion !== 'spam')) {
      expect(reputon, assertion).toMatchObject({ rating: 0, confidence: 0, 'sample-size': 0, sources: 0 });
    }
  });

  it.each([
    ['2a01%3A4f8%3Ac2c%3A123f%3A%3A25?assertion=spam&identity=ipv6', SPAMMER, 4],
    ['2A01:4F8:C2C:123F:0:0:0:25?assertion=SPAM&identity=IPv6', SPAMMER, 4],
    [`${SPAMMER}?assertion=Spam&identity=`, SPAMMER, 4],
    ['45.79.27.34?assertion=spam&identity=ipv4', '45.79.27.34', 0],
  ])('takes %s', async (path, rated, size) => {
    const { reputons: list } = await reputons(path);
    expect(list.map((each) => [each['rated'], each['sample-size']])).toEqual([[rated, size]]);
  });

  it('has no data on what is not rateable, and in a degraded answer', async () => {
    const store = storeWith(test.store, { readTallies: () => Promise.reject(new Error('gone')) });
    for (const [app, subject] of [
      [test.app, 'fe80::1'],
      [testApp({ store }).app, SPAMMER],
    ] as const) {
      const { reputons: list } = await answerOf(
        ask(`/repute/email-id/${subject}?assertion=spam`, app),
        reputonsSchema,
      );
      expect(list[0]).toMatchObject({ rated: subject, rating: 0, confidence: 0, 'sample-size': 0 });
    }
  });

  it('says what a list entry decided', async () => {
    const lists = new ListIndex([entry('allow', '2a01:4f8::/32')]);
    const { app } = testApp({
      store: test.store,
      listingOf: (network, now) => lists.listingOf(network, now),
    });
    const { reputons: list } = await answerOf(
      ask(`/repute/email-id/${SPAMMER}?assertion=spam`, app),
      reputonsSchema,
    );
    expect(list[0]).toMatchObject({ 'email-id-class': 'good', 'email-id-action': 'accept' });
  });

  it.each([
    ['/repute/dkim-domains/example.org', 404, 'application: only email-id is known here'],
    ['/repute/email-id/example.org', 400, 'subject: '],
    ['/repute/email-id/2001:db8::%25eth0', 400, 'subject: '],
    [`/repute/email-id/${SPAMMER}?assertion=good`, 400, 'assertion: abusive, fraud'],
    [`/repute/email-id/${SPAMMER}?assertion=spam&assertion=fraud`, 400, 'assertion: given more than once'],
    [`/repute/email-id/${SPAMMER}?identity=dkim`, 400, 'identity: ipv4 or ipv6 is expected'],
    [`/repute/email-id/${SPAMMER}?identity=ipv4`, 400, 'identity: the subject is no ipv4 address'],
  ])('refuses %s with %i', async (path, status, words) => {
    const problem = await problemOf(ask(path));
    expect(problem.status).toBe(status);
    expect(problem.detail).toContain(words);
  });
});
