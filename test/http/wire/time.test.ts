import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, formatTime, parseTime } from '../../../lib/http/wire/time.ts';

describe('parseTime', () => {
  it.each([
    ['2026-11-21T19:00:00Z', '2026-11-21T19:00:00.000Z'],
    ['2026-11-21t19:00:00z', '2026-11-21T19:00:00.000Z'],
    ['2026-11-21T19:00:00.5Z', '2026-11-21T19:00:00.500Z'],
    ['2026-11-21T19:00:00.123456789Z', '2026-11-21T19:00:00.123Z'],
    ['2026-11-21T19:00:00+05:30', '2026-11-21T13:30:00.000Z'],
    ['2026-11-21T19:00:00-00:00', '2026-11-21T19:00:00.000Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    const parsed = parseTime(text);
    expect(parsed.ok && new Date(parsed.value).toISOString()).toBe(expected);
  });

  it.each([
    ['2026-11-21', 'expected'],
    ['2026-11-21T19:00:00', 'with its zone'],
    ['2026-11-21 19:00:00Z', 'expected'],
    ['2026-11-21T19:00Z', 'expected'],
    ['2026-11-21T19:00:00+0530', 'expected'],
    ['2026-11-21T19:00:00.Z', 'expected'],
    ['+02026-11-21T19:00:00Z', 'expected'],
    ['Sat, 21 Nov 2026 19:00:00 GMT', 'expected'],
    ['1795287600', 'expected'],
    ['', 'expected'],
    ['2026-02-29T00:00:00Z', 'no such date'],
    ['2026-13-01T00:00:00Z', 'no such date'],
    ['2026-00-01T00:00:00Z', 'no such date'],
    ['2026-11-31T00:00:00Z', 'no such date'],
    ['2026-11-21T24:00:00Z', 'no such time'],
    ['2026-11-21T23:60:00Z', 'no such time'],
    ['2026-11-21T23:59:61Z', 'no such time'],
    ['2026-11-21T19:00:00+24:00', 'no such zone'],
    ['2026-11-21T19:00:00+01:60', 'no such zone'],
  ])('refuses %s', (text, reason) => {
    const parsed = parseTime(text);
    expect(parsed.ok ? 'taken' : parsed.error).toContain(reason);
  });

  it('reads back what every instant is written as, and agrees with the platform', () => {
    const instants = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseTime(instant.toISOString())).toEqual({ ok: true, value: instant.getTime() });
        const second = Math.floor(instant.getTime() / 1000) * 1000;
        expect(parseTime(formatTime(instant.getTime()))).toEqual({ ok: true, value: second });
      }),
      { seed: 42, numRuns: 500 },
    );
  });
});

describe('formatDay', () => {
  it('is the UTC day', () => {
    expect(formatDay(Date.UTC(2026, 10, 21, 23, 59, 59, 999))).toBe('2026-11-21');
    expect(formatDay(Date.UTC(2026, 10, 22))).toBe('2026-11-22');
  });
});
