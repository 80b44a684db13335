/** Limits as text: what `JSON.stringify` gives, whichever came before. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonWriter } from '../../../lib/http/wire/json-writer.ts';
import { writeLimits } from '../../../lib/http/wire/limits.ts';
import { DEFAULT_POLICY_BOOK, type Limits, SERVICE_CLASSES } from '../../../lib/policy/policy-book.ts';
import { SEED } from '../../support/arbitraries.ts';

const out = new JsonWriter();
const textOf = (limits: Limits): string => {
  writeLimits(limits, out.clear());
  return out.finish();
};

it('are written as JSON.stringify writes them, in any order, with any time to try again', () => {
  const book = SERVICE_CLASSES.map((name) => DEFAULT_POLICY_BOOK.limits[name]);
  const number = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.nat(), fc.constant(2 ** 40));
  const field = fc.constantFrom(
    ...(['tarpitSeconds', 'bytesPerSecond', 'recipientsPerHour', 'concurrentConnections'] as const),
  );
  const edited = fc
    .tuple(fc.constantFrom(...book), field, number, fc.boolean())
    .map(([limits, name, value, pipelining]): Limits => ({ ...limits, [name]: value, pipelining }));
  const grown = fc
    .tuple(fc.oneof(fc.constantFrom(...book), edited), number)
    .map(([limits, retryAfterSeconds]): Limits => ({ ...limits, retryAfterSeconds }));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...book), edited, grown), { maxLength: 40 }), (all) => {
      for (const limits of all) expect(textOf(limits)).toBe(JSON.stringify(limits));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

it('tell limits apart that differ in a single field', () => {
  const { good } = DEFAULT_POLICY_BOOK.limits;
  textOf(good);
  for (const [name, value] of Object.entries(good)) {
    const other = { ...good, [name]: typeof value === 'number' ? value + 1 : !value };
    expect(textOf(other)).toBe(JSON.stringify(other));
  }
});
