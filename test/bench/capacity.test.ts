import { describe, expect, it } from 'vitest';
import { busiest, lookupLoad, peakRate, verdictLoad } from '../../bench/capacity/model.ts';
import { mustPrefix } from '../support/records.ts';

const message = (subject: string, id: string) => ({ subject: mustPrefix(subject), reporter: 'mx', id });

describe('the capacity model', () => {
  it('reads half a unit of each tally of the ladder', () => {
    const { items, keys } = lookupLoad([message('2a00:1450:1:2::/64', 'a')], 10);
    expect([...items.values()]).toEqual([5, 5, 5, 5, 5, 5]);
    expect([...keys.keys()]).toContain('t620.2a00');
  });

  it('adds what neighbours share, and keeps apart what they do not', () => {
    const { items } = lookupLoad([message('198.35.1.1/32', 'a'), message('198.35.2.1/32', 'b')], 8000);
    const units = [...items.values()].sort((a, b) => a - b);
    expect(units).toEqual([2000, 2000, 2000, 2000, 4000]);
    expect(busiest(items, 3000)).toMatchObject({ units: 4000, share: 4 / 3 });
  });

  it('spreads a reporter over its lanes', () => {
    const sample = Array.from({ length: 4000 }, (_, i) => message('198.35.1.1/32', `id-${i}`));
    const { keys } = verdictLoad(sample, 1600);
    expect(keys.size).toBe(16);
    expect(busiest(keys, 1000).units).toBeLessThan(130);
    expect([...keys.values()].reduce((sum, units) => sum + units, 0)).toBeCloseTo(1600);
  });

  it('counts the peak of a day as so many times its mean', () => {
    expect(peakRate(86_400, 2)).toBe(2);
  });
});
