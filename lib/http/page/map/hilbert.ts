/**
 * Hilbert's curve: a walk through the cells of a square in which what is near in order is near in place, and every
 * aligned quarter of the walk is a quarter of the square. So every sub-prefix of a block is one square patch of its map.
 */

/** A cell: columns from the left, rows from the top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The cell of a step of the walk through a square of 2^order by 2^order cells; `step` from 0 to 4^order - 1, `order` at
 * most 15. The walk starts at the top left, goes down first and ends at the top right, at every order.
 */
export function hilbertPoint(order: number, step: number): Point {
  let x = 0;
  let y = 0;
  let rest = step;
  for (let size = 1; size < 2 ** order; size *= 2) {
    const right = (rest >> 1) & 1;
    const down = (rest ^ right) & 1;
    if (down === 0) {
      // The first quarter is walked mirrored, the last one mirrored and turned.
      [x, y] = right === 1 ? [size - 1 - y, size - 1 - x] : [y, x];
    }
    x += size * right;
    y += size * down;
    rest >>= 2;
  }
  return { x, y };
}
