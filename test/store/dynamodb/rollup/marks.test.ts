import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareSequence,
  decodeMarks,
  encodeMarks,
  isApplied,
  type Mark,
  shardName,
  withApplied,
} from '../../../../lib/store/dynamodb/rollup/marks.ts';
import { HOUR, NOW } from '../../../support/records.ts';

const sequence = fc.bigInt({ min: 0n, max: 10n ** 40n - 1n });

describe('marks', () => {
  it('compares sequence numbers as numbers, of any length and with leading zeros', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const order = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(compareSequence(String(a).padStart(21, '0'), String(b)))).toBe(order);
      }),
      { seed: 42, numRuns: 1000 },
    );
  });

  it('knows what is applied: everything up to the highest number of the same shard', () => {
    const marks = withApplied([], [{ shard: 'a', sequence: '100' }], NOW);
    expect(isApplied(marks, { shard: 'a', sequence: '99' })).toBe(true);
    expect(isApplied(marks, { shard: 'a', sequence: '100' })).toBe(true);
    expect(isApplied(marks, { shard: 'a', sequence: '101' })).toBe(false);
    expect(isApplied(marks, { shard: 'b', sequence: '1' })).toBe(false);
  });

  it('never goes back', () => {
    const marks = withApplied([{ shard: 'a', sequence: '100', hour: 0 }], [{ shard: 'a', sequence: '7' }], 0);
    expect(marks).toEqual([{ shard: 'a', sequence: '100', hour: 0 }]);
  });

  it('is kept for as long as the stream keeps a record, and an hour more', () => {
    const [old] = withApplied([], [{ shard: 'a', sequence: '1' }], NOW);
    if (old === undefined) throw new Error('no mark');
    const later = (hours: number): readonly Mark[] =>
      withApplied([old], [{ shard: 'b', sequence: '1' }], NOW + hours * HOUR);
    expect(later(25)).toContain(old);
    expect(later(27)).not.toContain(old);
  });

  it('reads back what it writes', () => {
    const mark = fc.record({
      shard: fc.string().map(shardName),
      sequence: sequence.map(String),
      hour: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(fc.array(mark), (marks) => {
        expect(decodeMarks(encodeMarks(marks))).toEqual(marks);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('takes 30 bytes a shard, so that a day of twenty busy shards fits beside a tally', () => {
    const marks = Array.from({ length: 125 }, (_, i) => ({
      shard: shardName(`shardId-${i}`),
      sequence: '1234567890123456789012345678901234567890',
      hour: 498_000,
    }));
    expect(encodeMarks(marks).length).toBeLessThan(125 * 31);
  });
});
