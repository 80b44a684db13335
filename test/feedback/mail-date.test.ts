import { describe, expect, it } from 'vitest';
import { parseMailDate } from '../../lib/feedback/mail-date.ts';

describe('the date of a header', () => {
  it.each([
    ['Sat, 21 Nov 2026 12:00:00 +0000', '2026-11-21T12:00:00Z', 'RFC 5322'],
    ['21 Nov 2026 12:00 +0130', '2026-11-21T10:30:00Z', 'no weekday, no seconds'],
    ['Thu, 29 Apr 2009 00:00:00 -0000 (EST)', '2009-04-29T00:00:00Z', 'a comment is no zone'],
    ['Thu, 29 Apr 2009 00:00:00 GMT', '2009-04-29T00:00:00Z', 'an obsolete zone'],
    ['Thu, 29 Apr 2009 00:00:00 PST', '2009-04-29T08:00:00Z', 'an American zone'],
    ['Thu, 9 Apr 2006 23:34:45 JST', '2006-04-09T23:34:45Z', 'an unknown zone counts as UTC (section 4.3)'],
    ['Sat, 21 Nov 26 12:00:00 Z', '2026-11-21T12:00:00Z', 'two digits of a year'],
    ['Sat, 21 Nov 99 12:00:00 UT', '1999-11-21T12:00:00Z', 'two digits of the last century'],
    [
      '  Saturday, 21  November 2026   12:00:60 -0800  ',
      '2026-11-21T20:00:59Z',
      'space, whole names, a leap second',
    ],
  ])('%s', (text, expected) => {
    expect(parseMailDate(text)).toBe(Date.parse(expected));
  });

  it.each([
    '',
    'yesterday',
    '31 Feb 2026 12:00:00 +0000',
    '0 Nov 2026 12:00:00 +0000',
    '21 Nov 2026 24:00:00 +0000',
    '21 Nov 2026 12:60:00 +0000',
    '21 Nov 2026 12:00:00',
    '2026-11-21T12:00:00Z',
    '21 Foo 2026 12:00:00 +0000',
    `${'('.repeat(1000)}21 Nov 2026 12:00:00 +0000`,
  ])('%j is none', (text) => {
    expect(parseMailDate(text)).toBeNull();
  });
});
