/** Bytes into lines, however the bytes are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, type TextEncoding } from '../../lib/allocation/lines.ts';

function linesOf(
  chunks: readonly Uint8Array[],
  encoding: TextEncoding = 'utf-8',
  cutShort = false,
): string[] {
  const splitter = new LineSplitter(encoding);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end(cutShort)];
}

describe('lines', () => {
  it('are the same wherever the chunks are cut, inside a character and a CRLF too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'ü', '\u{1f4e1}', '\r\n', '\n', '\r', ',', ''), { maxLength: 40 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 6 }),
        (pieces, cuts) => {
          const bytes = new TextEncoder().encode(pieces.join(''));
          const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
          const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
          const expected = pieces
            .join('')
            .split('\n')
            .map((line) => line.replace(/\r$/, ''));
          if (pieces.join('').split('\n').at(-1) === '') expected.pop();
          expect(linesOf(chunks)).toEqual(expected);
        },
      ),
      { seed: 42, numRuns: 1_000 },
    );
  });

  it('of ISO-8859-1 are read byte by byte', () => {
    expect(linesOf([Uint8Array.of(0x42, 0xfc, 0x72, 0x6f, 0x0a)], 'latin1')).toEqual(['Büro']);
  });

  it('of bytes that are no UTF-8 are kept with a mark in their place', () => {
    expect(linesOf([Uint8Array.of(0x61, 0xff, 0x0a, 0x62)])).toEqual(['a\uFFFD', 'b']);
  });

  it('lose the last one when the input broke off', () => {
    const bytes = new TextEncoder().encode('whole\nhal');
    expect(linesOf([bytes], 'utf-8', true)).toEqual(['whole']);
    expect(linesOf([bytes])).toEqual(['whole', 'hal']);
  });

  it('without end cost a bounded memory', () => {
    const splitter = new LineSplitter('utf-8');
    const chunk = new Uint8Array(64 * 1024).fill(0x61);
    for (let i = 0; i < 1_000; i++) expect(splitter.push(chunk)).toEqual([]);
    const [line] = splitter.push(Uint8Array.of(0x0a));
    expect(line?.length).toBe(16_384);
  });
});
