import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { together } from '../../lib/http/together.ts';

describe('what arrives in one turn of the event loop', () => {
  it('is handed over once the turn ends, in the order it came', async () => {
    const handed: (readonly number[])[] = [];
    const take = together<number>(10, (items) => handed.push(items));
    for (const item of [3, 1, 2]) take(item);
    await Promise.resolve();
    expect(handed).toEqual([]);
    await nextTurn();
    expect(handed).toEqual([[3, 1, 2]]);
  });

  it('is handed over in parts of at most as many as were wanted', async () => {
    const handed: (readonly number[])[] = [];
    const take = together<number>(2, (items) => handed.push(items));
    for (const item of [1, 2, 3, 4, 5]) take(item);
    await nextTurn();
    expect(handed).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('is not mixed with what arrives while it is worked on', async () => {
    const handed: (readonly number[])[] = [];
    const take = together<number>(10, (items) => {
      handed.push(items);
      if (items.includes(1)) take(7);
    });
    take(1);
    take(2);
    await nextTurn();
    expect(handed).toEqual([[1, 2]]);
    await nextTurn();
    expect(handed).toEqual([[1, 2], [7]]);
  });
});
