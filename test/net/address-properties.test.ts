/** Properties of addresses, prefixes and kinds over generated inputs; the seed is fixed, so a failure repeats. */
import { describe, expect, it } from 'vitest';
import { ADDRESS_PROPERTIES } from '../support/address-properties.ts';

describe('for every address', () => {
  it.each(ADDRESS_PROPERTIES)('$says', ({ check, runs }) => check(42, runs));

  it('the properties see at least 100,000 inputs', () => {
    const inputs = ADDRESS_PROPERTIES.reduce((sum, { runs }) => sum + runs, 0);
    expect(inputs).toBeGreaterThanOrEqual(100_000);
  });
});
