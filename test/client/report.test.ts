/** Verdicts on their way: in batches, in order, until they are taken, and bounded in all of it. */
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Client } from '../../lib/client/client.ts';
import { type Asking, asking, away, hanging, type Responder } from '../support/asking.ts';
import { testApp } from '../support/http.ts';
import { DAY, NOW } from '../support/records.ts';

const HOST = '2a00:1450:8319:fe42::1';
const SOON = { batchMs: 1, retryMs: [1, 4] } as const;

const bodySchema = z.object({
  verdicts: z.array(
    z.object({
      id: z.string(),
      address: z.string(),
      verdict: z.string(),
      at: z.string(),
      count: z.optional(z.int()),
    }),
  ),
});
type Batch = z.output<typeof bodySchema>['verdicts'];

function batchOf(body: string | null): Batch {
  return z.parse(bodySchema, JSON.parse(body ?? '')).verdicts;
}

/** Takes everything, and keeps what came. */
function taking(): { readonly batches: Batch[]; readonly responder: Responder } {
  const batches: Batch[] = [];
  return {
    batches,
    responder: (_path, body) => {
      const batch = batchOf(body);
      batches.push(batch);
      return Response.json({ accepted: batch.length, duplicates: 0, rejected: [] });
    },
  };
}

/** Waits until what was reported has been dealt with. */
async function settled(client: Client): Promise<void> {
  while (client.counts().verdicts.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

let opened: Asking[] = [];
const open = (...given: Parameters<typeof asking>): Asking => {
  const one = asking(...given);
  opened.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(opened.map(({ client }) => client.close(0)));
  opened = [];
});

describe('a report', () => {
  it('goes out with the others of the moment, each with an id and the time it was made', async () => {
    const { batches, responder } = taking();
    const { client, asked } = open(responder, SOON);
    const ids = [
      client.report({ address: HOST, verdict: 'spam' }),
      client.report({ address: HOST, verdict: 'ham', id: 'queue-7', count: 3, at: new Date(NOW - DAY) }),
    ];
    await settled(client);
    const [made] = ids;
    if (!made?.ok) throw new Error('the first was not queued');
    expect(ids[1]).toEqual({ ok: true, value: 'queue-7' });
    expect(batches).toEqual([
      [
        { id: made.value, address: HOST, verdict: 'spam', at: '2026-11-21T12:00:00.000Z' },
        { id: 'queue-7', address: HOST, verdict: 'ham', count: 3, at: '2026-11-20T12:00:00.000Z' },
      ],
    ]);
    expect(asked).toEqual(['/v1/verdicts']);
    expect(client.counts().verdicts).toEqual({
      waiting: 0,
      accepted: 2,
      duplicates: 0,
      refused: 0,
      dropped: 0,
      retries: 0,
    });
  });

  it('goes out at once when a batch is full, in batches of at most that size and in order', async () => {
    const { batches, responder } = taking();
    const { client } = open(responder, { batchSize: 4, batchMs: 60_000 });
    for (let i = 0; i < 8; i++) client.report({ address: HOST, verdict: 'spam', id: `v${i}` });
    await settled(client);
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([
      ['v0', 'v1', 'v2', 'v3'],
      ['v4', 'v5', 'v6', 'v7'],
    ]);
  });

  it('is refused here when it is about no address, and by the service when that knows better', async () => {
    const { app } = testApp();
    const { client, troubles } = open((path, body) => postTo(app, path, body), SOON);
    expect(client.report({ address: '1.2.3.4.5', verdict: 'spam' })).toMatchObject({
      ok: false,
      error: { kind: 'bad-address' },
    });
    client.report({ address: 'fe80::1', verdict: 'spam' });
    client.report({ address: HOST, verdict: 'spam' });
    await settled(client);
    expect(client.counts().verdicts).toMatchObject({ accepted: 1, refused: 1 });
    expect(troubles).toEqual([{ kind: 'refused', detail: 'address is not rateable: link-local-unicast' }]);
  });
});

describe('while the service is away', () => {
  it('a batch is sent again until it is taken', async () => {
    const { batches, responder } = taking();
    let failures = 3;
    const { client } = open((...request) => {
      if (failures-- > 0) return failures === 1 ? new Response('', { status: 503 }) : away();
      return responder(...request);
    }, SOON);
    client.report({ address: HOST, verdict: 'spam', id: 'a' });
    await settled(client);
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([['a']]);
    expect(client.counts().verdicts).toMatchObject({ accepted: 1, retries: 3 });
  });

  it('a batch that arrived although its answer was lost counts once', async () => {
    const { app } = testApp();
    let isLost = true;
    const { client } = open(async (path, body) => {
      const response = await postTo(app, path, body);
      if (!isLost) return response;
      isLost = false;
      return away();
    }, SOON);
    for (let i = 0; i < 10; i++) client.report({ address: HOST, verdict: 'spam' });
    await settled(client);
    expect(client.counts().verdicts).toMatchObject({ accepted: 0, duplicates: 10, retries: 1 });
    const answer = await app.request(`/v1/lookup/${HOST}`);
    expect(JSON.parse(await answer.text())).toMatchObject({ reputation: { observations: 10 } });
  });

  it('the queue takes as many as it may; what waits stays, what comes is dropped', async () => {
    const { client } = open(hanging, { ...SOON, queueSize: 3 });
    const taken = [1, 2, 3, 4, 5].map((i) => client.report({ address: HOST, verdict: 'spam', id: `v${i}` }));
    expect(taken.map(({ ok }) => ok)).toEqual([true, true, true, false, false]);
    expect(taken[4]).toMatchObject({ error: { kind: 'queue-full' } });
    expect(client.counts().verdicts).toMatchObject({ waiting: 3, dropped: 2 });
  });

  it('a batch that the service refuses as a whole is not sent again, and holds up nobody', async () => {
    const { batches, responder } = taking();
    let isRefused = true;
    const { client, troubles } = open(
      (...request) => {
        if (!isRefused) return responder(...request);
        isRefused = false;
        return Response.json({ detail: 'the key may not report' }, { status: 403 });
      },
      { ...SOON, batchSize: 1 },
    );
    for (const id of ['a', 'b']) client.report({ address: HOST, verdict: 'spam', id });
    await settled(client);
    expect(batches.flat().map(({ id }) => id)).toEqual(['b']);
    expect(client.counts().verdicts).toMatchObject({ accepted: 1, refused: 1, retries: 0 });
    expect(troubles).toMatchObject([{ kind: 'refused', status: 403 }]);
  });
});

describe('closing', () => {
  it('sends what waits, whatever the pace was, and takes no more', async () => {
    const { batches, responder } = taking();
    const { client } = open(responder, { batchMs: 60_000 });
    client.report({ address: HOST, verdict: 'spam', id: 'last' });
    expect(await client.close()).toMatchObject({ waiting: 0, accepted: 1 });
    expect(batches.flat().map(({ id }) => id)).toEqual(['last']);
    expect(client.report({ address: HOST, verdict: 'spam' })).toMatchObject({ error: { kind: 'closed' } });
    expect(await client.close()).toMatchObject({ dropped: 1 });
  });

  it('gives up in time, and tells what is left', async () => {
    const { client } = open(away, { batchMs: 60_000, retryMs: [60_000, 60_000] });
    client.report({ address: HOST, verdict: 'spam' });
    expect(await client.close(20)).toMatchObject({ waiting: 1, accepted: 0 });
  });
});

function postTo(app: ReturnType<typeof testApp>['app'], path: string, body: string | null) {
  return app.request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
