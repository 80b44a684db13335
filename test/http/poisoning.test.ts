/** Who would bend a reputation: each attacker plays over HTTP, with a key of its own, on the shared service. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import type { startServer } from '../../lib/http/server.ts';
import { retractReports, revokeKey } from '../../lib/keys/keys.ts';
import type { MemoryStore } from '../../lib/store/memory/store.ts';
import { act } from '../keys/build.ts';
import { answerOf, testApp } from '../support/http.ts';
import { bearer, ringOf } from '../support/keyed-app.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';
import { serveReporter } from '../support/reporter-server.ts';

const VICTIM = '45.79.27.34';

describe('an attacker with one key of a reporter', () => {
  let store: MemoryStore;
  let server: Awaited<ReturnType<typeof startServer>>;
  let attacker: { readonly id: string; readonly token: string };
  let now: number;
  beforeEach(async () => {
    now = NOW;
    ({ store, server, reporter: attacker } = await serveReporter(() => now));
  });
  afterEach(() => server.close(1000));

  const send = (path: string, init: RequestInit = {}) =>
    fetch(server.url + path, {
      ...init,
      headers: { 'content-type': 'application/json', ...bearer(attacker.token) },
    });
  const tell = (verdicts: readonly object[]) =>
    answerOf(send('/v1/verdicts', { method: 'POST', body: JSON.stringify({ verdicts }) }), accountSchema);
  const ask = (address = VICTIM) => answerOf(send(`/v1/lookup/${address}`), lookupAnswerSchema);
  const spam = (changes: object = {}) => ({ address: VICTIM, verdict: 'spam', ...changes });
  /** The victim is not refused, and weighs no more than one untrusted reporter may. */
  const expectStanding = async (address = VICTIM) => {
    const { policy, reputation } = await ask(address);
    expect(reputation?.observations).toBeLessThanOrEqual(1.2);
    expect(reputation?.reporters).toBe(1);
    expect(policy.class).not.toBe('bad');
  };

  it('gets no further by repeating itself', async () => {
    for (let i = 0; i < 50; i++) await tell([spam({ id: `n${i}` })]);
    await expectStanding();
  });

  it('gets no further with ten thousand reports in one batch', async () => {
    const batch = Array.from({ length: 10_000 }, (_, i) => spam({ id: `n${i}`, verdict: 'trap' }));
    expect((await tell(batch)).accepted).toBe(10_000);
    await expectStanding();
  });

  it('gets no further with a thousand ids for each of the same messages', async () => {
    for (let round = 0; round < 10; round++) {
      await tell(
        Array.from({ length: 100 }, (_, i) => spam({ id: `key-${round}-${i}`, account: `user-${i}` })),
      );
    }
    await expectStanding();
  });

  it('gets no further with a count of a billion', async () => {
    await tell([spam({ count: 1e9 })]);
    await expectStanding();
    const { rejected } = await tell([spam({ count: 1e9 + 1 })]);
    expect(rejected).toMatchObject([{ status: 400, detail: expect.stringContaining('count: ') }]);
  });

  it('gets no further with everything dated into one bucket, the future included', async () => {
    const at = new Date(NOW - HOUR).toISOString();
    const ahead = new Date(NOW + 30 * DAY).toISOString();
    await tell(
      Array.from({ length: 500 }, (_, i) => spam({ id: `n${i}`, at: i % 2 === 0 ? at : ahead, count: 1000 })),
    );
    await expectStanding();
  });

  it('gets no further by spreading its dates over every bucket there is', async () => {
    const dated = Array.from({ length: 116 }, (_, i) =>
      spam({ id: `n${i}`, at: new Date(NOW - i * 6 * HOUR).toISOString() }),
    );
    await tell(dated);
    await expectStanding();
  });

  it('cannot keep a sender bad by echoing what it was told', async () => {
    const others = ['r1', 'r2', 'r3', 'r4'].map((id) =>
      recordOf(VICTIM, { id, reporter: { id, trusted: false } }),
    );
    store.record(others, NOW);
    const before = await ask();
    expect(before.policy.class).toBe('bad');
    await tell(Array.from({ length: 100 }, (_, i) => spam({ id: `n${i}`, count: 1000 })));
    const { reputation } = await ask();
    expect((reputation?.observations ?? 0) - (before.reputation?.observations ?? 0)).toBeCloseTo(0.2, 6);
    // A report against what it was told is no echo.
    await tell([{ address: VICTIM, verdict: 'ham', id: 'ham' }]);
    expect((await ask()).reputation?.observations).toBeGreaterThan((reputation?.observations ?? 0) + 0.9);
  });

  it('echoes a block list no better, and a trusted reporter never echoes', async () => {
    const listing = { list: 'block', prefix: `${VICTIM}/32`, reason: 'r', expires: null } as const;
    const blocked = testApp({
      store,
      keys: await ringOf(store),
      openWithoutKeys: false,
      listingOf: () => listing,
    });
    const post = (token: string, id: string) =>
      blocked.app.request('/v1/verdicts', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token) },
        body: JSON.stringify(spam({ id })),
      });
    expect((await post(attacker.token, 'a')).status).toBe(200);
    expect((await ask()).reputation?.observations).toBeCloseTo(0.2, 6);
    store.record([recordOf(VICTIM, { id: 'own' })], NOW);
    expect((await ask()).reputation?.observations).toBeCloseTo(1.2, 6);
  });

  it('takes its echoes back like any other report', async () => {
    store.record([recordOf(VICTIM, { id: 'own', count: 9 })], NOW);
    const before = await ask();
    await tell([spam({ id: 'echo' })]);
    expect((await send('/v1/verdicts/echo', { method: 'DELETE' })).status).toBe(204);
    expect((await ask()).reputation?.observations).toBe(before.reputation?.observations);
  });

  it('leaves nothing behind once its stolen key is revoked and what it said since is taken back', async () => {
    const victims = Array.from({ length: 200 }, (_, i) => `198.35.${i % 50}.${i}`);
    await tell([{ address: VICTIM, verdict: 'spam', id: 'honest' }]);
    const honest = await ask();
    now = NOW + HOUR;
    await tell(
      victims.map((address, i) => ({
        address,
        verdict: 'fraud',
        id: `lie-${i}`,
        account: 'anna',
        org: 'acme',
      })),
    );
    await revokeKey(store.records, attacker.id, act());
    expect(await retractReports(store, attacker.id, NOW + 1, { ...act(), at: now })).toBe(victims.length);
    const { app } = testApp({ store, clock: () => NOW });
    const seen = async (path: string) => answerOf(app.request(path), lookupAnswerSchema);
    for (const address of victims.slice(0, 20)) {
      expect((await seen(`/v1/lookup/${address}?account=anna&org=acme`)).account?.observations).toBe(0);
      expect(
        (await seen(`/v1/lookup/${address}`)).reputation?.evidence.map((level) => level.observations),
      ).toEqual([0, 0, 0]);
    }
    expect((await seen(`/v1/lookup/${VICTIM}`)).reputation?.observations).toBe(
      honest.reputation?.observations,
    );
  });
});
