import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleAll } from '../../infra/bundle.ts';
import { type Offline, startOffline } from '../../infra/offline.ts';

describe('the packaged functions offline', () => {
  let offline: Offline;
  beforeAll(async () => {
    await bundleAll();
    process.env['REFRESH_SOURCES'] = 'https://127.0.0.1/a.csv';
    offline = await startOffline(0);
  }, 60_000);
  afterAll(async () => {
    await offline.close();
    for (const name of ['TABLE_NAME', 'DYNAMODB_ENDPOINT', 'PUBLIC_URL', 'REFRESH_SOURCES'])
      delete process.env[name];
  });

  it('refresh what is listed, and are led to no private address', async () => {
    expect(await offline.refresh()).toMatchObject([
      { name: 'a.csv', outcome: 'failed', reason: expect.stringContaining('no public address') },
    ]);
  });

  it('show a verdict in a lookup within two seconds', async () => {
    const address = '2a00:1450:8319:fe42::1';
    const key = { authorization: `Bearer ${offline.key}` };
    const taken = await fetch(`${offline.url}/v1/verdicts`, {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      body: JSON.stringify({ address, verdict: 'spam' }),
    });
    expect([taken.status, await taken.text()]).toEqual([200, '{"accepted":1,"duplicates":0,"rejected":[]}']);
    const deadline = performance.now() + 2000;
    let observations = 0;
    while (observations === 0 && performance.now() < deadline) {
      const answer = await fetch(`${offline.url}/v1/lookup/${address}`, { headers: key });
      const { reputation }: { reputation: { observations: number } | null } = JSON.parse(await answer.text());
      observations = reputation?.observations ?? 0;
    }
    expect(observations).toBeGreaterThan(0.9);
  });
});
