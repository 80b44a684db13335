/** A text is what was kept under its place, or gone: never another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextRing } from '../../lib/lookup/text-ring.ts';
import { SEED } from '../support/arbitraries.ts';

/** Two pieces of 16 kB. */
const LEAST = 1;
const PIECE = 2 ** 14;

interface Kept {
  readonly place: number;
  readonly text: string;
  readonly at: number;
}

const anyText = fc
  .tuple(fc.constantFrom('reputation', 'größe', '見'), fc.integer({ min: 1, max: 400 }))
  .map(([word, times]) => word.repeat(times));

const anyStep = fc.oneof(
  { weight: 12, arbitrary: fc.record({ add: anyText, passed: fc.constantFrom(0, 1, 10) }) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
  { weight: 2, arbitrary: fc.record({ release: fc.constantFrom(0, 5, 20) }) },
);

describe('a ring of texts', () => {
  it('has each text as it was kept or not at all, whatever was added, forgotten and given back since', () => {
    let had = 0;
    let gone = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 20, maxLength: 60 }), (steps) => {
        const ring = new TextRing(LEAST);
        let kept: Kept[] = [];
        let now = 1000;
        for (const step of steps) {
          if (step === 'clear') {
            ring.clear();
            kept = kept.map((one) => ({ ...one, at: Number.NEGATIVE_INFINITY }));
          } else if ('release' in step) ring.release(now - step.release);
          else {
            now += step.passed;
            const place = add(ring, step.add, now);
            if (place !== null) kept.push({ place, text: step.add, at: now });
          }
          for (const { place, text, at } of kept) {
            const found = get(ring, place, text);
            if (found === undefined) gone++;
            else had++;
            if (found !== undefined) expect(found).toBe(text);
            if (at === Number.NEGATIVE_INFINITY) expect(found).toBeUndefined();
          }
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
    expect(had).toBeGreaterThan(1000);
    expect(gone).toBeGreaterThan(1000);
  });

  it('has the newest texts that fill one piece, and no more than fill them all', () => {
    const ring = new TextRing(LEAST);
    const texts = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(1000, '.'));
    const places = texts.map((text) => add(ring, text, 0) ?? -1);
    const found = texts.map((text, i) => get(ring, places[i] ?? -1, text) !== undefined);
    expect(found.slice(-16)).toEqual(Array.from({ length: 16 }, () => true));
    expect(found.slice(0, -32)).toEqual(Array.from({ length: 68 }, () => false));
  });

  it('gives back what was not written to lately, and goes on', () => {
    const ring = new TextRing(LEAST);
    const early = add(ring, 'early', 10);
    ring.release(10);
    expect(get(ring, early ?? -1, 'early')).toBe('early');
    ring.release(11);
    expect(get(ring, early ?? -1, 'early')).toBeUndefined();
    const late = add(ring, 'late', 12);
    expect(late).toBeGreaterThan(early ?? -1);
    expect(get(ring, late ?? -1, 'late')).toBe('late');
  });

  it('does not take a text that no piece holds', () => {
    const ring = new TextRing(LEAST);
    expect(add(ring, 'a'.repeat(PIECE), 0)).toBe(0);
    expect(add(ring, 'a'.repeat(PIECE + 1), 0)).toBeNull();
  });
});

function add(ring: TextRing, text: string, now: number): number | null {
  return ring.add(text, Buffer.byteLength(text), now);
}

function get(ring: TextRing, place: number, text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  return ring.get(place, bytes, bytes === text.length);
}
