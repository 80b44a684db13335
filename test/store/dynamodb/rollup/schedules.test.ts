import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySchedule, anyScheduleWithRegrets, everything, play, sums } from '../../../support/schedule.ts';

const RUNS = { seed: 42, numRuns: 60, endOnFailure: true };

describe('the roll-up', () => {
  it('comes to what the plain in-memory store has, however the stream is delivered', async () => {
    await fc.assert(
      fc.asyncProperty(anySchedule, fc.nat(), async (steps, seed) => {
        const { ours, reference, records, buried } = await play(steps, seed);
        expect(await everything(ours, records)).toEqual(await everything(reference, records));
        expect(buried).toBe(0);
      }),
      RUNS,
    );
  });

  it('comes to it when verdicts are taken back and subjects forgotten meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(anyScheduleWithRegrets, fc.nat(), async (steps, seed) => {
        const { ours, reference, records, buried } = await play(steps, seed);
        const [own, wanted] = await Promise.all([everything(ours, records), everything(reference, records)]);
        expect(own.map(sums)).toEqual(wanted.map(sums));
        expect(buried).toBe(0);
      }),
      RUNS,
    );
  });

  it('meets deliveries that come twice in those schedules, else they would prove nothing', async () => {
    const [steps] = fc.sample(anySchedule, { seed: 42, numRuns: 1 });
    const { repeated } = await play([...(steps ?? []), ...(steps ?? [])], 1);
    expect(repeated).toBeGreaterThan(0);
  });
});
