/** Outbound use over HTTP: a stolen account on clean networks, a bad network of many accounts, an organisation of both. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { auditSchema } from '../../lib/http/openapi/audit-answers.ts';
import { startServer } from '../../lib/http/server.ts';
import { answerOf, postJson, problemOf, storeWith, type TestApp, testApp } from '../support/http.ts';

/** Networks of fifty different providers. */
const NETWORKS = Array.from({ length: 50 }, (_, i) => `2a0${(i % 9) + 1}:${(i + 10).toString(16)}:7:1::25`);
const ELSEWHERE = '2a0c:77:1:1::25';

interface Sent {
  readonly address: string;
  readonly verdict: 'spam' | 'ham';
  readonly account?: string;
  readonly org?: string;
  readonly count?: number;
}

describe('a lookup that names an account', () => {
  let test: TestApp;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeEach(async () => {
    test = testApp({ lookupBudgetMs: 5000 });
    server = await startServer({ fetch: test.app.fetch, host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close(1000));

  const ask = async (address: string, query = '') =>
    answerOf(fetch(`${server.url}/v1/lookup/${address}${query}`), lookupAnswerSchema);
  const tell = async (verdicts: readonly Sent[]): Promise<void> => {
    const { accepted } = await answerOf(
      fetch(`${server.url}/v1/verdicts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ verdicts }),
      }),
      accountSchema,
    );
    expect(accepted).toBe(verdicts.length);
  };

  it('stops a stolen account that hops through fifty networks, each of which stays clean', async () => {
    await tell(NETWORKS.map((address) => ({ address, verdict: 'ham', count: 20 })));
    await tell(NETWORKS.map((address) => ({ address, verdict: 'spam', account: 'stolen', org: 'acme' })));
    for (const address of [...NETWORKS, ELSEWHERE]) {
      const { policy, account } = await ask(address, '?account=stolen&org=acme');
      expect(policy).toMatchObject({ class: 'bad', action: 'reject', decidedBy: 'account' });
      expect(policy.reason).toMatch(
        /^50 of 50 weighted reports in 12 hours from 1 reporter call mail of this account/,
      );
      expect(account).toMatchObject({ observations: 50, evidence: [{ rung: 'account' }, { rung: 'org' }] });
      expect((await ask(address)).policy).toMatchObject({ decidedBy: 'prefix' });
      expect((await ask(address)).policy.class).not.toBe('bad');
    }
  });

  it('stops a bad network whatever account it uses, and leaves the accounts alone elsewhere', async () => {
    const accounts = Array.from({ length: 30 }, (_, i) => `user${i}`);
    await tell(
      accounts.map((account) => ({ address: '198.35.26.96', verdict: 'spam', account, org: 'acme' })),
    );
    const fresh = await ask('198.35.26.96', '?account=fresh&org=other');
    expect(fresh.policy).toMatchObject({ class: 'bad', action: 'reject', decidedBy: 'prefix' });
    await tell(
      accounts.map((account) => ({ address: ELSEWHERE, verdict: 'ham', account, org: 'acme', count: 9 })),
    );
    for (const account of accounts) {
      const { policy } = await ask(ELSEWHERE, `?account=${account}&org=acme`);
      expect(policy.class, account).not.toBe('bad');
      expect((await ask('198.35.26.96', `?account=${account}&org=acme`)).policy.class).toBe('bad');
    }
  });

  it('sees in an organisation what several of its accounts have done, and says that it was the organisation', async () => {
    const bad = NETWORKS.slice(0, 6).map((address, i) => ({
      address,
      account: `a${i}`,
      org: 'acme',
      count: 5,
    }));
    await tell(bad.map((verdict) => ({ ...verdict, verdict: 'spam' })));
    const fresh = await ask(ELSEWHERE, '?account=fresh&org=acme');
    expect(fresh.policy).toMatchObject({ class: 'bad', decidedBy: 'org' });
    expect(fresh.policy.reason).toMatch(
      /^nothing is known of this account, and of its organisation's other accounts/,
    );
    expect((await ask(ELSEWHERE, '?account=fresh&org=another')).policy.class).toBe('unknown');
    expect((await ask(ELSEWHERE, '?account=fresh')).policy.class).toBe('unknown');
  });

  it('lets a good account vouch for itself on networks nobody knows, and not on bad ones', async () => {
    await tell([{ address: NETWORKS[0] ?? '', verdict: 'ham', account: 'anna', org: 'acme', count: 60 }]);
    expect((await ask(ELSEWHERE, '?account=anna&org=acme')).policy).toMatchObject({
      class: 'good',
      action: 'accept',
      decidedBy: 'account',
    });
    await tell([{ address: ELSEWHERE, verdict: 'spam', count: 40 }]);
    expect((await ask(ELSEWHERE, '?account=anna&org=acme')).policy).toMatchObject({
      class: 'bad',
      decidedBy: 'prefix',
    });
  });

  it('judges an account on the operator’s own side of the network, which has no reputation', async () => {
    await tell(NETWORKS.map((address) => ({ address, verdict: 'spam', account: 'stolen' })));
    const answer = await ask('10.0.0.5', '?account=stolen');
    expect(answer).toMatchObject({ reputation: null, policy: { class: 'bad', decidedBy: 'account' } });
    expect((await ask('10.0.0.5', '?account=fresh')).policy).toMatchObject({
      class: 'local',
      decidedBy: 'prefix',
    });
  });

  it('expires at once, as it holds for that account alone; without an account nothing of it is in the answer', async () => {
    await tell([{ address: ELSEWHERE, verdict: 'ham', account: 'anna', count: 60 }]);
    const response = await fetch(`${server.url}/v1/lookup/${ELSEWHERE}?account=anna`);
    expect(response.headers.get('cache-control')).toBe('private, max-age=0');
    expect((await answerOf(response, lookupAnswerSchema)).expires).toBe('2026-11-21T12:00:00Z');
    const plain = await fetch(`${server.url}/v1/lookup/${ELSEWHERE}`);
    expect(plain.headers.get('cache-control')).not.toBe('private, max-age=0');
    expect(await answerOf(plain, lookupAnswerSchema)).not.toHaveProperty('account');
  });

  it('lets a list entry decide over both', async () => {
    const listing = { list: 'allow', prefix: '2a0c:77::/32', reason: 'ours', expires: null } as const;
    const listed = testApp({ store: test.store, listingOf: () => listing });
    await tell(NETWORKS.map((address) => ({ address, verdict: 'spam', account: 'stolen' })));
    const { policy } = await answerOf(
      listed.app.request(`/v1/lookup/${ELSEWHERE}?account=stolen`),
      lookupAnswerSchema,
    );
    expect(policy).toMatchObject({ class: 'good', decidedBy: 'list' });
  });

  it('is degraded and open when the store does not answer', async () => {
    const store = storeWith(test.store, { readTallies: () => Promise.reject(new Error('gone')) });
    const { app } = testApp({ store });
    const answer = await answerOf(app.request(`/v1/lookup/${ELSEWHERE}?account=a`), lookupAnswerSchema);
    expect(answer).toMatchObject({ degraded: true, account: null, expires: '2026-11-21T12:00:00Z' });
  });
});

describe('DELETE /v1/reputation', () => {
  const forget = ({ app }: TestApp, query: string, body: unknown = { reason: 'erasure' }) =>
    app.request(`/v1/reputation${query}`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('forgets an account, and keeps its name out of the audit record', async () => {
    const test = testApp();
    const said = { address: ELSEWHERE, verdict: 'spam', account: 'anna', org: 'acme', count: 9 };
    await answerOf(postJson(test.app, '/v1/verdicts', said), accountSchema);
    const ask = () =>
      answerOf(test.app.request(`/v1/lookup/${ELSEWHERE}?account=anna&org=acme`), lookupAnswerSchema);
    expect((await ask()).account?.observations).toBe(9);
    expect((await forget(test, '?account=anna&org=acme')).status).toBe(204);
    const after = await ask();
    expect(after.account?.evidence.map(({ observations }) => observations)).toEqual([0, 0]);
    expect(after.reputation?.observations).toBe(9);
    const { audit } = await answerOf(test.app.request('/v1/audit'), auditSchema);
    expect(audit).toMatchObject([{ act: 'reputation.forget', reason: 'erasure' }]);
    expect(audit[0]?.target).toMatch(/^account [\w-]+$/);
    expect(JSON.stringify(audit)).not.toMatch(/anna|acme/);
    expect(await problemOf(forget(test, '?account=anna&org=acme'))).toMatchObject({ status: 404 });
  });

  it('asks for an account and for a reason', async () => {
    const test = testApp();
    expect(await problemOf(forget(test, ''))).toMatchObject({ status: 400, detail: /^account: / });
    expect(await problemOf(forget(test, '?account=a', {}))).toMatchObject({
      status: 400,
      detail: /^reason: /,
    });
    expect(await problemOf(forget(test, '?account=a&account=b'))).toMatchObject({ status: 400 });
  });
});
