import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCutter } from '../../lib/http/lines.ts';

/** The lines of a text cut at given places, as text; null for one that is too long. */
function cut(chunks: readonly string[], limit: number): (string | null)[] {
  const cutter = new LineCutter(limit);
  const lines = chunks.flatMap((chunk) => [...cutter.cut(Buffer.from(chunk, 'latin1'))]);
  lines.push(...cutter.end());
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, i) => i));
  return lines.map(({ bytes }) => (bytes === null ? null : Buffer.from(bytes).toString('latin1')));
}

/** The obvious way: the whole text at once. */
function cutSlowly(text: string, limit: number): (string | null)[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.length > limit ? null : line));
}

describe('LineCutter', () => {
  it('finds the lines of a text wherever its chunks end', () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('\n', 'a', 'b', '\r'), maxLength: 12 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 6 }), (chunks, limit) => {
        expect(cut(chunks, limit)).toEqual(cutSlowly(chunks.join(''), limit));
      }),
      { seed: 42, numRuns: 3000 },
    );
  });

  it('measures a line that is too long without holding it', () => {
    const cutter = new LineCutter(10);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 64; i++) expect([...cutter.cut(Buffer.from(chunk))]).toEqual([]);
    globalThis.gc?.();
    expect([...cutter.cut(Buffer.from('\nok\n'))].map(({ bytes }) => bytes?.length ?? null)).toEqual([
      null,
      2,
    ]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 * 1024);
  });
});
