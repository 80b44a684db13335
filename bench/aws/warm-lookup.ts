/**
 * A warm lookup's own time: everything that the api function does between an event and its answer, key, metrics and log line
 * included, but wait for the store, which here is memory. The sender has evidence on every rung.
 */
import { randomBytes } from 'node:crypto';
import { type ApiHandler, openApp } from '../../functions/aws/api-app.ts';
import { requireAwsSettings } from '../../functions/aws/aws-settings.ts';
import { RequestMetrics } from '../../functions/aws/request-metrics.ts';
import { openAccountNames } from '../../lib/accounts/account-secret.ts';
import { lineLog } from '../../lib/http/log.ts';
import { followKeys } from '../../lib/keys/key-ring.ts';
import { createKey } from '../../lib/keys/keys.ts';
import { openLists } from '../../lib/lists/live.ts';
import { openColdAllocations } from '../../lib/published/cold.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { httpApiEvent } from '../../test/support/gateway-events.ts';
import { recordOf } from '../../test/support/records.ts';
import { quantileOf } from '../measure/statistics.ts';

export interface WarmLookup {
  /** Milliseconds of the clock. */
  readonly median: number;
  readonly p99: number;
}

const WARM_UP = 5_000;
const HOSTS = Array.from({ length: 50 }, (_, i) => `2a00:1450:8319:fe${10 + i}::1`);

export async function warmLookup(lookups: number): Promise<WarmLookup> {
  const { handler, key } = await startedInMemory();
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + lookups; i++) {
    const event = httpApiEvent({ method: 'GET', path: `/v1/lookup/${HOSTS[i % HOSTS.length]}`, key });
    const from = performance.now();
    const answer = await handler(event);
    const took = performance.now() - from;
    if (!('statusCode' in answer) || answer.statusCode !== 200) throw new Error(JSON.stringify(answer));
    if (i >= WARM_UP) times.push(took);
  }
  return { median: quantileOf(times, 0.5), p99: quantileOf(times, 0.99) };
}

/** The app of the api function as `startApp` makes it, on a store in memory; its lines go nowhere. */
async function startedInMemory(): Promise<{ readonly handler: ApiHandler; readonly key: string }> {
  const store = new MemoryStore();
  const now = Date.now();
  const reports = HOSTS.map((host, i) =>
    recordOf(host, { id: `${i}`, verdict: i % 3 === 0 ? 'ham' : 'spam', at: now }),
  );
  await store.recordVerdicts(reports, now);
  const spec = {
    label: 'bench',
    scopes: ['lookup'],
    trusted: false,
    trustedHosts: [],
    expiresAt: null,
  } as const;
  const made = await createKey(store.records, spec, { actor: 'cli', at: now, reason: null }, randomBytes);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const output = { write: () => true };
  const fail = (error: unknown): never => {
    throw error;
  };
  const metrics = new RequestMetrics({
    output,
    clock: Date.now,
    tableName: 'warm',
    logRequests: true,
    logAddresses: false,
    tableMadeAt: () => null,
  });
  const handler = await openApp({
    settings: requireAwsSettings({ TABLE_NAME: 'warm' }),
    metrics,
    log: lineLog(output.write, Date.now),
    store,
    keys: await followKeys(store.records, fail),
    allocations: await openColdAllocations(store, fail),
    lists: await openLists(store.records, fail),
    accountRung: await openAccountNames(store.records, null, now),
  });
  return { handler, key: made.value.token };
}
