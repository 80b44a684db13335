import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../lib/store/memory/store.ts';
import { storeWith } from '../../support/http.ts';
import { NOW } from '../../support/records.ts';
import { watchedApp } from '../../support/signals.ts';

describe('the metrics', () => {
  it('count lookups by kind and class, of one address and of many, and time those of one', async () => {
    const { ask, metrics } = await watchedApp();
    await ask('/v1/lookup/2002:2d4f:1b22::25');
    await ask('/v1/lookup', { addresses: ['45.79.27.34', '45.79.27.35', 'nonsense'] });
    const found = await metrics();
    expect(found.get('prefixwise_lookups_total{kind="6to4",class="unknown"}')).toBe(1);
    expect(found.get('prefixwise_lookups_total{kind="ipv4",class="unknown"}')).toBe(2);
    expect(found.get('prefixwise_lookup_duration_seconds_count')).toBe(1);
    expect(found.get('prefixwise_lookup_duration_seconds_bucket{le="+Inf"}')).toBe(1);
    expect(found.get('prefixwise_requests_total{route="/v1/lookup",status="200"}')).toBe(1);
    expect(found.get('prefixwise_store_read_duration_seconds_count')).toBe(3);
  });

  it('count verdicts by type, duplicates, and refusals by reason', async () => {
    const { ask, metrics } = await watchedApp();
    const verdicts = [
      { id: 'a', address: '45.79.27.34', verdict: 'spam' },
      { id: 'a', address: '45.79.27.34', verdict: 'spam' },
      { id: 'b', address: '45.79.27.34', verdict: 'ham' },
      { id: 'c', address: 'fe80::1', verdict: 'spam' },
      { id: 'd', address: '300.1.1.1', verdict: 'spam' },
    ];
    expect((await ask('/v1/verdicts', { verdicts })).status).toBe(200);
    const found = await metrics();
    expect(found.get('prefixwise_verdicts_total{verdict="spam",outcome="accepted"}')).toBe(1);
    expect(found.get('prefixwise_verdicts_total{verdict="spam",outcome="duplicate"}')).toBe(1);
    expect(found.get('prefixwise_verdicts_total{verdict="ham",outcome="accepted"}')).toBe(1);
    expect(found.get('prefixwise_verdicts_refused_total{reason="not-rateable"}')).toBe(1);
    expect(found.get('prefixwise_verdicts_refused_total{reason="bad-address"}')).toBe(1);
    expect(found.get('prefixwise_store_write_duration_seconds_count')).toBe(1);
  });

  it('count degraded answers, and what the store failed at', async () => {
    const broken = storeWith(new MemoryStore(), { readTallies: () => Promise.reject(new Error('gone')) });
    const { ask, metrics } = await watchedApp({ store: broken });
    expect((await ask('/v1/lookup/45.79.27.34')).status).toBe(200);
    const found = await metrics();
    expect(found.get('prefixwise_lookups_degraded_total{kind="ipv4",class="unknown"}')).toBe(1);
    expect(found.get('prefixwise_store_errors_total{operation="read"}')).toBe(1);
    expect(found.get('prefixwise_store_errors_total{operation="write"}')).toBe(0);
  });

  it('tell the age of the published table where there is one, and how often calls were sent again', async () => {
    const none = await (await watchedApp()).metrics();
    expect(none.get('prefixwise_published_table_age_seconds')).toBeUndefined();
    expect(none.get('prefixwise_store_retries_total')).toBe(0);
    const some = await watchedApp({ tableMadeAt: () => NOW - 3_600_000, storeRetries: () => 7 });
    const found = await some.metrics();
    expect(found.get('prefixwise_published_table_age_seconds')).toBe(3600);
    expect(found.get('prefixwise_store_retries_total')).toBe(7);
    expect((await some.metrics()).get('prefixwise_store_retries_total')).toBe(7);
  });

  it('never carry what a client made up', async () => {
    const { ask, metrics } = await watchedApp();
    for (const path of [
      '/made-up',
      '/v1/lookup/made-up',
      '/v1/lookup/made-up/made-up',
      '/docs/made-up',
      '/?address=made-up',
    ])
      await ask(path);
    expect([...(await metrics()).keys()].join('\n')).not.toContain('made-up');
  });
});

describe('the log', () => {
  it('has a line a request, with latency, kind, class and degraded, and without the address', async () => {
    const { ask, log } = await watchedApp();
    await ask('/v1/lookup/2002:2d4f:1b22::25');
    await ask('/v1/lookup/made-up');
    const lines = (await log()).map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        at: '2026-11-21T12:00:00.000Z',
        event: 'request',
        method: 'GET',
        route: '/v1/lookup/{address}',
        status: 200,
        ms: expect.any(Number),
        kind: '6to4',
        class: 'unknown',
        degraded: false,
      },
      { route: '/v1/lookup/{address}', status: 400, request: expect.stringMatching(/^[\da-f-]{36}$/) },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/2d4f|made-up/);
  });

  it('names addresses once it is told to', async () => {
    const { ask, log } = await watchedApp({ logAddresses: true });
    await ask('/v1/lookup/2002:2D4F:1b22:0::25');
    expect(await log()).toEqual([expect.stringContaining('"address":"2002:2d4f:1b22::25"')]);
  });

  it('is silent once it is told to', async () => {
    const { ask, log } = await watchedApp({ logRequests: false });
    await ask('/v1/lookup/45.79.27.34');
    expect(await log()).toEqual([]);
  });
});
