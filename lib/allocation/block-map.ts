/**
 * Values kept under blocks, asked for the longest block that holds a given one. For thousands of blocks, not millions.
 */
import { Prefix } from '../net/prefix.ts';

export class BlockMap<T> {
  private readonly values = new Map<string, T>();
  /** Lengths present, longest first, for each family by its number. */
  private readonly lengths: Record<4 | 6, number[]> = { 4: [], 6: [] };

  /** The value kept under exactly this block. */
  get(block: Prefix): T | undefined {
    return this.values.get(keyOf(block));
  }

  set(block: Prefix, value: T): void {
    const lengths = this.lengths[block.family];
    if (!lengths.includes(block.length)) {
      lengths.push(block.length);
      lengths.sort((a, b) => b - a);
    }
    this.values.set(keyOf(block), value);
  }

  /** The value of the longest block that is the given one or holds all of it. */
  longest(inner: Prefix): T | undefined {
    for (const length of this.lengths[inner.family]) {
      const value =
        length <= inner.length ? this.values.get(keyOf(Prefix.covering(inner, length))) : undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

function keyOf({ family, w0, w1, w2, w3, length }: Prefix): string {
  return `${family} ${w0} ${w1} ${w2} ${w3} ${length}`;
}
