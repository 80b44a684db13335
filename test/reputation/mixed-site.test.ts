/** Hosts and turns as the reputation weighs them in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostBin } from '../../lib/reputation/host.ts';
import { HOST_SCALE, MIXED_SITE, TURN } from '../../lib/reputation/parameters.ts';
import { Series } from '../../lib/reputation/series.ts';
import { bucketIndex, EMPTY_TALLY, type Tally } from '../../lib/reputation/tally.ts';
import { anyTally, SEED } from '../support/arbitraries.ts';
import { ask, chain, onTallies } from '../support/asked.ts';
import { DAY, HOUR, mustAddress, mustPrefix, NOW, recordOf } from '../support/records.ts';

describe('a host inside an end site', () => {
  const BAD = '2a00:1450:4001:81b::bad';
  const GOOD = '2a00:1450:4001:81b::900d';
  const mixed = [recordOf(BAD, { count: 30 }), recordOf(GOOD, { count: 30, verdict: 'ham' })];
  const binOf = (host: string) => hostBin(mustAddress(host), mustPrefix('2a00:1450:4001:81b::/64'));

  it('is judged by itself when the end site sends both kinds', () => {
    expect(binOf(BAD)).not.toBe(binOf(GOOD));
    const [bad, good] = [ask(mixed, BAD), ask(mixed, GOOD)];
    const site = bad.evidence.at(0)?.spam ?? 0;
    expect(good.evidence.at(0)?.spam).toBe(site);
    expect(bad.host).toMatchObject({ prior: site, bad: 30, good: 0 });
    expect(bad.host?.posterior).toBeCloseTo(chain(site, [[HOST_SCALE.strength, 30, 0]]), 12);
    expect(good.host?.posterior).toBeCloseTo(chain(site, [[HOST_SCALE.strength, 0, 30]]), 12);
    expect(bad.spam).toBeGreaterThan(0.9);
    expect(good.spam).toBeLessThan(0.1);
  });

  it('that nobody knows yet has what its end site has', () => {
    const stranger = ask(mixed, '2a00:1450:4001:81b::1234');
    expect(stranger.host).toMatchObject({ bad: 0, good: 0 });
    expect(stranger.spam).toBeCloseTo(stranger.evidence.at(0)?.spam ?? 0, 12);
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
    const months = Series.of([{ index: now, bad: 20_000, good: 20_000, sources: 1 }]);
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
      { seed: SEED, numRuns: 200 },
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
    expect(spam).toBeGreaterThan(evidence.at(0)?.spam ?? 1);
    const p = Math.min(1 - TURN.trustedDoubt, Math.max(TURN.trustedDoubt, evidence.at(0)?.spam ?? 0));
    const turned = Math.min(1 - TURN.trustedDoubt, TURN.badRate);
    // Reports of now, one and two seconds ago: they have hardly faded.
    const fade = [0, 1000, 2000].reduce((sum, age) => sum + 2 ** (-age / TURN.halfLife), 0);
    // Less one, as three reports that say nothing would be no turn.
    const odds = (TURN.chance / (1 - TURN.chance)) * ((turned / p) ** fade - 1);
    expect(turn?.probability).toBeCloseTo(odds / (1 + odds), 9);
    const settled = evidence.at(0)?.spam ?? 0;
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
    expect(spam).toBeLessThan(evidence.at(0)?.spam ?? 0);
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
