/** The reputation against sums made by hand from the constants, and against its slow twin on random histories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { betaQuantile } from '../../lib/reputation/beta.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import {
  ANCESTOR_SCALES,
  CARRIED_STRENGTH,
  FIRST_BASE_RATE,
  HOST_SCALE,
  INTERVAL_MASS,
  MIXED_SITE,
  OBSERVED_SCALE,
  ROOT_SCALE,
  SUBJECT_SCALES,
  TURN,
} from '../../lib/reputation/parameters.ts';
import { type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import { bucketIndex, EMPTY_TALLY, pruned, SERIES, type Tally } from '../../lib/reputation/tally.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, anyRecord, anyTally, SEED } from '../support/arbitraries.ts';
import { DAY, HOUR, mustAddress, mustPrefix, NOW, recordOf } from '../support/records.ts';
import { slowReputation, slowRoot, slowVerdictOf } from '../support/reputation-slow.ts';

const HOST = '2a00:1450:4001:81b::5';
/** In the same /56, in another /56 of the same /48, and in another /32. */
const NEAR = '2a00:1450:4001:81c::5';
const FAR = '2a00:1450:4001:9ff::5';
const ELSEWHERE = '2001:4860:4860::8888';

/** posterior = (strength * prior + bad) / (strength + bad + good), link after link. */
function chain(
  prior: number,
  links: readonly (readonly [strength: number, bad: number, good: number])[],
): number {
  return links.reduce((p, [strength, bad, good]) => (strength * p + bad) / (strength + bad + good), prior);
}

const onAll = (scales: readonly { readonly strength: number }[], bad: number, good: number) =>
  scales.map(({ strength }): readonly [number, number, number] => [strength, bad, good]);

describe('without any evidence', () => {
  const reputation = ask([], HOST);

  it('an address has the configured base rate, and nothing behind it', () => {
    const base = expect.closeTo(FIRST_BASE_RATE.spam, 12);
    expect(reputation).toMatchObject({
      spam: base,
      baseRate: base,
      observations: 0,
      reporters: 0,
      lastSeen: null,
      host: null,
      turn: null,
      neighbourhood: { spam: base, observations: 0 },
    });
  });

  it('the chain runs from the subject to its widest ancestor, each at the base rate', () => {
    const { subject, ancestors } = ladderOf(reputation.subject);
    expect(reputation.evidence.map(({ prefix }) => formatPrefix(prefix))).toEqual(
      [subject, ...ancestors].map(formatPrefix),
    );
    for (const { spam, observations } of reputation.evidence) {
      expect(spam).toBeCloseTo(FIRST_BASE_RATE.spam, 12);
      expect(observations).toBe(0);
    }
  });

  it('the interval is wide: it holds a good and a bad sender alike', () => {
    const [low, high] = reputation.interval;
    expect(low).toBeLessThan(0.05);
    expect(high).toBeGreaterThan(0.5);
  });
});

describe('one spam report of a trusted reporter', () => {
  const reputation = ask([recordOf(HOST)], HOST);
  const base = chain(FIRST_BASE_RATE.spam, [[ROOT_SCALE.strength, 1, 0]]);

  it('moves the base rate by one unit of the root', () => {
    expect(reputation.baseRate).toBeCloseTo(base, 12);
  });

  it('does not come back to the subject as its neighbourhood', () => {
    expect(reputation.neighbourhood).toEqual({ spam: reputation.baseRate, observations: 0 });
    for (const { spam } of reputation.evidence.slice(1)) expect(spam).toBeCloseTo(base, 12);
  });

  it('moves the subject once on each of its time scales', () => {
    const site = chain(base, onAll(SUBJECT_SCALES, 1, 0));
    expect(reputation.evidence[0]?.spam).toBeCloseTo(site, 12);
    expect(reputation.evidence[0]?.links.map(({ posterior }) => posterior)).toEqual(
      SUBJECT_SCALES.map((_, i) =>
        expect.closeTo(chain(base, onAll(SUBJECT_SCALES.slice(0, i + 1), 1, 0)), 12),
      ),
    );
    expect(reputation.month).toBeCloseTo(
      chain(base, onAll(SUBJECT_SCALES.slice(0, OBSERVED_SCALE + 1), 1, 0)),
      12,
    );
  });

  it('is one observation of one reporter, seen when it was', () => {
    expect(reputation).toMatchObject({ observations: 1, reporters: 1, lastSeen: NOW });
  });

  it('worries a neighbour in the same /56 by one child, one in another /56 less, one in another /32 by the base rate', () => {
    const near = ask([recordOf(HOST)], NEAR);
    expect(near.spam).toBeCloseTo(chain(base, onAll(ANCESTOR_SCALES, 1, 0)), 12);
    expect(near.neighbourhood.observations).toBe(1);
    expect(near.observations).toBe(0);
    const far = ask([recordOf(HOST)], FAR);
    // The /48 knows of one bad child; the /56 between knows of nobody.
    expect(far.spam).toBeCloseTo(chain(base, onAll(ANCESTOR_SCALES, 1, 0)), 12);
    expect(ask([recordOf(HOST)], ELSEWHERE).spam).toBeCloseTo(base, 12);
  });

  it('changes nothing for the other family', () => {
    expect(ask([recordOf(HOST)], '198.35.26.96').spam).toBeCloseTo(FIRST_BASE_RATE.spam, 12);
  });
});

describe('evidence', () => {
  it('counts fully until its bucket is over, half one half-life later, a quarter after two', () => {
    SUBJECT_SCALES.forEach((scale, i) => {
      const { length, keep } = SERIES[scale.series];
      const index = bucketIndex(scale.series, NOW);
      const tally = { ...EMPTY_TALLY, [scale.series]: [{ index, bad: 3000, good: 1000, sources: 2 }] };
      const end = (index + 1) * length;
      for (const [age, weight] of [
        [-1, 1],
        [0, 1],
        [scale.halfLife, 0.5],
        [2 * scale.halfLife, 0.25],
        [scale.halfLife / 2, Math.SQRT1_2],
      ] as const) {
        if (end + age >= (index + keep) * length) continue;
        const link = onTallies([tally], end + age).evidence[0]?.links[i];
        expect(link?.bad).toBeCloseTo(3 * weight, 12);
        expect(link?.good).toBeCloseTo(weight, 12);
      }
    });
  });

  it('is gone when its bucket has left the window, whether the store has dropped it or not', () => {
    for (const scale of SUBJECT_SCALES) {
      const { length, keep } = SERIES[scale.series];
      const index = bucketIndex(scale.series, NOW);
      const tally = { ...EMPTY_TALLY, [scale.series]: [{ index, bad: 3000, good: 1000, sources: 2 }] };
      const gone = onTallies([tally], (index + keep) * length).evidence[0]?.links.filter(
        ({ scale: { series } }) => series === scale.series,
      );
      expect(gone?.map(({ bad, good }) => bad + good)).toEqual(gone?.map(() => 0));
    }
  });

  it('of a subject outweighs its neighbourhood, the more the more there is of it', () => {
    const bad = Array.from({ length: 20 }, (_, i) => recordOf(`2a00:1450:4001:8${(i + 32).toString(16)}::5`));
    const good = (count: number) => recordOf(HOST, { verdict: 'ham', count });
    const spam = [0, 1, 3, 10, 100].map(
      (count) => ask(count === 0 ? bad : [...bad, good(count)], HOST).evidence[0]?.spam ?? 1,
    );
    expect(spam[0]).toBeGreaterThan(0.7);
    expect(spam).toEqual(spam.toSorted((a, b) => b - a));
    expect(spam.at(-1)).toBeLessThan(0.05);
  });

  it('of many bad children makes their neighbour bad, of one busy bad child it does not', () => {
    const children = Array.from({ length: 8 }, (_, i) => recordOf(`2a00:1450:4001:82${i}::5`, { count: 1 }));
    const busy = recordOf('2a00:1450:4001:820::5', { count: 1000 });
    const base = chain(FIRST_BASE_RATE.spam, [[ROOT_SCALE.strength, 1, 0]]);
    expect(ask(children, HOST).neighbourhood).toEqual({
      spam: expect.closeTo(chain(base, onAll(ANCESTOR_SCALES, 8, 0)), 12),
      observations: 8,
    });
    expect(ask([busy], HOST).neighbourhood.observations).toBe(1);
  });

  it('of several untrusted reporters counts up to 1.2 units each, of a trusted one in full', () => {
    const said = (id: string, trusted: boolean) =>
      recordOf(HOST, { id, reporter: { id, trusted }, count: 50 });
    expect(ask([said('a', false)], HOST).observations).toBeCloseTo(1.2, 12);
    expect(ask([said('a', false), said('b', false)], HOST)).toMatchObject({
      observations: expect.closeTo(2.4, 12),
      reporters: 2,
    });
    expect(ask([said('a', true)], HOST).observations).toBe(50);
  });
});

describe('the interval', () => {
  it('is that of a beta distribution with the result as its mean', () => {
    const records = [recordOf(HOST, { id: 'a' }), recordOf(HOST, { id: 'b', verdict: 'ham', count: 3 })];
    const { spam, interval } = ask(records, HOST);
    // Four reports on every scale: the fastest one's count, with its prior's at most 2.
    const strength = Math.max(...SUBJECT_SCALES.map((scale) => Math.min(scale.strength, 2) + 4));
    expect(4 + 2).toBeLessThan(CARRIED_STRENGTH);
    const tail = (1 - INTERVAL_MASS) / 2;
    expect(interval[0]).toBeCloseTo(betaQuantile(tail, spam * strength, (1 - spam) * strength), 9);
    expect(interval[1]).toBeCloseTo(betaQuantile(1 - tail, spam * strength, (1 - spam) * strength), 9);
  });

  it('is no narrower than so many carried reports make it when the last report is long ago', () => {
    const { spam, interval } = ask(
      [recordOf(HOST, { count: 900, verdict: 'ham' }), recordOf(HOST, { count: 100 })],
      HOST,
      NOW + 40 * DAY,
    );
    const width = (strength: number) => {
      const [a, b] = [spam * strength, (1 - spam) * strength];
      return betaQuantile(0.95, a, b) - betaQuantile(0.05, a, b);
    };
    expect(interval[1] - interval[0]).toBeGreaterThan(width(CARRIED_STRENGTH + 2));
  });

  it('holds the result, from 0 to 1, whatever was said', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(60 * 24), (history, hours) => {
        for (const { ladder, bin } of history.slice(0, 5)) {
          const { spam, interval } = onStore(learned(history), ladder, bin, NOW + hours * HOUR);
          expect(interval[0]).toBeGreaterThanOrEqual(0);
          expect(interval[0]).toBeLessThanOrEqual(spam);
          expect(interval[1]).toBeGreaterThanOrEqual(spam);
          expect(interval[1]).toBeLessThanOrEqual(1);
        }
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('holds the result of a sender that was good a thousand times and then fell silent', () => {
    const { spam, interval } = ask([recordOf(HOST, { count: 1000, verdict: 'ham' })], HOST, NOW + 20 * DAY);
    expect(interval[0]).toBeLessThanOrEqual(spam);
    expect(interval[1]).toBeGreaterThanOrEqual(spam);
  });

  it('shrinks as reports of the same sort come in', () => {
    const widths = [1, 2, 5, 20, 200].map((count) => {
      const { interval } = ask(
        [recordOf(HOST, { id: 'a', count }), recordOf(HOST, { id: 'b', count, verdict: 'ham' })],
        HOST,
      );
      return interval[1] - interval[0];
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths.at(-1)).toBeLessThan(0.15);
  });
});

describe('a host inside an end site', () => {
  const BAD = '2a00:1450:4001:81b::bad';
  const GOOD = '2a00:1450:4001:81b::900d';
  const mixed = [recordOf(BAD, { count: 30 }), recordOf(GOOD, { count: 30, verdict: 'ham' })];
  const binOf = (host: string) => hostBin(mustAddress(host), mustPrefix('2a00:1450:4001:81b::/64'));

  it('is judged by itself when the end site sends both kinds', () => {
    expect(binOf(BAD)).not.toBe(binOf(GOOD));
    const [bad, good] = [ask(mixed, BAD), ask(mixed, GOOD)];
    const site = bad.evidence[0]?.spam ?? 0;
    expect(good.evidence[0]?.spam).toBe(site);
    expect(bad.host).toMatchObject({ prior: site, bad: 30, good: 0 });
    expect(bad.host?.posterior).toBeCloseTo(chain(site, [[HOST_SCALE.strength, 30, 0]]), 12);
    expect(good.host?.posterior).toBeCloseTo(chain(site, [[HOST_SCALE.strength, 0, 30]]), 12);
    expect(bad.spam).toBeGreaterThan(0.9);
    expect(good.spam).toBeLessThan(0.1);
  });

  it('that nobody knows yet has what its end site has', () => {
    const stranger = ask(mixed, '2a00:1450:4001:81b::1234');
    expect(stranger.host).toMatchObject({ bad: 0, good: 0 });
    expect(stranger.spam).toBeCloseTo(stranger.evidence[0]?.spam ?? 0, 12);
  });

  it('is not told apart while the end site sends one kind, too little, or is one host alone', () => {
    const good = [
      recordOf(GOOD, { count: 30, verdict: 'ham' }),
      recordOf(BAD, { count: 30, verdict: 'ham' }),
    ];
    expect(ask(good, GOOD).host).toBeNull();
    const few = MIXED_SITE.observations / 2 - 0.5;
    const little = [
      recordOf(BAD, { count: Math.floor(few) }),
      recordOf(GOOD, { count: Math.floor(few), verdict: 'ham' }),
    ];
    expect(ask(little, GOOD).host).toBeNull();
    const alone = [
      recordOf(GOOD, { id: 'a', count: 30 }),
      recordOf(GOOD, { id: 'b', count: 30, verdict: 'ham' }),
    ];
    expect(ask(alone, GOOD).host).toBeNull();
    expect(ask(alone, BAD).host).toBeNull();
  });

  it('is not told apart on an end site that is one address', () => {
    const both = [
      recordOf('198.35.26.96', { id: 'a', count: 30 }),
      recordOf('198.35.26.96', { id: 'b', count: 30, verdict: 'ham' }),
    ];
    expect(ask(both, '198.35.26.96').host).toBeNull();
  });

  it('is forgotten after three months, whether the store has dropped it or not', () => {
    const [old, now] = [bucketIndex('months', NOW) - 3, bucketIndex('months', NOW)];
    const months = [{ index: now, bad: 20_000, good: 20_000, sources: 1 }];
    const hosts = [
      { bin: 1, index: old, bad: 90_000, good: 0 },
      { bin: 2, index: now, bad: 0, good: 20_000 },
      { bin: 3, index: now, bad: 20_000, good: 0 },
    ];
    const tally: Tally = { ...EMPTY_TALLY, months, hosts };
    expect(onTallies([tally], NOW, 1).host).toMatchObject({ bad: 0, good: 0 });
    for (const bin of [1, 2]) {
      expect(onTallies([{ ...tally, hosts: hosts.slice(0, 2) }], NOW, bin).host).toBeNull();
    }
  });

  it('has an answer of its own exactly when its neighbours have, so that one that may be reused is everybody’s', () => {
    fc.assert(
      fc.property(anyTally, fc.nat(70), (tally, days) => {
        const answers = [0, 1, 200, ...tally.hosts.map(({ bin }) => bin)].map((bin) =>
          onTallies([tally], NOW + days * DAY, bin),
        );
        expect(new Set(answers.map(({ host }) => host === null)).size).toBe(1);
        if (answers[0]?.host === null) for (const answer of answers) expect(answer).toEqual(answers[0]);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('a turn', () => {
  const IPV4 = '198.35.26.96';
  const good = Array.from({ length: 30 }, (_, i) =>
    recordOf(IPV4, { id: `good-${i}`, verdict: 'ham', at: NOW - (i + 2) * DAY }),
  );
  const bad = (count: number, reporter?: (i: number) => string) =>
    Array.from({ length: count }, (_, i) =>
      recordOf(IPV4, {
        id: `bad-${i}`,
        at: NOW - i * 1000,
        ...(reporter && { reporter: { id: reporter(i), trusted: false } }),
      }),
    );

  it('of a good host is noticed within a few bad reports', () => {
    const { turn, evidence, spam } = ask([...good, ...bad(3)], IPV4);
    expect(turn).toMatchObject({ towards: 'bad', run: 3 });
    expect(spam).toBeGreaterThan(evidence[0]?.spam ?? 1);
    const p = Math.min(1 - TURN.trustedDoubt, Math.max(TURN.trustedDoubt, evidence[0]?.spam ?? 0));
    const turned = Math.min(1 - TURN.trustedDoubt, TURN.badRate);
    // Reports of now, one and two seconds ago: they have hardly faded.
    const fade = [0, 1000, 2000].reduce((sum, age) => sum + 2 ** (-age / TURN.halfLife), 0);
    const odds = (TURN.chance / (1 - TURN.chance)) * (turned / p) ** fade;
    expect(turn?.probability).toBeCloseTo(odds / (1 + odds), 9);
    const settled = evidence[0]?.spam ?? 0;
    expect(spam).toBeCloseTo(settled + (TURN.badRate - settled) * (odds / (1 + odds)), 9);
  });

  it('is likelier with every further bad report', () => {
    const spam = [1, 2, 3, 4].map((n) => ask([...good, ...bad(n)], IPV4).spam);
    expect(spam).toEqual(spam.toSorted((a, b) => a - b));
  });

  it('needs several untrusted reporters: one has one place however often it reports', () => {
    const angry = ask([...good, ...bad(8, () => 'angry')], IPV4);
    const crowd = ask([...good, ...bad(8, (i) => `r${i}`)], IPV4);
    expect(angry.turn?.run ?? 0).toBeLessThanOrEqual(1);
    expect(crowd.turn?.run).toBe(8);
    expect(crowd.spam).toBeGreaterThan(angry.spam);
  });

  it('towards good forgives a cleaned host sooner than its sums', () => {
    const was = Array.from({ length: 30 }, (_, i) =>
      recordOf(IPV4, { id: `was-${i}`, at: NOW - DAY - i * HOUR }),
    );
    const clean = Array.from({ length: 6 }, (_, i) =>
      recordOf(IPV4, { id: `is-${i}`, verdict: 'ham', at: NOW - i * HOUR }),
    );
    const { turn, evidence, spam } = ask([...was, ...clean], IPV4);
    expect(turn?.towards).toBe('good');
    expect(spam).toBeLessThan(evidence[0]?.spam ?? 0);
  });

  it('does not come from a host that was always so', () => {
    const always = Array.from({ length: 30 }, (_, i) => recordOf(IPV4, { id: `${i}`, at: NOW - i * HOUR }));
    expect(ask(always, IPV4).turn?.towards).not.toBe('good');
    expect(ask(good, IPV4).turn?.towards).not.toBe('bad');
  });

  it('of one host of a mixed end site is seen in its own reports', () => {
    const [one, other] = ['2a00:1450:4001:81b::900d', '2a00:1450:4001:81b::bad'];
    const both = [
      recordOf(other, { count: 30 }),
      recordOf(one, { verdict: 'ham', count: 30, at: NOW - DAY }),
    ];
    const burst = Array.from({ length: 4 }, (_, i) =>
      recordOf(other, { id: `burst-${i}`, at: NOW - i * 1000 }),
    );
    expect(ask([...both, ...burst], one).turn?.towards).not.toBe('bad');
  });
});

describe('for every history', () => {
  it('every number is what the twin makes of the list of verdicts', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.array(anyRecord, { maxLength: 3 }),
        fc.nat(50 * 24),
        (history, strangers, hours) => {
          const now = NOW + hours * HOUR;
          const store = learned(history);
          const twin = history.map(slowVerdictOf);
          for (const { ladder, bin } of [...history.slice(0, 4), ...strangers]) {
            const fast = onStore(store, ladder, bin, now);
            const reads = [ladder.subject, ...ladder.ancestors].map(formatPrefix);
            const root = slowRoot(ladder.subject.family);
            const slow = slowReputation({ history: twin, reads, root, bin, now });
            expectClose(fast, slow);
          }
        },
      ),
      { seed: SEED, numRuns: 120 },
    );
  });

  it('order and batches of arrival do not matter', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const [at, other] = [learned(history), new MemoryStore()];
        for (const record of history.toReversed()) other.record([record], NOW);
        for (const { ladder, bin } of history) {
          expect(onStore(other, ladder, bin, NOW)).toEqual(onStore(at, ladder, bin, NOW));
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('a spam report more never makes an address better, a ham report never worse', () => {
    const host = '198.35.3.9';
    const { ladder, bin } = recordOf(host);
    fc.assert(
      fc.property(anyHistory, (history) => {
        const here = history.map((record) => ({ ...record, ladder, bin }));
        const before = onStore(learned(here), ladder, bin, NOW).spam;
        const worse = onStore(learned([...here, recordOf(host, { id: 'one more' })]), ladder, bin, NOW).spam;
        const better = onStore(
          learned([...here, recordOf(host, { id: 'one more', verdict: 'ham' })]),
          ladder,
          bin,
          NOW,
        ).spam;
        expect(worse).toBeGreaterThanOrEqual(before - 1e-9);
        expect(better).toBeLessThanOrEqual(before + 1e-9);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

describe('for all tallies, even those that do not belong together', () => {
  const six = fc.array(anyTally, { minLength: 7, maxLength: 7 });

  it('the answer is made of probabilities and counts', () => {
    fc.assert(
      fc.property(six, fc.nat(255), (tallies, bin) => {
        const { spam, interval, observations, neighbourhood, evidence, month, baseRate } = onTallies(
          tallies,
          NOW,
          bin,
        );
        const probabilities = [
          spam,
          ...interval,
          neighbourhood.spam,
          month,
          baseRate,
          ...evidence.map((level) => level.spam),
        ];
        for (const p of probabilities) expect(p >= 0 && p <= 1, `${p}`).toBe(true);
        for (const n of [
          observations,
          neighbourhood.observations,
          ...evidence.map((level) => level.observations),
        ]) {
          expect(n >= 0 && Number.isFinite(n), `${n}`).toBe(true);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('the answer does not depend on when the store dropped old buckets', () => {
    fc.assert(
      fc.property(six, fc.nat(255), fc.nat(70), (tallies, bin, days) => {
        const now = NOW + days * DAY;
        expect(
          onTallies(
            tallies.map((tally) => pruned(tally, now)),
            now,
            bin,
          ),
        ).toEqual(onTallies(tallies, now, bin));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

function learned(records: readonly VerdictRecord[]): MemoryStore {
  const store = new MemoryStore();
  store.record(records, NOW);
  return store;
}

/** What is said of the host once the records are learned. */
function ask(records: readonly VerdictRecord[], host: string, now = NOW): Reputation {
  const { ladder, bin } = recordOf(host);
  return onStore(learned(records), ladder, bin, now);
}

function onStore(
  store: MemoryStore,
  ladder: VerdictRecord['ladder'],
  bin: number | null,
  now: number,
): Reputation {
  const tallies = rungsOf(ladder).map((rung) => store.tally(rung));
  return reputationOf({ ladder, tallies, bin, root: store.rootTally(ladder.subject.family) }, now);
}

/** On tallies given: those of a ladder, the subject first, then the root; missing ones are empty. */
function onTallies(given: readonly Tally[], now: number, bin: number | null = null): Reputation {
  const { ladder } = recordOf(HOST);
  const tallies = rungsOf(ladder).map((_, i) => given[i] ?? EMPTY_TALLY);
  return reputationOf({ ladder, tallies, bin, root: given[tallies.length] ?? EMPTY_TALLY }, now);
}

function expectClose(fast: Reputation, slow: ReturnType<typeof slowReputation>): void {
  const numbers = [
    [fast.baseRate, slow.baseRate],
    [fast.spam, slow.spam],
    [fast.month, slow.month],
    [fast.observations, slow.observations],
    [fast.neighbourhood.spam, slow.neighbourhood.spam],
    [fast.neighbourhood.observations, slow.neighbourhood.observations],
    [fast.host?.posterior ?? -1, slow.host ?? -1],
  ] as const;
  for (const [a, b] of numbers) expect(a).toBeCloseTo(b, 9);
  fast.evidence.forEach(({ spam, observations }, i) => {
    expect(spam).toBeCloseTo(slow.levels[i]?.spam ?? -1, 9);
    expect(observations).toBeCloseTo(slow.levels[i]?.observations ?? -1, 9);
  });
  expect(fast.reporters).toBe(slow.reporters);
  expect(fast.lastSeen).toBe(slow.lastSeen);
  const [a, b] = [slow.spam * slow.strength, (1 - slow.spam) * slow.strength].map((shape) =>
    Math.max(shape, 0.001),
  );
  const low = betaQuantile((1 - INTERVAL_MASS) / 2, a ?? 0, b ?? 0);
  expect(fast.interval[0]).toBeCloseTo(Math.min(low, slow.spam), 6);
}
