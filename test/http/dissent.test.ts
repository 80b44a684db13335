/** A reporter that contradicts everyone else, over HTTP: its weight falls, the listing shows why, and honest ones keep theirs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { keysSchema, weighedKeySchema } from '../../lib/http/openapi/key-answers.ts';
import type { startServer } from '../../lib/http/server.ts';
import type { MemoryStore } from '../../lib/store/memory/store.ts';
import { answerOf } from '../support/http.ts';
import { bearer } from '../support/keyed-app.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';
import { serveReporter } from '../support/reporter-server.ts';

/** Senders in networks of their own. */
const SENDERS = Array.from({ length: 12 }, (_, i) => `45.${79 + i}.27.34`);
const FRESH = Array.from({ length: 12 }, (_, i) => `198.${51 + i}.7.9`);

describe('a reporter among others', () => {
  let store: MemoryStore;
  let server: Awaited<ReturnType<typeof startServer>>;
  let reporter: { readonly id: string; readonly token: string };
  let admin: string;
  let now: number;
  beforeEach(async () => {
    now = NOW;
    ({ store, server, reporter, admin } = await serveReporter(() => now));
  });
  afterEach(() => server.close(1000));

  const send = (path: string, init: RequestInit = {}, token = reporter.token) =>
    fetch(server.url + path, { ...init, headers: { 'content-type': 'application/json', ...bearer(token) } });
  const tell = (addresses: readonly string[], verdict: string) => {
    const verdicts = addresses.map((address) => ({ address, verdict, id: `${address} ${verdict} ${now}` }));
    return answerOf(
      send('/v1/verdicts', { method: 'POST', body: JSON.stringify({ verdicts }) }),
      accountSchema,
    );
  };
  const observations = async (address: string) =>
    (await answerOf(send(`/v1/lookup/${address}`), lookupAnswerSchema)).reputation?.observations ?? 0;
  const standing = async () =>
    (await answerOf(send(`/v1/keys/${reporter.id}`, {}, admin), weighedKeySchema)).standing;
  /** What five others say of each. */
  const othersSay = (addresses: readonly string[], verdict: 'spam' | 'ham') =>
    store.record(
      addresses.flatMap((address) =>
        ['r1', 'r2', 'r3', 'r4', 'r5'].map((id) =>
          recordOf(address, {
            id: `${address} ${verdict} ${now}`,
            verdict,
            at: now,
            reporter: { id, trusted: false },
          }),
        ),
      ),
      now,
    );
  /** How much a first report on a sender that nobody knows weighs. */
  const weightOn = async (address: string) => {
    await tell([address], 'spam');
    return observations(address);
  };

  it('is hardly heard once it contradicts all others on many senders, and the listing shows why', async () => {
    othersSay(SENDERS, 'ham');
    expect(await weightOn('198.50.7.9')).toBeCloseTo(1, 6);
    await tell(SENDERS, 'spam');
    expect(await standing()).toEqual({ agreed: 0, contradicted: 12, weight: 0.2 });
    const { keys } = await answerOf(send('/v1/keys', {}, admin), keysSchema);
    expect(keys.map(({ standing: shown }) => shown)).toEqual([
      { agreed: 0, contradicted: 12, weight: 0.2 },
      null,
    ]);
    expect(await weightOn('198.49.7.9')).toBeCloseTo(0.2, 6);
  });

  it('falls by contradicting what is bad as well as what is good', async () => {
    othersSay(SENDERS, 'spam');
    await tell(SENDERS, 'ham');
    expect(await standing()).toEqual({ agreed: 0, contradicted: 12, weight: 0.2 });
  });

  it('does not fall by saying the same of few senders over and over', async () => {
    othersSay(SENDERS, 'ham');
    for (let i = 0; i < 40; i++) {
      await tell(SENDERS.slice(0, 3), 'spam');
      now += 1000;
    }
    expect(await standing()).toEqual({ agreed: 0, contradicted: 3, weight: 1.2 });
  });

  it('is not counted where nobody else has said anything, or where others are at odds', async () => {
    await tell(FRESH, 'spam');
    othersSay(SENDERS, 'ham');
    // Forwarders fail authentication, too: that contradicts nobody.
    await tell(SENDERS, 'auth-failure');
    const divided = ['d1', 'd2', 'd3'].map((id) => ({ id, trusted: false }));
    store.record(
      SENDERS.flatMap((address) =>
        divided.map((other) => recordOf(address, { id: address, reporter: other })),
      ),
      NOW,
    );
    await tell(SENDERS, 'spam');
    expect(await standing()).toEqual({ agreed: 0, contradicted: 0, weight: 1.2 });
  });

  it('keeps its weight as the first to see hosts turn, when it agrees elsewhere and others follow', async () => {
    othersSay(SENDERS, 'ham');
    await tell(SENDERS.slice(0, 6), 'ham');
    await tell(SENDERS.slice(6), 'spam');
    expect(await standing()).toEqual({ agreed: 6, contradicted: 6, weight: 1.2 });
    for (let hour = 0; hour < 4; hour++) {
      now += 7 * HOUR;
      othersSay(SENDERS.slice(6), 'spam');
      othersSay(SENDERS.slice(6), 'spam');
    }
    await tell(SENDERS.slice(6), 'spam');
    // What it says of a sender later stands beside what it said first: half a contradiction each.
    expect(await standing()).toEqual({ agreed: 9, contradicted: 3, weight: 1.2 });
  });

  it('cannot agree with itself', async () => {
    for (let i = 0; i < 5; i++) await tell(FRESH, 'spam');
    expect(await standing()).toEqual({ agreed: 0, contradicted: 0, weight: 1.2 });
  });

  it('is forgiven as time goes by, or at once when it takes its reports back', async () => {
    othersSay(SENDERS, 'ham');
    await tell(SENDERS, 'spam');
    expect((await standing())?.weight).toBe(0.2);
    now += 60 * DAY;
    expect((await standing())?.weight).toBe(1.2);
    now = NOW;
    for (const address of SENDERS.slice(0, 6)) {
      const id = encodeURIComponent(`${address} spam ${NOW}`);
      expect((await send(`/v1/verdicts/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
    expect(await standing()).toEqual({ agreed: 0, contradicted: 6, weight: 1.2 });
  });
});
