/**
 * A service with a past: a month of reports by several reporters, so that every part of the page has something to show.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../../../lib/store/embedded/store.ts';
import type { VerdictRecord } from '../../../lib/store/port.ts';
import { SIXRD_DOMAIN } from '../../support/kinds.ts';
import { DAY, HOUR, recordOf } from '../../support/records.ts';
import { startService } from '../../support/service.ts';

/** A server whose mail is wanted, */
export const GOOD = '2600:3c00::f03c:91ff:fe24:1b22';
/** an IPv4 host that sends both, */
export const MIXED = '45.79.27.34';
/** and a block whose owner sends a little from each of many end sites. */
export const SNOWSHOE = '2602:f9f8::/32';
export const SNOWSHOE_SENDER = '2602:f9f8:0:7::25';
/** Nobody has said anything about this one. */
export const UNHEARD_OF = '2a00:1450:4013:c01::1a';

export interface PageWorld {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startPageWorld(): Promise<PageWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const store = new EmbeddedStore(folder);
  const now = Date.now();
  await store.recordVerdicts(pastOf(now), now);
  await store.close();
  const service = await startService(folder);
  await declare(service.url, ...SIXRD_DOMAIN);
  return {
    url: service.url,
    stop: async () => {
      await service.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function pastOf(now: number): VerdictRecord[] {
  const past: VerdictRecord[] = [];
  const add = (address: string, verdict: 'spam' | 'ham', daysAgo: number, reporter: number): void => {
    past.push(
      recordOf(address, {
        id: String(past.length),
        verdict,
        at: now - daysAgo * DAY - 2 * HOUR,
        reporter: { id: `mx${reporter}`, trusted: reporter === 0 },
      }),
    );
  };
  for (let day = 0; day < 29; day++) {
    for (let i = 0; i < 3 + (day % 4); i++) add(GOOD, 'ham', day, i);
    for (let i = 0; i < 2 + (day % 5); i++) add(MIXED, (day + i) % 3 === 0 ? 'ham' : 'spam', day, i);
  }
  for (let i = 0; i < 180; i++) add(`2602:f9f8:0:${((i * 7) % 256).toString(16)}::25`, 'spam', i % 14, i % 6);
  for (let i = 0; i < 60; i++) add(`2602:f9f8:${(i * 3).toString(16)}:1::25`, 'spam', i % 10, i % 6);
  for (let i = 0; i < 8; i++) add(SNOWSHOE_SENDER, 'spam', i, i % 6);
  for (let i = 0; i < 40; i++) {
    add(`45.79.${i * 6}.${(i * 37) % 256}`, i % 4 === 0 ? 'spam' : 'ham', i % 20, i % 6);
  }
  return past;
}

/** Declares an allocation over HTTP, as an operator does. */
export async function declare(url: string, block: string, entry: object): Promise<void> {
  await send('PUT', `${url}/v1/allocations/${encodeURIComponent(block)}`, entry);
}

/** Makes a key, which closes the service to callers without one. */
export async function makeKey(url: string, scopes: readonly string[]): Promise<string> {
  const made = await send('POST', `${url}/v1/keys`, { label: 'page', scopes });
  const [, token = ''] = /"token":"([^"]+)"/.exec(made) ?? [];
  return token;
}

async function send(method: string, url: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
