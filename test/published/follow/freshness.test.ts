import { describe, expect, it } from 'vitest';
import { freshFor } from '../../../lib/published/follow/freshness.ts';
import { DAY, NOW } from '../../support/records.ts';

describe('how long a fetched file holds', () => {
  it.each([
    ['nothing is said', '', '', 7],
    ['an hour', 'max-age=3600', '', 7],
    ['no-store', 'no-store', '', 7],
    ['two weeks', 'public, max-age=1209600', '', 14],
    ['two weeks, quoted and shouted', 'MAX-AGE="1209600"', '', 14],
    ['a year', 'max-age=31536000', '', 30],
    ['two weeks by date', '', new Date(NOW + 14 * DAY).toUTCString(), 14],
    ['max-age before a date', 'max-age=3600', new Date(NOW + 14 * DAY).toUTCString(), 7],
    ['a date that has passed', '', new Date(NOW - DAY).toUTCString(), 7],
    ['rubbish', 's-maxage=1209600, max-age=soon', '0', 7],
  ])('%s', (_, cacheControl, expires, days) => {
    expect(freshFor({ cacheControl, expires }, NOW)).toBe(days * DAY);
  });
});
