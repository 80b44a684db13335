import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { intervalAt } from '../../lib/reputation/chain.ts';
import { reputationOf } from '../../lib/reputation/reputation.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { mustPrefix, NOW, recordOf } from '../support/records.ts';

/** Reports too weak for the list of newest ones, so that no turn is seen in them; one in four is good. */
function reputationAfter(reports: number) {
  const store = new MemoryStore();
  store.record(
    Array.from({ length: reports }, (_, i) =>
      recordOf('2a00:5555:1:1::1', { id: `r${i}`, verdict: i % 4 === 3 ? 'ham' : 'auth-failure' }),
    ),
    NOW,
  );
  const ladder = ladderOf(mustPrefix('2a00:5555:1:1::/64'));
  const tallies = rungsOf(ladder).map((key) => store.tally(key));
  return reputationOf({ ladder, tallies, bin: null, root: store.rootTally(6) }, NOW);
}

describe('the interval of a level', () => {
  it('is the interval of the answer for the subject, when neither a host nor a turn had a say', () => {
    const { interval, evidence, turn, host } = reputationAfter(3);
    expect({ turn, host }).toEqual({ turn: null, host: null });
    expect(intervalAt(evidence, 0)).toEqual(interval);
  });

  it('holds the conclusion, and is wide where nothing was seen', () => {
    const { evidence } = reputationAfter(80);
    const widths = Array.from(evidence, ({ spam }, level) => {
      const [low, high] = intervalAt(evidence, level);
      expect(low).toBeLessThan(spam);
      expect(high).toBeGreaterThan(spam);
      return high - low;
    });
    expect(widths[0]).toBeLessThan(0.3);
    for (const width of widths.slice(1)) expect(width).toBeGreaterThan(0.5);
  });
});
