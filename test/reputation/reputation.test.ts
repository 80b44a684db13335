/** The chain of posteriors against sums made by hand from the constants. */
import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import {
  ANCESTOR_SCALES,
  FIRST_BASE_RATE,
  OBSERVED_SCALE,
  ROOT_SCALE,
  SUBJECT_SCALES,
} from '../../lib/reputation/parameters.ts';
import { prefixAt } from '../../lib/reputation/reputation.ts';
import { Series } from '../../lib/reputation/series.ts';
import { bucketIndex, EMPTY_TALLY, SERIES } from '../../lib/reputation/tally.ts';
import { ask, chain, ELSEWHERE, FAR, HOST, NEAR, onAll, onTallies } from '../support/asked.ts';
import { NOW, recordOf } from '../support/records.ts';

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
    expect(Array.from(reputation.evidence, (_, level) => formatPrefix(prefixAt(reputation, level)))).toEqual(
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
    for (const { spam } of [...reputation.evidence].slice(1)) expect(spam).toBeCloseTo(base, 12);
  });

  it('moves the subject once on each of its time scales', () => {
    const site = chain(base, onAll(SUBJECT_SCALES, 1, 0));
    expect(reputation.evidence.at(0)?.spam).toBeCloseTo(site, 12);
    expect(reputation.evidence.at(0)?.links.map(({ posterior }) => posterior)).toEqual(
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
      const tally = {
        ...EMPTY_TALLY,
        [scale.series]: Series.of([{ index, bad: 3000, good: 1000, sources: 2 }]),
      };
      const end = (index + 1) * length;
      for (const [age, weight] of [
        [-1, 1],
        [0, 1],
        [scale.halfLife, 0.5],
        [2 * scale.halfLife, 0.25],
        [scale.halfLife / 2, Math.SQRT1_2],
      ] as const) {
        if (end + age >= (index + keep) * length) continue;
        const link = onTallies([tally], end + age).evidence.at(0)?.links[i];
        expect(link?.bad).toBeCloseTo(3 * weight, 12);
        expect(link?.good).toBeCloseTo(weight, 12);
      }
    });
  });

  it('is gone when its bucket has left the window, whether the store has dropped it or not', () => {
    for (const scale of SUBJECT_SCALES) {
      const { length, keep } = SERIES[scale.series];
      const index = bucketIndex(scale.series, NOW);
      const tally = {
        ...EMPTY_TALLY,
        [scale.series]: Series.of([{ index, bad: 3000, good: 1000, sources: 2 }]),
      };
      const gone = onTallies([tally], (index + keep) * length)
        .evidence.at(0)
        ?.links.filter(({ scale: { series } }) => series === scale.series);
      expect(gone?.map(({ bad, good }) => bad + good)).toEqual(gone?.map(() => 0));
    }
  });

  it('of a subject outweighs its neighbourhood, the more the more there is of it', () => {
    const bad = Array.from({ length: 20 }, (_, i) => recordOf(`2a00:1450:4001:8${(i + 32).toString(16)}::5`));
    const good = (count: number) => recordOf(HOST, { verdict: 'ham', count });
    const spam = [0, 1, 3, 10, 100].map(
      (count) => ask(count === 0 ? bad : [...bad, good(count)], HOST).evidence.at(0)?.spam ?? 1,
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
