/**
 * What becomes of evidence when the length of an end site changes: it stays where it was, and still counts from there, as
 * that of an ancestor, of children, or of a neighbour under the nearest rung that covers both.
 */
import { describe, expect, it } from 'vitest';
import { lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { importLines, testPublisher } from '../published/sources.ts';
import { answerOf, postJson } from '../support/http.ts';
import { type LiveApp, liveApp } from '../support/live-app.ts';

const HERE = '2600:1f00:1:200::1';
/** Elsewhere in the same /56, and in the same /48. */
const SAME_56 = '2600:1f00:1:2ff::1';
const SAME_48 = '2600:1f00:1:ff00::1';

interface Said {
  readonly subject: string | undefined;
  readonly spam: number;
  /** Observations by prefix, nothing left out. */
  readonly observations: Readonly<Record<string, number>>;
}

async function ask({ app }: LiveApp, address: string): Promise<Said> {
  const { reputation } = await answerOf(app.request(`/v1/lookup/${address}`), lookupAnswerSchema);
  const levels = reputation?.evidence ?? [];
  return {
    subject: reputation?.subject,
    spam: reputation?.spam ?? Number.NaN,
    observations: Object.fromEntries(levels.map(({ prefix, observations }) => [prefix, observations])),
  };
}

async function spam({ app }: LiveApp, address: string, times = 6): Promise<void> {
  const verdicts = Array.from({ length: times }, () => ({ address, verdict: 'spam' }));
  const response = await postJson(app, '/v1/verdicts', { verdicts });
  expect(await response.json()).toMatchObject({ accepted: times });
}

const publisher = testPublisher();

/** Publishes an end-site length for the whole /32; null takes back what was published. */
async function publishLength(live: LiveApp, length: number | null): Promise<void> {
  const row = length === null ? '2600:2f00::/32,64,' : `2600:1f00::/32,${length},`;
  publisher.now++;
  await importLines(live.store, 'file', [row], publisher, { allowShrink: true });
  await live.refresh();
}

describe('from the default /64 to a published /56', () => {
  it('the /64’s spam speaks for all of the /56 at once', async () => {
    const live = await liveApp();
    const before = await ask(live, SAME_56);
    await spam(live, HERE);
    await publishLength(live, 56);
    const after = await ask(live, SAME_56);
    expect(after.subject).toBe('2600:1f00:1:200::/56');
    expect(after.observations['2600:1f00:1:200::/56']).toBe(1);
    expect(after.spam).toBeGreaterThan(before.spam + 0.2);
    expect(await ask(live, HERE)).toEqual(after);
  });

  it('and back: the /56’s spam is an ancestor’s for every /64 in it', async () => {
    const live = await liveApp();
    const before = await ask(live, SAME_56);
    await publishLength(live, 56);
    await spam(live, HERE);
    await publishLength(live, null);
    const after = await ask(live, SAME_56);
    expect(after.subject).toBe('2600:1f00:1:2ff::/64');
    expect(after.observations).toMatchObject({ '2600:1f00:1:2ff::/64': 0, '2600:1f00:1:200::/56': 6 });
    expect(after.spam).toBeGreaterThan(before.spam + 0.2);
  });

  it('there and back, the /64 has what it had, and no report counts twice', async () => {
    const live = await liveApp();
    await spam(live, HERE);
    const before = await ask(live, HERE);
    await publishLength(live, 56);
    await publishLength(live, null);
    expect(await ask(live, HERE)).toEqual(before);
  });
});

describe('from /56 to /48', () => {
  it('the /56’s spam speaks for all of the /48', async () => {
    const live = await liveApp();
    await publishLength(live, 56);
    const before = await ask(live, SAME_48);
    await spam(live, HERE);
    await publishLength(live, 48);
    const after = await ask(live, SAME_48);
    expect(after.subject).toBe('2600:1f00:1::/48');
    expect(after.observations['2600:1f00:1::/48']).toBe(1);
    expect(after.spam).toBeGreaterThan(before.spam + 0.2);
  });

  it('and back, as an ancestor’s', async () => {
    const live = await liveApp();
    await publishLength(live, 48);
    await spam(live, HERE);
    await publishLength(live, 56);
    const after = await ask(live, SAME_48);
    expect(after.observations).toMatchObject({ '2600:1f00:1:ff00::/56': 0, '2600:1f00:1::/48': 6 });
  });
});

describe('from /64 to /124', () => {
  it('the /64’s spam is an ancestor’s for every /124', async () => {
    const live = await liveApp();
    const before = await ask(live, HERE);
    await spam(live, '2600:1f00:1:200::99');
    await publishLength(live, 124);
    const after = await ask(live, HERE);
    expect(after.subject).toBe('2600:1f00:1:200::/124');
    expect(after.observations).toMatchObject({ '2600:1f00:1:200::/124': 0, '2600:1f00:1:200::/64': 6 });
    expect(after.spam).toBeGreaterThan(before.spam + 0.2);
  });

  it('and back: the /124s’ spam counts in their /64, one child at most one report', async () => {
    const live = await liveApp();
    await publishLength(live, 124);
    for (const site of ['10', '20', '30']) await spam(live, `2600:1f00:1:200::${site}`);
    await publishLength(live, null);
    const after = await ask(live, HERE);
    expect(after.subject).toBe('2600:1f00:1:200::/64');
    expect(after.observations['2600:1f00:1:200::/64']).toBe(3);
  });
});

describe('a length that is no rung of the ladder', () => {
  it('keeps old evidence under the nearest rung that covers both', async () => {
    const live = await liveApp();
    await spam(live, HERE);
    await publishLength(live, 60);
    const inside = await ask(live, '2600:1f00:1:20f::1');
    expect(inside.subject).toBe('2600:1f00:1:200::/60');
    expect(inside.observations).toMatchObject({ '2600:1f00:1:200::/60': 0, '2600:1f00:1:200::/56': 1 });

    await spam(live, '2600:1f00:1:20f::1');
    await publishLength(live, null);
    const back = await ask(live, '2600:1f00:1:20e::1');
    expect(back.subject).toBe('2600:1f00:1:20e::/64');
    expect(back.observations['2600:1f00:1:200::/56']).toBe(2);
  });

  it('does so in IPv4 too', async () => {
    const live = await liveApp();
    await spam(live, '45.79.27.34');
    await live.put('45.79.27.0/24', { endSiteLength: 29 });
    const site = await ask(live, '45.79.27.35');
    expect(site).toMatchObject({ subject: '45.79.27.32/29' });
    expect(site.observations).toMatchObject({ '45.79.27.32/29': 0, '45.79.27.0/24': 1 });
  });
});

describe('verdicts that were taken before the change', () => {
  it('can be taken back after it, and leave nothing', async () => {
    const live = await liveApp();
    const clean = await ask(live, SAME_56);
    await postJson(live.app, '/v1/verdicts', { id: 'a mistake', address: HERE, verdict: 'spam' });
    await publishLength(live, 56);
    expect((await ask(live, SAME_56)).observations['2600:1f00:1:200::/56']).toBe(1);
    const response = await live.app.request('/v1/verdicts/a%20mistake', { method: 'DELETE' });
    expect(response.status).toBe(204);
    await publishLength(live, null);
    expect(await ask(live, SAME_56)).toEqual(clean);
  });
});
