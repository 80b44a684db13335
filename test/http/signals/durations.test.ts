import { describe, expect, it } from 'vitest';
import { Durations } from '../../../lib/http/signals/durations.ts';

describe('durations on their way to a histogram', () => {
  it('arrive in order, each once, whenever somebody looks', () => {
    const arrived: number[] = [];
    const durations = new Durations((seconds) => arrived.push(seconds));
    const sent = Array.from({ length: 1300 }, (_, i) => i);
    for (const [i, seconds] of sent.entries()) {
      durations.add(seconds);
      if (i === 700) {
        durations.flush();
        expect(arrived).toEqual(sent.slice(0, 701));
      }
    }
    expect(arrived.length).toBeGreaterThan(701);
    durations.flush();
    durations.flush();
    expect(arrived).toEqual(sent);
  });
});
