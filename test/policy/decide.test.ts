/** From a reputation to a class of service, case by case; numbers are taken from the book, so that it may be tuned. */
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../lib/allocation/network.ts';
import type { PolicyBook } from '../../lib/policy/policy-book.ts';
import type { SenderFacts } from '../../lib/policy/sender-facts.ts';
import type { Reputation } from '../../lib/reputation/reputation.ts';
import { mustAddress } from '../support/records.ts';
import {
  BOOK,
  HOPELESS,
  LIMITS,
  ruled,
  SHARED,
  SPOTLESS,
  SUSPECT,
  thresholds,
  V4,
  V6,
} from '../support/ruled.ts';

describe('a sender known for unwanted mail', () => {
  it('is bad and refused over IPv4', () => {
    expect(ruled(V4, HOPELESS)).toMatchObject({
      class: 'bad',
      action: 'reject',
      reply: { code: 554, enhanced: '5.7.1' },
    });
  });

  it('is bad and refused over IPv6 too, once that is beyond doubt', () => {
    expect(ruled(V6, HOPELESS)).toMatchObject({ class: 'bad', action: 'reject' });
  });

  it('is only deferred over IPv6 where IPv4 would be refused, so that a dual-stack sender falls back', () => {
    const between = (thresholds.rejectLow + thresholds.rejectLowIpv6) / 2;
    expect(thresholds.rejectLowIpv6).toBeGreaterThan(thresholds.rejectLow);
    const sure = { ...HOPELESS, interval: [between, 1] } as const;
    expect(ruled(V4, sure).action).toBe('reject');
    expect(ruled(V6, sure)).toMatchObject({
      class: 'bad',
      action: 'tempfail',
      reply: { code: 451, enhanced: '4.7.1' },
    });
  });

  it('is refused like over IPv4 when its address is IPv4-mapped, which is IPv4 in another spelling', () => {
    const between = (thresholds.rejectLow + thresholds.rejectLowIpv6) / 2;
    const sure = { ...HOPELESS, interval: [between, 1] } as const;
    expect(ruled(`::ffff:${V4}`, sure).action).toBe(ruled(V4, sure).action);
  });

  it.each([
    ['its mean', { spam: thresholds.rejectSpam - 0.01 }],
    ['the optimistic end of its interval', { interval: [thresholds.rejectLow - 0.01, 1] }],
    ['its last thirty days alone', { month: thresholds.rejectMonth - 0.01 }],
  ] satisfies [string, Partial<Reputation>][])(
    'is deferred, not refused, while %s is not bad enough',
    (_, change) => {
      expect(ruled(V4, { ...HOPELESS, ...change })).toMatchObject({ class: 'bad', action: 'tempfail' });
    },
  );

  it('is deferred from the mean that the book names on, and not below', () => {
    expect(ruled(V4, { ...SUSPECT, spam: thresholds.deferSpam })).toMatchObject({
      class: 'bad',
      action: 'tempfail',
    });
    expect(ruled(V4, { ...SUSPECT, spam: thresholds.deferSpam - 1e-9 }).class).not.toBe('bad');
  });

  it('needs a few reports of its own, or a neighbourhood that tells', () => {
    const one = { ...SUSPECT, observations: thresholds.deferObservations - 0.1 };
    expect(ruled(V4, one).class).not.toBe('bad');
    const { neighbourhoodObservations: observations, neighbourhoodSpam: spam } = thresholds;
    expect(ruled(V4, { ...one, observations: 0, neighbourhood: { spam, observations } }).class).toBe('bad');
    expect(ruled(V4, { ...one, neighbourhood: { spam: spam - 0.01, observations } }).class).not.toBe('bad');
    expect(ruled(V4, { ...one, neighbourhood: { spam, observations: observations - 0.01 } }).class).not.toBe(
      'bad',
    );
  });

  it('is never refused while it shares its address with others: it is throttled', () => {
    for (const host of [V4, V6]) {
      expect(networkOf(mustAddress(host), SHARED).shared).toBe(true);
      expect(ruled(host, HOPELESS, { allocations: SHARED })).toMatchObject({
        class: 'bad',
        action: 'throttle',
      });
      expect(ruled(host, SUSPECT, { allocations: SHARED })).toMatchObject({
        class: 'bad',
        action: 'throttle',
      });
    }
  });
});

describe('a sender known for wanted mail', () => {
  it('is good, accepted without a word, and its limits are wide', () => {
    const policy = ruled(V6, SPOTLESS);
    expect(policy).toMatchObject({ class: 'good', action: 'accept', reply: null });
    expect(policy.limits).toEqual(BOOK.limits.good);
  });

  it('needs the pessimistic end of its interval to be good', () => {
    expect(ruled(V4, { ...SPOTLESS, interval: [0, thresholds.goodHigh] }).class).toBe('good');
    expect(ruled(V4, { ...SPOTLESS, interval: [0, thresholds.goodHigh + 0.01] }).class).toBe('mixed');
  });
});

describe('a sender between', () => {
  const unsure = { spam: 0.4, interval: [0.2, 0.59], month: 0.4 } as const;

  it('is mixed and throttled when there is something to say of it', () => {
    const policy = ruled(V4, { ...unsure, observations: thresholds.unknownObservations });
    expect(policy).toMatchObject({
      class: 'mixed',
      action: 'throttle',
      reply: { code: 421, enhanced: '4.7.0' },
    });
  });

  it('is unknown while there is too little to say of it', () => {
    const policy = ruled(V4, { ...unsure, observations: thresholds.unknownObservations - 0.1 });
    expect(policy).toMatchObject({ class: 'unknown', action: 'throttle' });
  });

  it('is mixed for its neighbourhood’s sake when that tells and its own mean is not bad', () => {
    const neighbourhood = {
      spam: thresholds.neighbourhoodSpam,
      observations: thresholds.neighbourhoodObservations,
    };
    expect(ruled(V4, { ...unsure, observations: 0, neighbourhood }).class).toBe('mixed');
  });
});

describe('a sender without history', () => {
  it('gets a small, non-zero service', () => {
    for (const host of [V4, V6]) {
      const { class: name, action, limits } = ruled(host, {});
      expect({ name, action }).toEqual({ name: 'unknown', action: 'throttle' });
      expect(limits).toEqual(BOOK.limits.unknown);
      for (const key of LIMITS)
        if (typeof limits[key] === 'number' && key !== 'tarpitSeconds')
          expect(limits[key]).toBeGreaterThan(0);
    }
  });

  it.each([
    [{ fcrdns: 'pass', spf: 'pass' }, 'SPF'],
    [{ fcrdns: 'pass', dkim: 'pass' }, 'DKIM'],
    [{ fcrdns: 'pass', spf: 'fail', dkim: 'pass' }, 'DKIM'],
    [{ fcrdns: 'pass', spf: 'pass', dkim: 'fail' }, 'SPF'],
  ] satisfies [SenderFacts, string][])('gets a wider one with %j', (facts, named) => {
    const { class: name, limits, reason } = ruled(V6, {}, { facts });
    expect(name).toBe('unknown');
    expect(limits).toEqual(BOOK.verifiedUnknown);
    expect(reason).toContain(named);
  });

  it.each([
    {},
    { fcrdns: 'pass' },
    { spf: 'pass', dkim: 'pass' },
    { fcrdns: 'none', spf: 'pass' },
    { fcrdns: 'fail', spf: 'none' },
    { fcrdns: 'fail', spf: 'fail', dkim: 'pass' },
    { fcrdns: 'none', spf: 'fail' },
  ] satisfies SenderFacts[])('gets the usual one with %j', (facts) => {
    expect(ruled(V6, {}, { facts })).toMatchObject({ action: 'throttle', limits: BOOK.limits.unknown });
  });

  it('gets what the book says over IPv6 when all it could prove fails, and nothing worse over IPv4', () => {
    const facts: SenderFacts = { fcrdns: 'fail', spf: 'fail', dkim: 'none' };
    expect(ruled(V6, {}, { facts })).toMatchObject({ class: 'unknown', action: BOOK.failedUnknown });
    for (const host of [V4, `::ffff:${V4}`]) expect(ruled(host, {}, { facts }).action).toBe('throttle');
    const strict: PolicyBook = { ...BOOK, failedUnknown: 'reject' };
    expect(ruled(V6, {}, { facts, book: strict }).action).toBe('reject');
    expect(ruled(V6, {}, { facts, book: strict, allocations: SHARED }).action).toBe('throttle');
  });

  it('is judged by its facts only while it has no history', () => {
    const facts: SenderFacts = { fcrdns: 'pass', spf: 'pass', dkim: 'pass' };
    expect(ruled(V4, HOPELESS, { facts })).toEqual(ruled(V4, HOPELESS));
    expect(ruled(V4, SPOTLESS, { facts: { fcrdns: 'fail', spf: 'fail' } })).toEqual(ruled(V4, SPOTLESS));
  });
});

describe('an address without reputation', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '192.168.0.1',
    '172.16.0.1',
    '169.254.0.1',
    '100.64.0.1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.1.2.3',
  ])('%s is the operator’s own side: local and accepted', (host) => {
    expect(ruled(host, null)).toMatchObject({ class: 'local', action: 'accept', limits: BOOK.limits.local });
  });

  it.each([
    '2001:db8::1',
    '203.0.113.7',
    '224.0.0.1',
    'ff02::1',
    '64:ff9b::a00:1',
    '2002:a00:1::1',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
    '::ffff:203.0.113.7',
  ])('%s is a stranger: unknown and throttled', (host) => {
    expect(ruled(host, null)).toMatchObject({ class: 'unknown', action: 'throttle' });
  });
});
