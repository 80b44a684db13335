import { beforeEach, describe, expect, it } from 'vitest';
import { accountSchema, historySchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { VERDICTS } from '../../lib/reputation/verdict.ts';
import {
  answerOf,
  postJson,
  postLines,
  problemOf,
  storeWith,
  type TestApp,
  testApp,
} from '../support/http.ts';
import { DAY, NOW } from '../support/records.ts';

const HOST = '45.79.27.34';

let test: TestApp;
beforeEach(() => {
  test = testApp();
});
const report = (body: unknown, headers: Record<string, string> = {}) =>
  answerOf(postJson(test.app, '/v1/verdicts', body, headers), accountSchema);
const reputationOf = async (address: string) =>
  (await answerOf(test.app.request(`/v1/lookup/${address}`), lookupAnswerSchema)).reputation;

describe('POST /v1/verdicts', () => {
  it('takes one verdict as an object', async () => {
    expect(await report({ address: HOST, verdict: 'spam' })).toEqual({
      accepted: 1,
      duplicates: 0,
      rejected: [],
    });
    expect((await reputationOf(HOST))?.observations).toBe(1);
  });

  it('takes a batch, and every word of the vocabulary', async () => {
    const verdicts = VERDICTS.map((verdict, i) => ({ address: `45.79.27.${i}`, verdict }));
    expect(await report({ verdicts })).toEqual({ accepted: 8, duplicates: 0, rejected: [] });
    expect((await reputationOf('45.79.27.1'))?.spam).toBeLessThan(0.5);
    expect((await reputationOf('45.79.27.6'))?.observations).toBe(2);
  });

  it('takes nothing at all', async () => {
    const nothing = { accepted: 0, duplicates: 0, rejected: [] };
    expect(await report({ verdicts: [] })).toEqual(nothing);
    expect(await answerOf(postLines(test.app, ''), accountSchema)).toEqual(nothing);
  });

  it('takes JSON under any spelling of its type', async () => {
    const headers = { 'content-type': 'Application/JSON; charset="UTF-8"' };
    expect(await report({ address: HOST, verdict: 'spam' }, headers)).toMatchObject({ accepted: 1 });
  });

  it('counts an id once, within a request and across requests', async () => {
    const verdict = { id: 'queue-1', address: HOST, verdict: 'spam' };
    expect(await report({ verdicts: [verdict, verdict] })).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await report(verdict)).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await report({ ...verdict, id: 'queue-2' })).toMatchObject({ accepted: 1, duplicates: 0 });
    expect((await reputationOf(HOST))?.observations).toBe(2);
  });

  it('forgets an id after 30 days', async () => {
    let now = NOW;
    test = testApp({ clock: () => now });
    const verdict = { id: 'queue-1', address: HOST, verdict: 'spam' };
    await report(verdict);
    now += 30 * DAY - 1;
    expect(await report(verdict)).toMatchObject({ duplicates: 1 });
    now += 1;
    expect(await report(verdict)).toMatchObject({ accepted: 1 });
  });

  it('knows verdicts without ids by the Idempotency-Key and their places', async () => {
    const batch = {
      verdicts: [
        { address: HOST, verdict: 'spam' },
        { id: 'own', address: HOST, verdict: 'spam' },
      ],
    };
    const headers = { 'idempotency-key': 'night-1' };
    expect(await report(batch, headers)).toMatchObject({ accepted: 2 });
    expect(await report(batch, headers)).toMatchObject({ duplicates: 2 });
    expect(await report(batch, { 'idempotency-key': 'night-2' })).toMatchObject({
      accepted: 1,
      duplicates: 1,
    });
    expect((await test.app.request('/v1/verdicts/night-1%230', { method: 'DELETE' })).status).toBe(204);
  });

  it('takes every verdict without id and without key for a new one', async () => {
    await report({ address: HOST, verdict: 'spam' });
    expect(await report({ address: HOST, verdict: 'spam' })).toMatchObject({ accepted: 1 });
  });

  it('dates a verdict now when it says nothing, and when it speaks of the future', async () => {
    await report({
      verdicts: [
        { address: HOST, verdict: 'spam' },
        { address: HOST, verdict: 'spam', at: '2027-01-01T00:00:00Z' },
      ],
    });
    expect(await reputationOf(HOST)).toMatchObject({ observations: 2, lastSeen: '2026-11-21T12:00:00Z' });
  });

  it('takes a verdict of up to 30 days ago, in any zone', async () => {
    const at = '2026-10-22T14:00:00.000+02:00';
    expect(await report({ address: HOST, verdict: 'spam', at })).toMatchObject({ accepted: 1 });
    expect((await reputationOf(HOST))?.lastSeen).toBe('2026-10-22T12:00:00Z');
  });

  it('lets one verdict speak for many messages', async () => {
    await report({ address: HOST, verdict: 'spam', count: 12 });
    expect((await reputationOf(HOST))?.observations).toBe(12);
  });

  it('leaves fields alone that it does not know, and takes account and org', async () => {
    const verdict = {
      address: HOST,
      verdict: 'spam',
      account: 'a@example.net',
      org: 'example',
      reporter: 'somebody else',
      x: [1],
    };
    expect(await report(verdict)).toMatchObject({ accepted: 1 });
  });

  it('keeps the good of a batch and names each bad one by index and field', async () => {
    const account = await report({
      verdicts: [
        { address: HOST, verdict: 'spam' },
        { address: '010.0.0.1', verdict: 'spam' },
        { address: HOST, verdict: 'spammy' },
        { address: '10.0.0.1', verdict: 'spam' },
        { address: HOST, verdict: 'spam', at: '2026-10-22T11:59:59Z' },
        null,
        { address: HOST, verdict: 'ham' },
      ],
    });
    expect(account).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(account.rejected.map(({ index, status, detail }) => [index, status, detail])).toEqual([
      [1, 400, 'address: an IPv4 octet has a leading zero'],
      [2, 400, `verdict: one of ${VERDICTS.join(', ')} is expected`],
      [3, 422, 'address is not rateable: private-use'],
      [4, 422, 'at is more than 30 days ago'],
      [5, 400, 'verdict: a JSON object is expected'],
    ]);
  });

  it('tells a single bad verdict like one of a batch', async () => {
    const account = await report({ address: 'nonsense', verdict: 'spam' });
    expect(account).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, status: 400, title: 'Not an IP address' }],
    });
  });
});

describe('POST /v1/verdicts as NDJSON', () => {
  it('takes a line for a verdict, names a bad one by its line, and passes over blank ones', async () => {
    const text = [
      `{"address":"${HOST}","verdict":"spam"}\r`,
      '',
      '{"address":',
      ' \t\r',
      `{"address":"${HOST}"}`,
      `{"address":"${HOST}","verdict":"ham"}`,
    ].join('\n');
    const account = await answerOf(postLines(test.app, text), accountSchema);
    expect(account).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(account.rejected.map(({ index, status }) => [index, status])).toEqual([
      [2, 400],
      [4, 400],
    ]);
  });

  it('knows lines without ids by the Idempotency-Key', async () => {
    const text = `{"address":"${HOST}","verdict":"spam"}\n`.repeat(3);
    const headers = { 'idempotency-key': 'k' };
    expect(await answerOf(postLines(test.app, text, headers), accountSchema)).toMatchObject({ accepted: 3 });
    expect(await answerOf(postLines(test.app, text, headers), accountSchema)).toMatchObject({
      duplicates: 3,
    });
  });

  it('makes a long stream durable in parts while it comes', async () => {
    const sizes: number[] = [];
    const base = testApp();
    test = testApp({
      store: storeWith(base.store, {
        recordVerdicts: (records, now) => {
          sizes.push(records.length);
          return base.store.recordVerdicts(records, now);
        },
      }),
    });
    const text = Array.from(
      { length: 2500 },
      (_, i) => `{"id":"${i}","address":"${HOST}","verdict":"ham"}\n`,
    ).join('');
    expect(await answerOf(postLines(test.app, text), accountSchema)).toMatchObject({ accepted: 2500 });
    expect(sizes).toEqual([1000, 1000, 500]);
  });
});

describe('DELETE /v1/verdicts/{id}', () => {
  it('takes a verdict back with everything that followed from it, once', async () => {
    const before = await reputationOf(HOST);
    await report({ id: 'a/b c%', address: HOST, verdict: 'spam' });
    const path = `/v1/verdicts/${encodeURIComponent('a/b c%')}`;
    expect((await test.app.request(path, { method: 'DELETE' })).status).toBe(204);
    expect(await reputationOf(HOST)).toMatchObject({ spam: before?.spam, observations: 0 });
    expect(await problemOf(test.app.request(path, { method: 'DELETE' }))).toMatchObject({
      status: 404,
      detail: 'id: you have no verdict of that id in the last 30 days',
    });
  });
});

describe('GET /v1/history/{address}', () => {
  it('counts the days of the subject, today last', async () => {
    await report({
      verdicts: [
        { address: HOST, verdict: 'spam', count: 3 },
        { address: HOST, verdict: 'ham', at: '2026-11-19T23:59:59Z' },
      ],
    });
    const history = await answerOf(test.app.request('/v1/history/2002:2d4f:1b22::1?days=3'), historySchema);
    expect(history).toEqual({
      subject: `${HOST}/32`,
      days: [
        { date: '2026-11-19', spam: 0, ham: 1 },
        { date: '2026-11-20', spam: 0, ham: 0 },
        { date: '2026-11-21', spam: 3, ham: 0 },
      ],
    });
  });

  it('covers 30 days when not told otherwise', async () => {
    const { days } = await answerOf(test.app.request(`/v1/history/${HOST}`), historySchema);
    expect(days).toHaveLength(30);
    expect(days[0]?.date).toBe('2026-10-23');
  });

  it('has no subject for what is not rateable', async () => {
    expect(await answerOf(test.app.request('/v1/history/::1'), historySchema)).toEqual({
      subject: null,
      days: [],
    });
  });

  it.each(['0', '31', '-1', '1.5', '', 'all', '1&days=2'])('refuses days=%s', async (days) => {
    expect(await problemOf(test.app.request(`/v1/history/${HOST}?days=${days}`))).toMatchObject({
      status: 400,
      detail: 'days: a whole number from 1 to 30 is expected',
    });
  });
});
