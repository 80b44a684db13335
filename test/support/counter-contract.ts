/**
 * What every store's counters keep to: part of the store contract.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { type Counters, EVENTS, NO_COUNTERS, type TrafficEvent, take } from '../../lib/quota/counters.ts';
import { LEASE_MS } from '../../lib/quota/sessions.ts';
import { namedKey, rungKey } from '../../lib/reputation/rung.ts';
import type { Store } from '../../lib/store/port.ts';
import { mustPrefix, NOW } from './records.ts';

const SENDER = rungKey(mustPrefix('2a00:1450:8319:fe00::/56'));
const { unknown, good } = DEFAULT_POLICY_BOOK.limits;

const event = (kind: TrafficEvent['kind'], session = '', count = 1): TrafficEvent => ({
  kind,
  count,
  session,
});

export function itKeepsCounters(open: () => Store): void {
  it('counts for each sender apart: prefixes of any length and family, and accounts', async () => {
    const senders = [
      SENDER,
      rungKey(mustPrefix('2a00:1450:8319:fe00::/64')),
      rungKey(mustPrefix('2a00:1450:8319:ff00::/56')),
      rungKey(mustPrefix('198.35.1.7/32')),
      namedKey('account', 'b'.repeat(16)),
      namedKey('account', `${'b'.repeat(15)}c`),
    ];
    for (const sender of senders) {
      const { remaining } = await open().counters.take(sender, event('message'), unknown, NOW);
      expect(remaining).toBe(unknown.messagesPerMinute - 1);
    }
  });

  it('rules on any history as the pure counters do', async () => {
    const histories = fc.array(
      fc.record({
        kind: fc.constantFrom(...EVENTS),
        count: fc.integer({ min: 1, max: 3 }),
        session: fc.constantFrom('', 'a', 'b', 'c'),
        pause: fc.constantFrom(0, 0, 0, 20_000, LEASE_MS),
      }),
      { minLength: 1, maxLength: 25 },
    );
    let sender = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const key = rungKey(mustPrefix(`198.35.0.${sender++}/32`));
        let counters: Counters = NO_COUNTERS;
        let now = NOW;
        for (const { pause, ...next } of history) {
          now += pause;
          const step = take(counters, next, unknown, now);
          counters = step.counters;
          expect(await open().counters.take(key, next, unknown, now)).toEqual(step.ruling);
        }
      }),
      { seed: 7, numRuns: 12 },
    );
  });

  it('lets ten clients that press at once have exactly the limit of one sender', async () => {
    const limits = { ...good, messagesPerMinute: 37 };
    const clients = Array.from({ length: 10 }, async (_, client) => {
      let letIn = 0;
      for (let i = 0; i < 8; i++) {
        const ruling = await open().counters.take(SENDER, event('message', `s${client}`), limits, NOW);
        if (ruling.allowed) letIn++;
      }
      return letIn;
    });
    const letIn = await Promise.all(clients);
    expect(letIn.reduce((a, b) => a + b, 0)).toBe(37);
  });
}
