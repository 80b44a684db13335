/** What a verdict weighs. */
import { describe, expect, it } from 'vitest';
import { isVerdict, MAX_COUNT, UNIT, VERDICTS, weightOf } from '../../lib/reputation/verdict.ts';

describe('a verdict', () => {
  it('is one of the eight words of the contract', () => {
    expect([...VERDICTS].sort()).toEqual([
      'abusive',
      'auth-failure',
      'fraud',
      'ham',
      'invalid-recipients',
      'malware',
      'spam',
      'trap',
    ]);
    for (const word of VERDICTS) expect(isVerdict(word)).toBe(true);
    for (const word of ['', 'SPAM', 'spam ', 'phish', 'toString', '__proto__'])
      expect(isVerdict(word)).toBe(false);
  });

  it('speaks for or against, never both; only ham speaks for', () => {
    for (const word of VERDICTS) {
      const { bad, good } = weightOf(word);
      expect([word, bad > 0, good > 0]).toEqual([word, word !== 'ham', word === 'ham']);
    }
  });

  it('weighs one unit when it is a plain spam or ham report', () => {
    expect(weightOf('spam')).toEqual({ bad: UNIT, good: 0 });
    expect(weightOf('ham')).toEqual({ bad: 0, good: UNIT });
  });

  it('weighs more when it is rarely a mistake, and less when it often is one', () => {
    for (const word of ['trap', 'malware', 'fraud'] as const)
      expect(weightOf(word).bad).toBeGreaterThan(UNIT);
    for (const word of ['invalid-recipients', 'auth-failure'] as const)
      expect(weightOf(word).bad).toBeLessThan(UNIT);
  });

  it('is whole thousandths, so that sums are exact in any order', () => {
    for (const word of VERDICTS) {
      const { bad, good } = weightOf(word, 7);
      expect(Number.isInteger(bad) && Number.isInteger(good)).toBe(true);
    }
  });

  it('weighs as many times as it counts messages, up to a bound', () => {
    expect(weightOf('spam', 3)).toEqual({ bad: 3 * UNIT, good: 0 });
    expect(weightOf('spam', MAX_COUNT)).toEqual(weightOf('spam', MAX_COUNT + 1));
    expect(weightOf('ham', Number.MAX_SAFE_INTEGER)).toEqual({ bad: 0, good: MAX_COUNT * UNIT });
  });
});
