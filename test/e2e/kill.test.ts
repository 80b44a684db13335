import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../support/service.ts';

const BATCHES = 100;
const BATCH = 100;

interface Outcome {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Verdict number `n`: an id of its own, a host in one of fifty /64s. */
const verdict = (n: number) => ({
  id: `kill-${n}`,
  address: `2a00:1450:${(n % 50).toString(16)}::${(n % 977) + 1}`,
  verdict: 'spam',
});
const batch = (first: number) => Array.from({ length: BATCH }, (_, i) => verdict(first + i));

async function post(service: RunningService, verdicts: readonly object[]): Promise<Outcome> {
  const response = await fetch(`${service.url}/v1/verdicts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ verdicts }),
  });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return JSON.parse(await response.text());
}

describe('a service killed in the middle of its work', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'prefixwise-kill-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('has every acknowledged verdict after a restart, and none twice', async () => {
    const acknowledged = new Set<number>();
    let next = 0;
    for (const killAfter of [17, 31, 24]) {
      const service = await startService(directory);
      const target = next + killAfter;
      const senders = Array.from({ length: 4 }, async () => {
        while (next < BATCHES) {
          const mine = next++;
          await post(service, batch(mine * BATCH));
          acknowledged.add(mine);
          if (mine === target) await service.kill();
        }
      });
      const ends = await Promise.allSettled(senders);
      expect(ends.some(({ status }) => status === 'rejected')).toBe(true);
    }
    expect(acknowledged.size).toBeGreaterThan(50);
    expect(acknowledged.size).toBeLessThan(BATCHES);

    const service = await startService(directory);
    for (const mine of acknowledged) {
      expect(await post(service, batch(mine * BATCH))).toEqual({
        accepted: 0,
        duplicates: BATCH,
        rejected: [],
      });
    }
    for (let mine = 0; mine < BATCHES; mine++) await post(service, batch(mine * BATCH));
    expect(await totalSpam(service)).toBe(BATCHES * BATCH);
    expect(await service.stop()).toBe(0);
  });

  async function totalSpam(service: RunningService): Promise<number> {
    let total = 0;
    for (let site = 0; site < 50; site++) {
      const response = await fetch(`${service.url}/v1/history/2a00:1450:${site.toString(16)}::1?days=2`);
      const { days }: { days: readonly { readonly spam: number }[] } = JSON.parse(await response.text());
      for (const day of days) total += day.spam;
    }
    return total;
  }
});
