import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Replay } from '../../lib/replay/replay.ts';
import { isVerdict, type Verdict } from '../../lib/reputation/verdict.ts';
import { DAY, mustAddress, NO_ALLOCATIONS } from '../support/records.ts';
import { type RunningService, startService } from '../support/service.ts';

const LINES = 6000;

interface MailEvent {
  readonly id: string;
  readonly at: number;
  readonly address: string;
  readonly verdict: Verdict;
}

/** The busiest stretch of the recorded stream, its times mapped onto the 29 days before now. */
function recentSlice(now: number): MailEvent[] {
  const text = gunzipSync(readFileSync('bench/data/mail-stream.csv.gz')).toString('utf8');
  const rows = text
    .trim()
    .split('\n')
    .slice(20_001, 20_001 + LINES)
    .map((line) => line.split(','));
  const times = rows.map(([at = '']) => Date.parse(at));
  const first = times[0] ?? 0;
  const scale = (29 * DAY) / ((times.at(-1) ?? 1) - first);
  return rows.map(([, address = '', verdict = ''], i) => {
    if (!isVerdict(verdict)) throw new Error(`line ${i} has no verdict`);
    const at = now - 29 * DAY + ((times[i] ?? 0) - first) * scale;
    return { id: `mail-${i}`, at: Math.floor(at / 1000) * 1000, address, verdict };
  });
}

describe('the recorded mail stream', () => {
  let service: RunningService;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'prefixwise-stream-'));
    service = await startService(directory);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true });
  });

  it('ends with the same reputation for every subject through HTTP and through replay', async () => {
    const now = Date.now();
    const events = recentSlice(now);
    await postAll(service, events);

    const replay = new Replay({ allocations: NO_ALLOCATIONS });
    for (const event of events) replay.step({ ...event, address: mustAddress(event.address) });
    const addresses = [...new Set(events.map(({ address }) => address))];
    const asked = await lookupAll(service, addresses);
    expect(asked).toHaveLength(addresses.length);

    for (const [i, answer] of asked.entries()) {
      const expected = replay.answer({
        id: '',
        at: answer.askedAt,
        address: mustAddress(addresses[i] ?? ''),
      });
      expect(answer.subject).toBe(expected.subject);
      expect(answer.spam).toBeCloseTo(expected.spam ?? Number.NaN, 3);
    }
    expect(new Set(asked.map(({ subject }) => subject)).size).toBeGreaterThan(300);
  });
});

async function postAll(service: RunningService, events: readonly MailEvent[]): Promise<void> {
  for (let i = 0; i < events.length; i += 1000) {
    const verdicts = events
      .slice(i, i + 1000)
      .map((event) => ({ ...event, at: new Date(event.at).toISOString() }));
    const response = await fetch(`${service.url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ verdicts }),
    });
    expect(await response.json()).toEqual({ accepted: verdicts.length, duplicates: 0, rejected: [] });
  }
}

interface Asked {
  readonly subject: string;
  readonly spam: number;
  readonly askedAt: number;
}

async function lookupAll(service: RunningService, addresses: readonly string[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let i = 0; i < addresses.length; i += 1000) {
    const askedAt = Date.now();
    const response = await fetch(`${service.url}/v1/lookup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ addresses: addresses.slice(i, i + 1000) }),
    });
    const { results }: { results: readonly { reputation: Omit<Asked, 'askedAt'> }[] } = JSON.parse(
      await response.text(),
    );
    for (const { reputation } of results) asked.push({ ...reputation, askedAt });
  }
  return asked;
}
