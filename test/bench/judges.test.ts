import { describe, expect, it } from 'vitest';
import { oracle, per48, per64, perAddress } from '../../bench/accuracy/judges/counting.ts';
import { iprepdJudge, recovered } from '../../bench/accuracy/judges/iprepd.ts';
import type { Judge } from '../../bench/accuracy/judges/judge.ts';
import { averaged, rspamdJudge, symbolOf } from '../../bench/accuracy/judges/rspamd.ts';
import { prefixOf } from '../../bench/accuracy/space.ts';
import { DAY, HOUR, type Label, type Traffic, type TrafficEvent } from '../../bench/accuracy/traffic.ts';

const event = (address: string, verdict: Label, at: number): TrafficEvent => ({
  id: `${at}`,
  at,
  address,
  verdict,
});

const traffic: Traffic = {
  name: 'none',
  events: [],
  published: '',
  endSiteOf: () => prefixOf('2a00:1:2::/48'),
};

function teach(judge: Judge, ...events: TrafficEvent[]): Judge {
  for (const one of events) judge.learn(one, one.at);
  return judge;
}

describe('counting', () => {
  it('refuses from the third spam on, and defers from the second', () => {
    const judge = perAddress(traffic);
    const spam = (at: number): TrafficEvent => event('2a00::1', 'spam', at);
    expect(judge.answer(spam(0))).toMatchObject({ spam: 0.1, action: 'accept' });
    teach(judge, spam(0));
    expect(judge.answer(spam(0))).toMatchObject({ spam: 1.1 / 2, action: 'accept' });
    teach(judge, spam(0));
    expect(judge.answer(spam(0)).action).toBe('tempfail');
    teach(judge, spam(0));
    expect(judge.answer(spam(0))).toMatchObject({ spam: 3.1 / 4, action: 'reject' });
  });

  it('halves what it knows in 30 days', () => {
    const judge = teach(perAddress(traffic), event('5.0.0.1', 'ham', 0), event('5.0.0.1', 'spam', 0));
    expect(judge.answer(event('5.0.0.1', 'ham', 30 * DAY)).spam).toBeCloseTo((0.5 + 0.1) / 2, 12);
  });

  it('counts under its own length only, and unwraps mapped IPv4', () => {
    const seen = ['2a00:1:2:3::1', '2a00:1:2:3::2', '2a00:1:2:4::1', '::ffff:5.0.0.1'];
    const known = (judge: Judge): boolean[] => {
      teach(judge, event('2a00:1:2:3::1', 'spam', 0), event('5.0.0.1', 'spam', 0));
      return seen.map((address) => (judge.answer(event(address, 'spam', 0)).spam ?? 0) > 0.5);
    };
    expect(known(perAddress(traffic))).toEqual([true, false, false, true]);
    expect(known(per64(traffic))).toEqual([true, true, false, true]);
    expect(known(per48(traffic))).toEqual([true, true, true, true]);
    expect(known(oracle(traffic))).toEqual([true, true, true, true]);
  });
});

describe('iprepd', () => {
  it('falls by the penalty, not below the floor, and climbs a point per whole hour', () => {
    const spam = (at: number): TrafficEvent => event('2a00::1', 'spam', at);
    const judge = teach(iprepdJudge(), spam(0), spam(0));
    expect(judge.answer(spam(0))).toMatchObject({ spam: 0.5, action: 'tempfail' });
    teach(judge, spam(0));
    expect(judge.answer(spam(0))).toMatchObject({ spam: 0.75, action: 'reject' });
    // 25 points, 10 whole hours later 35, then another violation: 10.
    teach(judge, spam(10.5 * HOUR));
    expect(judge.answer(spam(10.5 * HOUR)).spam).toBeCloseTo(0.9, 12);
    teach(judge, spam(10.5 * HOUR));
    expect(judge.answer(spam(10.5 * HOUR)).spam).toBe(1);
  });

  it('takes no notice of good mail and shares a /64', () => {
    const judge = teach(iprepdJudge(), event('2a00::1', 'spam', 0), event('2a00::2', 'ham', 0));
    expect(judge.answer(event('2a00::3', 'ham', 0)).spam).toBe(0.25);
    expect(judge.answer(event('2a00:0:0:1::3', 'ham', 0)).spam).toBe(0);
  });

  it('recovers to 100 and forgets after 14 days', () => {
    expect(recovered({ reputation: 60, updated: 0 }, 39.9 * HOUR)).toBe(99);
    expect(recovered({ reputation: 60, updated: 0 }, 50 * HOUR)).toBe(100);
    expect(recovered({ reputation: 0, updated: 0 }, 14 * DAY)).toBe(100);
    expect(recovered(undefined, 0)).toBe(100);
  });
});

describe('rspamd', () => {
  it('averages by elapsed time alone', () => {
    const first = averaged(undefined, 15, 0);
    expect(first).toEqual({ value: 15, messages: 1, updated: 0 });
    const alpha = 1 - Math.exp(-10 / 30);
    const second = averaged(first, -2, 10 * DAY);
    expect(second.value).toBeCloseTo(alpha * -2 + (1 - alpha) * 15, 12);
    expect(averaged(second, 15, 10 * DAY).value).toBe(second.value);
  });

  it('says nothing before ten messages, and -0.5 for an average of 0', () => {
    expect(symbolOf({ value: 15, messages: 9, updated: 0 })).toBe(0);
    expect(symbolOf({ value: 0, messages: 10, updated: 0 })).toBeCloseTo(-0.50003, 4);
    expect(symbolOf({ value: 15, messages: 10, updated: 0 })).toBeCloseTo(0.85714, 4);
  });

  it('is blind to volume: a thousand spams in an instant after one ham change nothing', () => {
    const judge = teach(rspamdJudge(), event('5.0.0.1', 'ham', 0));
    for (let i = 0; i < 1000; i++) teach(judge, event('5.0.0.1', 'spam', 0));
    expect(judge.answer(event('5.0.0.1', 'spam', 0)).action).toBe('accept');
  });
});
