import { describe, expect, it } from 'vitest';
import { hilbertPoint, type Point } from '../../lib/http/page/map/hilbert.ts';

/** The walk built quarter by quarter out of the smaller walk: slow, and plain to see. */
function slowWalk(order: number): Point[] {
  if (order === 0) return [{ x: 0, y: 0 }];
  const smaller = slowWalk(order - 1);
  const size = 2 ** (order - 1);
  return [
    ...smaller.map(({ x, y }) => ({ x: y, y: x })),
    ...smaller.map(({ x, y }) => ({ x, y: y + size })),
    ...smaller.map(({ x, y }) => ({ x: x + size, y: y + size })),
    ...smaller.map(({ x, y }) => ({ x: 2 * size - 1 - y, y: size - 1 - x })),
  ];
}

const walk = (order: number): Point[] => Array.from({ length: 4 ** order }, (_, i) => hilbertPoint(order, i));

describe('the Hilbert walk', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('of order %i is the walk put together by hand', (order) => {
    expect(walk(order)).toEqual(slowWalk(order));
  });

  it('visits every cell once, each beside the one before', () => {
    const cells = walk(6);
    expect(new Set(cells.map(({ x, y }) => y * 64 + x)).size).toBe(4096);
    for (const [i, { x, y }] of cells.entries()) {
      const before = cells[i - 1];
      if (before !== undefined) expect(Math.abs(x - before.x) + Math.abs(y - before.y)).toBe(1);
    }
  });

  it('keeps the place of a prefix when the map is drawn finer', () => {
    for (let step = 0; step < 4 ** 5; step++) {
      const fine = hilbertPoint(5, step);
      expect({ x: fine.x >> 2, y: fine.y >> 2 }).toEqual(hilbertPoint(3, step >> 4));
    }
  });

  it('holds at the greatest order too', () => {
    expect(hilbertPoint(15, 0)).toEqual({ x: 0, y: 0 });
    expect(hilbertPoint(15, 4 ** 15 - 1)).toEqual({ x: 2 ** 15 - 1, y: 0 });
  });
});
