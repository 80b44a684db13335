/** The test for a turn, by hand: odds of a change times how much likelier each of the newest reports is after one. */
import { describe, expect, it } from 'vitest';
import { TURN } from '../../lib/reputation/parameters.ts';
import type { RecentVerdict } from '../../lib/reputation/recent.ts';
import { turnOf } from '../../lib/reputation/turn.ts';
import { NOW } from '../support/records.ts';

const PRIOR_ODDS = TURN.chance / (1 - TURN.chance);

describe('a turn', () => {
  it('is none when nothing is known, or the newest reports speak against it', () => {
    expect(turnOf([], 0.3, NOW)).toBeNull();
    expect(turnOf([entry(false)], 0.03, NOW)).toBeNull();
    expect(turnOf([entry(true)], 0.99, NOW)).toBeNull();
  });

  it('towards bad is as likely as its reports are likelier from a taken-over host', () => {
    const p = 0.1;
    const turned = Math.min(TURN.badRate, 1 - TURN.trustedDoubt);
    for (const count of [1, 2, 3]) {
      const odds = PRIOR_ODDS * ((turned / p) ** count - 1);
      const turn = turnOf(
        Array.from({ length: count }, () => entry(true)),
        p,
        NOW,
      );
      expect(turn).toMatchObject({ towards: 'bad', run: count });
      expect(turn?.probability).toBeCloseTo(odds / (1 + odds), 12);
      expect(turn?.spam).toBeCloseTo(p + (TURN.badRate - p) * (odds / (1 + odds)), 12);
    }
  });

  it('towards good is as likely as its reports are likelier from a cleaned host', () => {
    const p = 0.8;
    const turned = Math.max(TURN.goodRate, TURN.trustedDoubt);
    const odds = PRIOR_ODDS * (((1 - turned) / (1 - p)) ** 2 - 1);
    const turn = turnOf([entry(false), entry(false)], p, NOW);
    expect(turn).toMatchObject({ towards: 'good', run: 2 });
    expect(turn?.spam).toBeCloseTo(p + (TURN.goodRate - p) * (odds / (1 + odds)), 12);
  });

  it('trusts a report only so far: a rate is never nearer to 0 or 1 than reports are wrong', () => {
    const certain = turnOf([entry(true, { trusted: false })], 0.0001, NOW)?.probability ?? 0;
    const odds = PRIOR_ODDS * (Math.min(TURN.badRate, 1 - TURN.untrustedDoubt) / TURN.untrustedDoubt - 1);
    expect(certain).toBeCloseTo(odds / (1 + odds), 12);
    expect(turnOf([entry(true)], 0.0001, NOW)?.probability).toBeGreaterThan(certain);
  });

  it('counts a report half as much with every half-life of its age, in the exponent', () => {
    const p = 0.1;
    const turned = Math.min(TURN.badRate, 1 - TURN.trustedDoubt);
    const odds = PRIOR_ODDS * ((turned / p) ** 0.5 - 1);
    const turn = turnOf([entry(true, { at: NOW - TURN.halfLife })], p, NOW);
    expect(turn?.probability).toBeCloseTo(odds / (1 + odds), 12);
  });

  it('begins at the likeliest of the newest reports: older ones that speak against it do not count', () => {
    const turn = turnOf([entry(true), entry(true), entry(false), entry(false)], 0.1, NOW);
    expect(turn?.run).toBe(2);
    expect(turn).toEqual(turnOf([entry(true), entry(true)], 0.1, NOW));
  });

  it('may go on behind a report that speaks against it', () => {
    const list = [entry(true), entry(false), entry(true), entry(true), entry(true)];
    expect(turnOf(list, 0.3, NOW)).toMatchObject({ towards: 'bad', run: 5 });
  });

  it('is the likelier one when the newest reports could tell of both', () => {
    const cleaned = [entry(false), entry(true), entry(true), entry(true)];
    expect(turnOf(cleaned, 0.3, NOW)).toMatchObject({ towards: 'bad', run: 4 });
    expect(turnOf(cleaned, 0.6, NOW)).toMatchObject({ towards: 'good', run: 1 });
  });

  it('never overshoots: the result lies between what the chain found and the rate after the turn', () => {
    for (let p = 0; p <= 1; p += 0.01) {
      for (const bad of [true, false]) {
        const turn = turnOf(
          Array.from({ length: 8 }, () => entry(bad)),
          p,
          NOW,
        );
        if (turn === null) continue;
        const rate = turn.towards === 'bad' ? TURN.badRate : TURN.goodRate;
        expect(turn.spam).toBeGreaterThanOrEqual(Math.min(p, rate));
        expect(turn.spam).toBeLessThanOrEqual(Math.max(p, rate));
      }
    }
  });

  it('begins from nothing: a report that hardly tells changes hardly anything', () => {
    const nearlyBad = TURN.badRate - 1e-9;
    expect(turnOf([entry(true)], nearlyBad, NOW)?.probability).toBeLessThan(1e-9);
    const old = turnOf([entry(true, { at: NOW - 60 * TURN.halfLife })], 0.1, NOW);
    expect(old?.probability).toBeLessThan(1e-9);
  });

  it('takes a report from the future for one of now', () => {
    expect(turnOf([entry(true, { at: NOW + 60_000 })], 0.1, NOW)).toEqual(turnOf([entry(true)], 0.1, NOW));
  });
});

function entry(bad: boolean, changes: Partial<RecentVerdict> = {}): RecentVerdict {
  return { at: NOW, bad, trusted: true, tag: 1, bin: null, ...changes };
}
