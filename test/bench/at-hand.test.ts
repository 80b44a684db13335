import { describe, expect, it } from 'vitest';
import { nanosecondsAtHand } from '../../bench/measure/at-hand.ts';

describe('timing answers to questions at hand', () => {
  it('asks every question once, in order, in the place it was put into, whatever the answer is', () => {
    const places: number[] = [];
    const asked: number[] = [];
    nanosecondsAtHand({
      count: 3_000,
      put: (question, place) => {
        places[place] = question;
      },
      answer: (place) => {
        const question = places[place] ?? Number.NaN;
        asked.push(question);
        return [-1, 0, 2 ** 31 - 2][question % 3] ?? Number.NaN;
      },
    });
    expect(asked).toEqual(Array.from({ length: 3_000 }, (_, question) => question));
  });

  it('refuses an answer that is no number, as of a place without a question', () => {
    const places: number[] = [];
    const answer = (place: number): number => places[place] ?? Number.NaN;
    expect(() => nanosecondsAtHand({ count: 1_000, put: () => undefined, answer })).toThrow(/question/);
  });
});
