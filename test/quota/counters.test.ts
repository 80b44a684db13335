import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import {
  type Counters,
  EVENTS,
  emptyAt,
  NO_COUNTERS,
  type QuotaLimits,
  type TrafficEvent,
  take,
} from '../../lib/quota/counters.ts';
import { LEASE_MS, MAX_SESSIONS } from '../../lib/quota/sessions.ts';
import { SlowQuota } from '../support/quota-slow.ts';
import { HOUR, NOW } from '../support/records.ts';

const UNKNOWN = DEFAULT_POLICY_BOOK.limits.unknown;
const RUNS = { seed: 20261121, numRuns: 400 };

const event = (kind: TrafficEvent['kind'], session = '', count = 1): TrafficEvent => ({
  kind,
  count,
  session,
});

/** Takes events one after another at one time; the rulings, and what is left. */
function takeAll(events: readonly TrafficEvent[], limits: QuotaLimits, from = NO_COUNTERS, now = NOW) {
  let counters = from;
  const rulings = events.map((each) => {
    const step = take(counters, each, limits, now);
    counters = step.counters;
    return step.ruling;
  });
  return { rulings, counters };
}

describe('the counters of a sender', () => {
  it('hold so many connections at once, and take a new one when one ends', () => {
    const { rulings, counters } = takeAll(
      ['a', 'b', 'c'].map((name) => event('connect', name)),
      UNKNOWN,
    );
    expect(rulings).toEqual([
      { allowed: true, limit: 'concurrentConnections', remaining: 1, wait: 0 },
      { allowed: true, limit: 'concurrentConnections', remaining: 0, wait: 0 },
      { allowed: false, limit: 'concurrentConnections', remaining: 0, wait: null },
    ]);
    const freed = take(counters, event('disconnect', 'a'), UNKNOWN, NOW);
    expect(freed.ruling).toEqual({ allowed: true, limit: 'concurrentConnections', remaining: 1, wait: 0 });
    expect(take(freed.counters, event('connect', 'c'), UNKNOWN, NOW).ruling.allowed).toBe(true);
  });

  it('count a connection that is announced twice once, and end none that is not open', () => {
    const { rulings, counters } = takeAll([event('connect', 'a'), event('connect', 'a')], UNKNOWN);
    expect(rulings.map(({ remaining }) => remaining)).toEqual([1, 1]);
    expect(take(counters, event('disconnect', 'z'), UNKNOWN, NOW).counters).toBe(counters);
  });

  it('heal a lost disconnect by themselves, but not while something still happens in the session', () => {
    const { counters } = takeAll([event('connect', 'a'), event('connect', 'b')], UNKNOWN);
    const busy = take(counters, event('recipient', 'b'), UNKNOWN, NOW + LEASE_MS - 1).counters;
    expect(take(busy, event('connect', 'c'), UNKNOWN, NOW + LEASE_MS - 1).ruling.allowed).toBe(false);
    const healed = take(busy, event('connect', 'c'), UNKNOWN, NOW + LEASE_MS);
    expect(healed.ruling.allowed).toBe(true);
    expect(take(healed.counters, event('connect', 'd'), UNKNOWN, NOW + LEASE_MS).ruling.allowed).toBe(false);
  });

  it('open a session whose connect was lost, if there is room for it', () => {
    const { rulings } = takeAll(
      [event('message', 'a'), event('message', 'b'), event('message', 'c')],
      UNKNOWN,
    );
    expect(rulings.map(({ allowed, limit }) => [allowed, limit])).toEqual([
      [true, 'messagesPerConnection'],
      [true, 'messagesPerMinute'],
      [false, 'concurrentConnections'],
    ]);
  });

  it('take connections without a name one by one, and end the oldest of them', () => {
    const { rulings, counters } = takeAll([event('connect'), event('connect'), event('connect')], UNKNOWN);
    expect(rulings.map(({ allowed }) => allowed)).toEqual([true, true, false]);
    expect(takeAll([event('disconnect'), event('connect')], UNKNOWN, counters).rulings).toMatchObject([
      { remaining: 1 },
      { allowed: true, remaining: 0 },
    ]);
  });

  it('count messages, recipients of each message and errors of a connection apart from its neighbours', () => {
    const wide = { ...DEFAULT_POLICY_BOOK.limits.good, messagesPerConnection: 2, recipientsPerMessage: 3 };
    const { rulings } = takeAll(
      [
        event('message', 'a'),
        event('recipient', 'a', 3),
        event('recipient', 'a'),
        event('message', 'a'),
        event('recipient', 'a', 2),
        event('message', 'a'),
        event('message', 'b'),
        event('recipient', 'b', 4),
      ],
      wide,
    );
    expect(rulings.map(({ allowed, limit }) => (allowed ? 'in' : limit))).toEqual([
      'in',
      'in',
      'recipientsPerMessage',
      'in',
      'in',
      'messagesPerConnection',
      'in',
      'recipientsPerMessage',
    ]);
  });

  it('count an error whatever comes of it, and let nothing more happen in a session that made too many', () => {
    const { rulings } = takeAll(
      [event('connect', 'a'), event('error', 'a', 9), event('message', 'a'), event('message', 'b')],
      UNKNOWN,
    );
    expect(rulings).toMatchObject([
      { allowed: true },
      { allowed: false, limit: 'errorsPerConnection', remaining: 0 },
      { allowed: false, limit: 'errorsPerConnection', remaining: 0 },
      { allowed: true },
    ]);
  });

  it('name the limit that keeps an event out for longest', () => {
    const limits = { ...DEFAULT_POLICY_BOOK.limits.good, messagesPerMinute: 2, messagesPerHour: 2 };
    const { rulings } = takeAll([event('message'), event('message'), event('message')], limits);
    expect(rulings[2]).toEqual({ allowed: false, limit: 'messagesPerHour', remaining: 0, wait: HOUR / 2 });
  });

  it('are the very same when nothing is counted, so that a refusal costs no write', () => {
    const { counters } = takeAll([event('connect', 'a'), event('connect', 'b')], UNKNOWN);
    for (const refused of [
      event('connect', 'c'),
      event('message', 'c'),
      event('recipient', 'a', 99),
      event('error'),
    ]) {
      expect(take(counters, refused, UNKNOWN, NOW).counters).toBe(counters);
    }
  });

  it('keep a bounded number of sessions, however many a class may open', () => {
    const limits = { ...DEFAULT_POLICY_BOOK.limits.local, concurrentConnections: 1_000_000 };
    const many = Array.from({ length: MAX_SESSIONS + 10 }, (_, i) => event('connect', `s${i}`));
    const { rulings, counters } = takeAll(many, limits);
    expect(rulings.every(({ allowed }) => allowed)).toBe(true);
    expect(counters.sessions).toHaveLength(MAX_SESSIONS);
  });

  it('are worth keeping until every rate has recovered and every session has ended', () => {
    const { counters } = takeAll([event('message', 'a')], UNKNOWN);
    expect(emptyAt(counters)).toBe(NOW + LEASE_MS);
    const hourly = takeAll([event('message', '', 5)], UNKNOWN).counters;
    expect(emptyAt(hourly)).toBe(NOW + (5 * HOUR) / 60);
    expect(emptyAt(NO_COUNTERS)).toBe(0);
  });
});

/** Limits that divide their period, so that no interval is rounded and both ways must agree to the millisecond. */
const divisors = fc.constantFrom(0, 1, 2, 3, 5, 6, 10, 12);
const limitsArbitrary: fc.Arbitrary<QuotaLimits> = fc.record({
  concurrentConnections: fc.integer({ min: 0, max: 3 }),
  messagesPerConnection: fc.integer({ min: 0, max: 5 }),
  recipientsPerMessage: fc.integer({ min: 0, max: 6 }),
  errorsPerConnection: fc.integer({ min: 0, max: 3 }),
  messagesPerMinute: divisors,
  messagesPerHour: divisors,
  recipientsPerMinute: divisors,
  recipientsPerHour: divisors,
});
const historyArbitrary = fc.array(
  fc.record({
    pause: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(5000, 60_000, LEASE_MS, HOUR)),
    event: fc.record({
      kind: fc.constantFrom(...EVENTS),
      count: fc.integer({ min: 1, max: 3 }),
      session: fc.constantFrom('', 'a', 'b', 'c', 'd'),
    }),
  }),
  { maxLength: 50 },
);

describe('any history of events', () => {
  it('is ruled as the slow, obvious way rules it', () => {
    fc.assert(
      fc.property(limitsArbitrary, historyArbitrary, (limits, history) => {
        const slow = new SlowQuota(limits);
        let counters: Counters = NO_COUNTERS;
        let now = NOW;
        for (const { pause, event: next } of history) {
          now += pause;
          const step = take(counters, next, limits, now);
          const inTheWay = slow.take(next, now);
          expect(step.ruling.allowed, JSON.stringify(next)).toBe(inTheWay.length === 0);
          if (!step.ruling.allowed) expect(inTheWay).toContain(step.ruling.limit);
          counters = step.counters;
        }
      }),
      RUNS,
    );
  });

  it('is ruled no milder under smaller limits', () => {
    fc.assert(
      fc.property(limitsArbitrary, historyArbitrary, (limits, history) => {
        const { counters } = takeAll(
          history.map(({ event: next }) => next),
          limits,
        );
        const wider = Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, value + 1]));
        for (const kind of EVENTS) {
          const next = event(kind, 'a');
          const asked = take(counters, next, limits, NOW).ruling.allowed;
          if (asked) expect(take(counters, next, { ...limits, ...wider }, NOW).ruling.allowed).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('is forgotten an hour after its last event', () => {
    fc.assert(
      fc.property(limitsArbitrary, historyArbitrary, (limits, history) => {
        let counters: Counters = NO_COUNTERS;
        let now = NOW;
        for (const { pause, event: next } of history) {
          now += pause;
          counters = take(counters, next, limits, now).counters;
        }
        expect(emptyAt(counters)).toBeLessThanOrEqual(now + HOUR);
        const fresh = take(counters, event('connect', 'new'), limits, now + HOUR);
        expect(fresh.ruling).toEqual(take(NO_COUNTERS, event('connect', 'new'), limits, now + HOUR).ruling);
      }),
      RUNS,
    );
  });
});
