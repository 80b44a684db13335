/** From a reputation to a class of service, case by case; numbers are taken from the book, so that it may be tuned. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { type Network, networkOf } from '../../lib/allocation/network.ts';
import { type Case, decide, degradedPolicy, type SenderFacts } from '../../lib/policy/decide.ts';
import {
  ACTIONS,
  DEFAULT_POLICY_BOOK,
  type Limits,
  type PolicyBook,
  ROLLOUT_STAGES,
  SERVICE_CLASSES,
} from '../../lib/policy/policy-book.ts';
import { type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { EMPTY_TALLY } from '../../lib/reputation/tally.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { SEED } from '../support/arbitraries.ts';
import { mustAddress, mustPrefix, NOW } from '../support/records.ts';

const BOOK = DEFAULT_POLICY_BOOK;
const { thresholds } = BOOK;
const LIMITS = [
  'concurrentConnections',
  'tarpitSeconds',
  'pipelining',
  'recipientsPerMessage',
  'bytesPerSecond',
  'messagesPerConnection',
  'errorsPerConnection',
  'messagesPerMinute',
  'recipientsPerMinute',
  'messagesPerHour',
  'recipientsPerHour',
  'retryAfterSeconds',
] as const;

const V4 = '198.35.26.96';
const V6 = '2a00:1450:4001:81b::5';
const SHARED = allocationsOf(
  allocationOf('198.35.0.0/16', { origin: 'prefixlen', endSiteLength: 32, endSites: 4000 }),
  allocationOf('2a00:1450::/32', { origin: 'prefixlen', endSiteLength: 64, endSites: 2 }),
);

/** As sure as can be that all mail is spam, and that none is. */
const HOPELESS = { spam: 1, interval: [0.999, 1], observations: 1000, month: 1 } as const;
const SPOTLESS = { spam: 0, interval: [0, 0.001], observations: 1000, month: 0 } as const;
/** What a few bad reports make of a sender: bad enough to defer, not sure enough to refuse. */
const SUSPECT = {
  spam: Math.min(1, thresholds.deferSpam + 0.01),
  interval: [0.3, 0.95],
  observations: thresholds.deferObservations,
  month: 0.5,
} as const;

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

describe('a listing', () => {
  const entry = (list: 'allow' | 'block') => ({
    list,
    prefix: '198.35.26.0/24',
    reason: 'ticket 42',
    expires: null,
  });

  it('on the allow list is accepted whatever its reputation', () => {
    const policy = ruled(V4, HOPELESS, { listing: entry('allow') });
    expect(policy).toMatchObject({ class: 'good', action: 'accept', reply: null });
    expect(policy.reason).toBe('198.35.26.0/24 is on the allow list: ticket 42');
  });

  it('on the block list is refused whatever its reputation, and whether it has one', () => {
    for (const reputation of [SPOTLESS, null]) {
      const policy = ruled(V4, reputation, { listing: entry('block') });
      expect(policy).toMatchObject({ class: 'bad', action: 'reject', reply: { code: 554 } });
      expect(policy.reason).toBe('198.35.26.0/24 is on the block list: ticket 42');
    }
  });

  it('is the operator’s own word, so it comes before the sharing of an address', () => {
    expect(ruled(V4, SPOTLESS, { listing: entry('block'), allocations: SHARED }).action).toBe('reject');
  });
});

describe('the roll-out of IPv6', () => {
  const at = (rollout: PolicyBook['rollout']): PolicyBook => ({ ...BOOK, rollout });
  const allowed = { list: 'allow', prefix: '2a00:1450::/32', reason: 'a partner', expires: null } as const;

  it('has three stages', () => {
    expect([...ROLLOUT_STAGES]).toEqual(['open', 'allow-listed', 'closed']);
  });

  it.each(['allow-listed', 'closed'] as const)(
    'at stage %s sends IPv6 back to IPv4, whatever its reputation',
    (stage) => {
      for (const reputation of [SPOTLESS, HOPELESS, {}]) {
        const policy = ruled(V6, reputation, { book: at(stage) });
        expect(policy).toMatchObject({ action: 'tempfail', reply: { code: 451, enhanced: '4.7.1' } });
        expect(policy.reply?.text).toContain('please send over IPv4');
      }
    },
  );

  it('at stage allow-listed lets the allow list send', () => {
    expect(ruled(V6, {}, { book: at('allow-listed'), listing: allowed })).toMatchObject({ action: 'accept' });
  });

  it.each(ROLLOUT_STAGES)(
    'at stage %s leaves IPv4, IPv4-mapped addresses and the operator’s own side alone',
    (stage) => {
      for (const host of [V4, `::ffff:${V4}`]) {
        expect(ruled(host, SPOTLESS, { book: at(stage) })).toEqual(ruled(host, SPOTLESS));
      }
      for (const host of ['::1', 'fd00::1', '127.0.0.1'])
        expect(ruled(host, null, { book: at(stage) }).action).toBe('accept');
    },
  );

  it.each(ROLLOUT_STAGES)('at stage %s refuses what is on the block list', (stage) => {
    const listing = { ...allowed, list: 'block' } as const;
    expect(ruled(V6, SPOTLESS, { book: at(stage), listing }).action).toBe('reject');
  });
});

describe('the degraded answer', () => {
  it('is open: unknown, accepted, with the limits of the unknown and a plain reason', () => {
    const { reason, ...policy } = degradedPolicy(BOOK);
    expect(policy).toEqual({ class: 'unknown', action: 'accept', reply: null, limits: BOOK.limits.unknown });
    expect(reason).toContain('could not be read in time');
  });
});

describe('the limits', () => {
  it.each([...SERVICE_CLASSES])('of class %s are all eleven, with the time to try again', (name) => {
    expectComplete(BOOK.limits[name]);
  });

  it('of a verified unknown sender are complete, and wider than those of any unknown one', () => {
    expectComplete(BOOK.verifiedUnknown);
    for (const key of LIMITS) {
      if (key === 'pipelining' || key === 'tarpitSeconds' || key === 'retryAfterSeconds') continue;
      expect(BOOK.verifiedUnknown[key]).toBeGreaterThanOrEqual(BOOK.limits.unknown[key]);
    }
  });

  it('get tighter from good over mixed to bad', () => {
    for (const key of LIMITS) {
      if (key === 'pipelining' || key === 'tarpitSeconds' || key === 'retryAfterSeconds') continue;
      const { good, mixed, bad } = BOOK.limits;
      expect(good[key]).toBeGreaterThanOrEqual(mixed[key]);
      expect(mixed[key]).toBeGreaterThanOrEqual(bad[key]);
      expect(bad[key]).toBeGreaterThan(0);
    }
  });
});

describe('the time to try again', () => {
  const retry = (observations: number, spam = 1) =>
    ruled(V4, { ...HOPELESS, spam, observations }).limits.retryAfterSeconds;

  it('begins at the book’s and doubles with the bad evidence', () => {
    const start = BOOK.limits.bad.retryAfterSeconds;
    expect(retry(2)).toBe(start);
    expect(retry(4)).toBe(2 * start);
    expect(retry(8)).toBe(4 * start);
  });

  it('never falls as evidence grows, and ends at the book’s longest', () => {
    const times = [2, 3, 5, 9, 30, 100, 1e6].map((observations) => retry(observations));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(BOOK.maxRetryAfterSeconds);
    expect(BOOK.maxRetryAfterSeconds).toBeGreaterThan(BOOK.limits.bad.retryAfterSeconds);
  });

  it('stays the book’s for whom is not put off', () => {
    expect(ruled(V4, HOPELESS, { allocations: SHARED }).limits).toEqual(BOOK.limits.bad);
    expect(ruled(V4, SPOTLESS).limits).toEqual(BOOK.limits.good);
  });
});

describe('every decision', () => {
  const anyReputation = fc
    .record({
      spam: fc.double({ min: 0, max: 1, noNaN: true }),
      below: fc.double({ min: 0, max: 1, noNaN: true }),
      above: fc.double({ min: 0, max: 1, noNaN: true }),
      observations: fc.double({ min: 0, max: 1000, noNaN: true }),
      month: fc.double({ min: 0, max: 1, noNaN: true }),
      around: fc.double({ min: 0, max: 1, noNaN: true }),
      children: fc.double({ min: 0, max: 50, noNaN: true }),
    })
    .map(({ spam, below, above, around, children, ...rest }): Partial<Reputation> => {
      const interval = [spam * below, spam + (1 - spam) * above] as const;
      return { ...rest, spam, interval, neighbourhood: { spam: around, observations: children } };
    });
  const host = fc.constantFrom(V4, V6, `::ffff:${V4}`, '2002:c623:1a60::1', '64:ff9b::c623:1a60');
  const fact = fc.constantFrom('pass', 'fail', 'none', undefined);
  const facts = fc.record({ fcrdns: fact, spf: fact, dkim: fact });

  it('is one of the contract’s, whole, with a reply exactly when there is something to say', () => {
    fc.assert(
      fc.property(
        anyReputation,
        host,
        facts,
        fc.constantFrom(...ROLLOUT_STAGES),
        (reputation, address, known, rollout) => {
          const policy = ruled(address, reputation, { facts: known, book: { ...BOOK, rollout } });
          expect(['good', 'mixed', 'bad', 'unknown', 'local']).toContain(policy.class);
          expect(ACTIONS).toContain(policy.action);
          expect(policy.reply === null).toBe(policy.action === 'accept');
          expect(policy.action === 'reject').toBe(policy.reply?.code === 554);
          expectComplete(policy.limits);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('never refuses a shared address, and never refuses a good sender', () => {
    fc.assert(
      fc.property(anyReputation, fc.constantFrom(V4, V6), facts, (reputation, address, known) => {
        const strict: PolicyBook = { ...BOOK, failedUnknown: 'reject' };
        const shared = ruled(address, reputation, { facts: known, allocations: SHARED, book: strict });
        expect(['accept', 'throttle']).toContain(shared.action);
        const policy = ruled(address, reputation, { facts: known });
        expect(policy.class === 'good').toBe(policy.action === 'accept');
        if (policy.action === 'reject') expect(reputation.spam).toBeGreaterThanOrEqual(thresholds.rejectSpam);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('never treats a worse sender better', () => {
    const severity = (reputation: Partial<Reputation>) =>
      ['accept', 'throttle', 'tempfail', 'reject'].indexOf(ruled(V4, reputation).action);
    fc.assert(
      fc.property(anyReputation, fc.double({ min: 0, max: 1, noNaN: true }), (better, shift) => {
        const move = (p: number) => p + (1 - p) * shift;
        const [low, high] = better.interval ?? [0, 1];
        const worse = {
          ...better,
          spam: move(better.spam ?? 0),
          interval: [move(low), move(high)] as const,
          month: move(better.month ?? 0),
        };
        expect(severity(worse)).toBeGreaterThanOrEqual(severity(better));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

interface Circumstances {
  readonly book?: PolicyBook;
  readonly facts?: SenderFacts;
  readonly listing?: Case['listing'];
  readonly allocations?: Parameters<typeof networkOf>[1];
}

/** The policy for a host with an empty reputation but for what is given; null for none at all. */
function ruled(host: string, changes: Partial<Reputation> | null, given: Circumstances = {}) {
  const { book = BOOK, facts = {}, listing = null, allocations = allocationsOf() } = given;
  const network: Network = networkOf(mustAddress(host), allocations);
  const reputation = changes && { ...unknown(network), ...changes };
  return decide({ network, reputation, listing, facts }, book);
}

function unknown({ subject }: Network): Reputation {
  const ladder = ladderOf(subject ?? mustPrefix('198.35.26.96/32'));
  const tallies = [ladder.subject, ...ladder.ancestors].map(() => EMPTY_TALLY);
  return reputationOf({ ladder, tallies, bin: null, root: EMPTY_TALLY }, NOW);
}

function expectComplete(limits: Limits): void {
  expect(Object.keys(limits).sort()).toEqual([...LIMITS].sort());
  for (const key of LIMITS) {
    const value = limits[key];
    if (key === 'pipelining') expect(typeof value).toBe('boolean');
    else expect(Number.isSafeInteger(value) && Number(value) >= 0, key).toBe(true);
  }
  expect(limits.retryAfterSeconds).toBeGreaterThan(0);
}
