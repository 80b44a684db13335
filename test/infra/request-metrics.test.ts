import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { RequestMetrics, type RequestMetricsOptions } from '../../functions/aws/request-metrics.ts';
import type { AppDeps } from '../../lib/http/deps.ts';
import { meteredStore } from '../../lib/http/signals/metered-store.ts';
import { observed } from '../../lib/http/signals/observed.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { storeWith, testApp } from '../support/http.ts';
import { NOW } from '../support/records.ts';

/** CloudWatch's specification of the format, as far as it can be broken. */
const lineSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.int(),
    CloudWatchMetrics: z
      .array(
        z.object({
          Namespace: z.literal('Prefixwise'),
          Dimensions: z.array(z.array(z.string()).check(z.maxLength(30))).check(z.minLength(1)),
          Metrics: z
            .array(z.object({ Name: z.string(), Unit: z.enum(['Count', 'Milliseconds', 'Seconds']) }))
            .check(z.maxLength(100)),
        }),
      )
      .check(z.minLength(1)),
  }),
});
const measured = z.union([z.number(), z.array(z.number()).check(z.minLength(1), z.maxLength(100))]);

type Line = z.output<typeof lineSchema>;

/** The api function's app over a store, with the lines it writes. */
function metered(options: Partial<RequestMetricsOptions> = {}, store: AppDeps['store'] = new MemoryStore()) {
  const lines: string[] = [];
  const metrics = new RequestMetrics({
    output: { write: (line) => lines.push(line) },
    clock: () => NOW,
    tableName: 'prefixwise-prod',
    logRequests: true,
    logAddresses: false,
    tableMadeAt: () => null,
    ...options,
  });
  const { app } = testApp({ store: meteredStore(store, metrics) });
  const fetch = observed(app, { metrics, log: metrics });
  const ask = async (path: string, body?: unknown): Promise<Line[]> => {
    lines.length = 0;
    const headers = { 'content-type': 'application/json', host: 'localhost' };
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    await fetch(new Request(`http://localhost${path}`, init));
    return lines.map(readLine);
  };
  return { ask, metrics };
}

/** Holds a line to the format: every metric and every dimension that is named stands in it. */
function readLine(text: string): Line {
  expect(text.endsWith('\n')).toBe(true);
  expect(text.slice(0, -1)).not.toContain('\n');
  const line = z.parse(lineSchema, JSON.parse(text));
  for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat()) z.parse(z.string().check(z.minLength(1)), line[name]);
    for (const { Name } of Metrics) z.parse(measured, line[Name]);
  }
  return line;
}

/** The names of the metrics of a line, by the dimensions they have. */
function namesIn(line: Line | undefined): Record<string, string[]> {
  const sets = line?._aws.CloudWatchMetrics ?? [];
  return Object.fromEntries(
    sets.flatMap(({ Dimensions, Metrics }) =>
      Dimensions.map((names) => [names.join(), Metrics.map(({ Name }) => Name)]),
    ),
  );
}

describe('the metrics of the api function', () => {
  it('tell of a lookup by kind and class, in the line that is its log', async () => {
    const { ask } = metered({ tableMadeAt: () => NOW - 60_000 });
    const [line, ...others] = await ask('/v1/lookup/2002:2d4f:1b22::25');
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      Table: 'prefixwise-prod',
      Kind: '6to4',
      Class: 'unknown',
      Lookups: 1,
      Degraded: 0,
      Requests: 1,
      ServerErrors: 0,
      TableAge: 60,
      event: 'request',
      route: '/v1/lookup/{address}',
      status: 200,
      kind: '6to4',
      class: 'unknown',
      degraded: false,
    });
    expect(namesIn(line)).toEqual({
      Table: expect.arrayContaining([
        'LookupLatency',
        'Lookups',
        'Degraded',
        'Requests',
        'StoreRead',
        'TableAge',
      ]),
      'Table,Kind': ['Lookups'],
      'Table,Class': ['Lookups'],
    });
    expect(JSON.stringify(line)).not.toContain('2d4f');
  });

  it('count a bulk lookup once in the whole, and each kind and class by itself', async () => {
    const addresses = ['45.79.27.34', '45.79.27.35', '2600:3c00::1', 'nonsense'];
    const [whole, ...groups] = await metered().ask('/v1/lookup', { addresses });
    expect(whole).toMatchObject({ Lookups: 3, RequestLatency: expect.any(Number), lookups: 3 });
    expect(namesIn(whole)['Table,Kind']).toBeUndefined();
    expect(groups.map(({ Kind, Class, Lookups }) => [Kind, Class, Lookups])).toEqual([
      ['ipv4', 'unknown', 2],
      ['ipv6', 'unknown', 1],
    ]);
  });

  it('count verdicts by type, duplicates and refusals', async () => {
    const verdicts = [
      { id: 'a', address: '45.79.27.34', verdict: 'spam' },
      { id: 'a', address: '45.79.27.34', verdict: 'spam' },
      { id: 'b', address: '45.79.27.34', verdict: 'trap' },
      { id: 'c', address: 'fe80::1', verdict: 'trap' },
    ];
    const [whole, ...groups] = await metered().ask('/v1/verdicts', { verdicts });
    expect(whole).toMatchObject({ Verdicts: 2, Duplicates: 1, Refused: 1, StoreWrite: [expect.any(Number)] });
    expect(groups.map(({ Verdict, Verdicts }) => [Verdict, Verdicts])).toEqual([
      ['spam', 1],
      ['trap', 1],
    ]);
  });

  it('tell of a store that fails, and of calls that were sent again', async () => {
    const broken = storeWith(new MemoryStore(), { readTallies: () => Promise.reject(new Error('gone')) });
    const { ask, metrics } = metered({}, broken);
    metrics.storeRetried(3);
    const [first] = await ask('/v1/lookup/45.79.27.34');
    expect(first).toMatchObject({ Degraded: 1, StoreErrors: 1, StoreRetries: 3, degraded: true });
    const [second] = await ask('/healthz');
    expect(second).toMatchObject({ Requests: 1, route: '/healthz' });
    expect(namesIn(second)).toEqual({ Table: ['RequestLatency', 'Requests', 'ServerErrors'] });
  });

  it('stand alone where requests are not logged, and name addresses only where they are wanted', async () => {
    const [silent] = await metered({ logRequests: false }).ask('/v1/lookup/45.79.27.34');
    expect(silent).toMatchObject({ Lookups: 1 });
    expect(silent).not.toHaveProperty('route');
    const [open] = await metered({ logAddresses: true }).ask('/v1/lookup/45.79.27.34');
    expect(open).toMatchObject({ address: '45.79.27.34' });
  });
});
