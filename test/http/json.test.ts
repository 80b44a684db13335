import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/http/json.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

describe('parseJson', () => {
  it('reads what the platform reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('takes sixteen levels and refuses seventeen', () => {
    const nested = (depth: number) =>
      `${'{"a":['.repeat(depth / 2)}${depth % 2 ? '[]' : ''}${']}'.repeat(depth / 2)}`;
    expect(parse(nested(16)).ok).toBe(true);
    expect(parse(nested(17))).toMatchObject({
      ok: false,
      error: { detail: 'body: nested deeper than 16 levels' },
    });
  });

  it('does not count brackets inside strings', () => {
    const text = JSON.stringify({ a: `\\"${'['.repeat(50)}`, b: '{'.repeat(50) });
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it('survives millions of levels', () => {
    expect(parse('['.repeat(4_000_000))).toMatchObject({ ok: false });
  });

  it('refuses bytes that are no UTF-8, and takes a byte order mark', () => {
    expect(parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({
      ok: false,
      error: { detail: 'body: not UTF-8' },
    });
    expect(parse('\ufeff{}')).toEqual({ ok: true, value: {} });
  });
});
