import { describe, expect, it } from 'vitest';
import { interfaceHint } from '../../lib/http/page/interface-hint.ts';
import {
  between,
  count,
  instant,
  limitRows,
  percent,
  plural,
  range,
  sourceWords,
  weight,
} from '../../lib/http/page/words.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { mustAddress } from '../support/must-address.ts';

describe('numbers in words', () => {
  it('never claim to be certain', () => {
    expect([0, 0.004, 0.5, 0.996, 1].map(percent)).toEqual([
      '<1\u00a0%',
      '<1\u00a0%',
      '50\u00a0%',
      '>99\u00a0%',
      '>99\u00a0%',
    ]);
    expect(range([0.001, 0.25])).toBe('<1\u2009–\u200925\u00a0%');
    expect(between([0.001, 0.25])).toBe('between <1 and 25\u00a0%');
  });

  it('say a range whose ends read the same once', () => {
    expect(range([0.001, 0.004])).toBe('<1\u00a0%');
    expect(between([0.996, 0.999])).toBe('with 90\u00a0% certainty');
  });

  it('are as exact as they are worth', () => {
    expect([0, 0.03, 0.25, 3.123, 9.96, 41.7, 12_345].map(weight)).toEqual([
      '0',
      '<0.1',
      '0.3',
      '3.1',
      '10',
      '42',
      '12,345',
    ]);
    expect([plural(1, 'day', 'days'), plural(2000, 'day', 'days'), count(1e6)]).toEqual([
      '1 day',
      '2,000 days',
      '1,000,000',
    ]);
  });

  it('tell times in UTC', () => {
    expect(instant(Date.UTC(2026, 1, 3, 4, 5, 59))).toBe('3 Feb 2026, 04:05 UTC');
  });

  it('give every limit a unit', () => {
    const rows = Object.fromEntries(limitRows({ ...DEFAULT_POLICY_BOOK.limits.bad, retryAfterSeconds: 900 }));
    expect(rows).toMatchObject({
      'Wait before each answer': '10 s',
      Speed: '1 kB/s',
      Pipelining: 'not offered',
      'Come back after': '15 min',
    });
    const changed = limitRows({
      ...DEFAULT_POLICY_BOOK.limits.good,
      bytesPerSecond: 900,
      tarpitSeconds: 0,
      retryAfterSeconds: 5000,
    });
    expect(Object.fromEntries(changed)).toMatchObject({
      Speed: '900 B/s',
      'Wait before each answer': 'none',
      'Come back after': '1.4 h',
    });
    expect(changed).toHaveLength(12);
  });
});

describe('who says so', () => {
  it('is told apart by source, and by mechanism where nobody needs to say', () => {
    expect(sourceWords({ source: 'published', kind: 'ipv6' })).toContain('network itself');
    expect(sourceWords({ source: 'operator', kind: 'ipv6' })).toContain('operator');
    expect(sourceWords({ source: 'default', kind: 'ipv6' })).toContain('Nobody published');
    expect(sourceWords({ source: 'default', kind: '6to4' })).toContain('/48');
  });
});

describe('a hint on an interface identifier', () => {
  it.each([
    ['2001:db8::', 'All zero'],
    ['2001:db8::25', 'small number'],
    ['2001:db8::3656:32ff:fe78:abcd', 'hardware address 34-56-32-78-ab-cd'],
    ['2001:db8::1c2d:3e4f:5a6b:7c8d', 'random'],
  ])('for %s says: %s', (address, hint) => {
    expect(interfaceHint(mustAddress(address))).toContain(hint);
  });
});
