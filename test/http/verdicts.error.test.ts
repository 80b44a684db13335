import { describe, expect, it } from 'vitest';
import { accountSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { answerOf, postJson, postLines, problemOf, storeWith, testApp } from '../support/http.ts';

const VERDICT = { address: '45.79.27.34', verdict: 'spam' };

describe('a field of a verdict that is not understood', () => {
  it.each([
    [{ verdict: 'spam' }, 'address: a text is expected'],
    [{ ...VERDICT, address: 7 }, 'address: a text is expected'],
    [{ ...VERDICT, address: '::1%eth0' }, 'address: a zone identifier (%) has no meaning off its own host'],
    [{ ...VERDICT, verdict: 'SPAM' }, /^verdict: one of spam, /],
    [{ ...VERDICT, id: '' }, 'id: is empty'],
    [{ ...VERDICT, id: 'x'.repeat(201) }, 'id: at most 200 characters are expected'],
    [{ ...VERDICT, id: 'a\nb' }, 'id: printable characters are expected, and more than dots'],
    [{ ...VERDICT, id: 'a\u202eb' }, 'id: printable characters are expected, and more than dots'],
    [{ ...VERDICT, id: '..' }, 'id: printable characters are expected, and more than dots'],
    [{ ...VERDICT, id: 7 }, 'id: a text is expected'],
    [{ ...VERDICT, at: 1_790_000_000 }, 'at: an RFC 3339 time as text is expected'],
    [{ ...VERDICT, at: '2026-11-21' }, /^at: an RFC 3339 time with its zone is expected/],
    [{ ...VERDICT, at: '2026-11-21T12:00:00' }, /^at: an RFC 3339 time with its zone is expected/],
    [{ ...VERDICT, at: '2026-02-30T12:00:00Z' }, 'at: there is no such date'],
    [{ ...VERDICT, count: 0 }, 'count: at least 1 is expected'],
    [{ ...VERDICT, count: -1 }, 'count: at least 1 is expected'],
    [{ ...VERDICT, count: 1.5 }, 'count: a whole number is expected'],
    [{ ...VERDICT, count: 1e10 }, 'count: at most 1000000000 is expected'],
    [{ ...VERDICT, count: '3' }, 'count: a whole number is expected'],
    [{ ...VERDICT, account: '' }, 'account: is empty'],
    [{ ...VERDICT, org: 'x'.repeat(321) }, 'org: at most 320 characters are expected'],
    [[], 'verdict: a JSON object is expected'],
    ['spam', 'verdict: a JSON object is expected'],
  ])('%j is refused by name', async (item, detail) => {
    const { app } = testApp();
    const account = await answerOf(
      postJson(app, '/v1/verdicts', { verdicts: [VERDICT, item] }),
      accountSchema,
    );
    expect(account).toMatchObject({ accepted: 1, rejected: [{ index: 1, status: 400 }] });
    expect(account.rejected[0]?.detail).toMatch(detail);
  });
});

describe('a body that is not understood', () => {
  it.each([
    ['', 'bad-json', 'body: empty'],
    ['{"address": "::1", }', 'bad-json', /^body: not JSON from character 20 on$/],
    ['<xml/>', 'bad-json', /^body: not JSON/],
    ['[]', 'bad-body', 'body: a verdict, or an object with a list named verdicts is expected'],
    ['"spam"', 'bad-body', 'body: a verdict, or an object with a list named verdicts is expected'],
    ['null', 'bad-body', 'body: a verdict, or an object with a list named verdicts is expected'],
    ['{"verdicts":{}}', 'bad-body', 'verdicts: a list is expected'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'bad-json', 'body: nested deeper than 16 levels'],
  ])('%s is refused whole', async (body, kind, detail) => {
    const problem = await problemOf(postJson(testApp().app, '/v1/verdicts', body));
    expect(problem).toMatchObject({ status: 400, type: `/problems/${kind}` });
    expect(problem.detail).toMatch(detail);
  });

  it('is refused when it is no UTF-8', async () => {
    const body = Buffer.from('7b226964223a22ff227d', 'hex');
    const response = testApp().app.request('/v1/verdicts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await problemOf(response)).toMatchObject({ status: 400, detail: 'body: not UTF-8' });
  });

  it('never gives the client’s words back', async () => {
    const problem = await problemOf(postJson(testApp().app, '/v1/verdicts', '{"secret": <script>'));
    expect(JSON.stringify(problem)).not.toMatch(/secret|script/);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/jsonp'], ['']])(
    'is refused as %s, naming what is taken',
    async (type) => {
      const response = testApp().app.request('/v1/verdicts', {
        method: 'POST',
        headers: type === '' ? {} : { 'content-type': type },
        body: Buffer.from('{}'),
      });
      expect(await problemOf(response)).toMatchObject({
        status: 415,
        detail: 'Content-Type: application/json or application/x-ndjson is expected',
      });
    },
  );

  it('is refused in another alphabet, or compressed', async () => {
    const { app } = testApp();
    const latin = postJson(app, '/v1/verdicts', VERDICT, {
      'content-type': 'application/json; charset=latin1',
    });
    expect(await problemOf(latin)).toMatchObject({ status: 415, detail: 'Content-Type: UTF-8 is expected' });
    const packed = postJson(app, '/v1/verdicts', VERDICT, { 'content-encoding': 'gzip' });
    expect(await problemOf(packed)).toMatchObject({ status: 415 });
  });

  it.each([['x'.repeat(181)], ['é\u0081']])(
    'is refused under an Idempotency-Key that is none',
    async (key) => {
      const response = postJson(testApp().app, '/v1/verdicts', VERDICT, { 'idempotency-key': key });
      expect(await problemOf(response)).toMatchObject({
        status: 400,
        detail: 'Idempotency-Key: 1 to 180 printable characters are expected',
      });
    },
  );
});

describe('a store that cannot write', () => {
  const dead = () => Promise.reject(new Error('disk full at /secret'));

  it('acknowledges nothing, says when to come back, and tells the log', async () => {
    const base = testApp();
    const { app, log } = testApp({
      store: storeWith(base.store, { recordVerdicts: dead, retractVerdict: dead }),
    });
    for (const response of [
      await postJson(app, '/v1/verdicts', VERDICT),
      await postLines(app, JSON.stringify(VERDICT)),
      await app.request('/v1/verdicts/a', { method: 'DELETE' }),
    ]) {
      expect(response.headers.get('retry-after')).toBe('2');
      const problem = await problemOf(response);
      expect(problem).toMatchObject({ status: 503, type: '/problems/unavailable' });
      expect(JSON.stringify(problem)).not.toContain('secret');
    }
    expect(log).toHaveLength(3);
    expect(log[0]).toContain('disk full');
  });

  it('fails a history and the readiness, but not the health of the process', async () => {
    const base = testApp();
    const { app } = testApp({ store: storeWith(base.store, { readTallies: dead, check: dead }) });
    expect(await problemOf(app.request('/v1/history/45.79.27.34'))).toMatchObject({ status: 503 });
    expect(await problemOf(app.request('/readyz'))).toMatchObject({ status: 503 });
    expect((await app.request('/healthz')).status).toBe(200);
  });

  it('keeps what a stream brought before it broke, so that ids make the retry whole', async () => {
    let calls = 0;
    const base = testApp();
    const { app } = testApp({
      store: storeWith(base.store, {
        recordVerdicts: (records, now) => (calls++ === 1 ? dead() : base.store.recordVerdicts(records, now)),
      }),
    });
    const text = Array.from(
      { length: 1500 },
      (_, i) => `${JSON.stringify({ ...VERDICT, id: `${i}` })}\n`,
    ).join('');
    expect(await problemOf(postLines(app, text))).toMatchObject({ status: 503 });
    expect(await answerOf(postLines(app, text), accountSchema)).toMatchObject({
      accepted: 500,
      duplicates: 1000,
    });
    const { reputation } = await answerOf(app.request('/v1/lookup/45.79.27.34'), lookupAnswerSchema);
    expect(reputation?.observations).toBe(1500);
  });
});

describe('an id that cannot be one', () => {
  it.each(['x'.repeat(201), 'a%0Ab', '%E2%80%AE'])('%s is refused before the store is asked', async (id) => {
    const response = testApp().app.request(`/v1/verdicts/${id}`, { method: 'DELETE' });
    expect(await problemOf(response)).toMatchObject({ status: 400, type: '/problems/bad-parameter' });
  });
});
