/**
 * A warm lookup's own time: everything that the api function does between an event and its answer but wait for the store,
 * which here is memory. The sender has evidence on every rung.
 */
import { handle } from 'hono/aws-lambda';
import { httpApiEvent } from '../../test/support/gateway-events.ts';
import { testApp } from '../../test/support/http.ts';
import { NOW, recordOf } from '../../test/support/records.ts';
import { quantileOf } from '../measure/statistics.ts';

export interface WarmLookup {
  /** Milliseconds of the clock. */
  readonly median: number;
  readonly p99: number;
}

const WARM_UP = 5_000;

export async function warmLookup(lookups: number): Promise<WarmLookup> {
  const { app, store } = testApp();
  const hosts = Array.from({ length: 50 }, (_, i) => `2a00:1450:8319:fe${10 + i}::1`);
  store.record(
    hosts.map((host, i) => recordOf(host, { id: `${i}`, verdict: i % 3 === 0 ? 'ham' : 'spam' })),
    NOW,
  );
  const handler = handle(app);
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + lookups; i++) {
    const event = httpApiEvent({ method: 'GET', path: `/v1/lookup/${hosts[i % hosts.length]}` });
    const from = performance.now();
    const answer = await handler(event);
    const time = performance.now() - from;
    if (!('statusCode' in answer) || answer.statusCode !== 200) throw new Error('the lookup failed');
    if (i >= WARM_UP) times.push(time);
  }
  return { median: quantileOf(times, 0.5), p99: quantileOf(times, 0.99) };
}
