/**
 * Where to begin a binary search: a two-level index over the first word (32 bits) of sorted range starts.
 *
 * The first level has one entry for each value of the top 16 bits; the second cuts each of those into about as many
 * slots as it has ranges, so that a slot holds a few ranges however unevenly the address space is used (most of IPv6
 * sits in a few dozen /16s). A search inside a slot takes a step or two, and the level it starts from stays in cache.
 */

const BUCKETS = 0x10000;
/** Low bits of a bucket's entry that hold how many bits the second level looks at; the rest is its first slot. */
const WIDTH_BITS = 5;

export class SlotIndex {
  private readonly buckets: Uint32Array;
  private readonly slots: Uint32Array;

  private constructor(buckets: Uint32Array, slots: Uint32Array) {
    this.buckets = buckets;
    this.slots = slots;
  }

  /** Indexes `count` ascending first words, fewer than 2^26 of them. */
  static over(count: number, wordAt: (position: number) => number): SlotIndex {
    const { buckets, total } = layOut(count, wordAt);
    const slots = new Uint32Array(total + 1);
    let position = 0;
    let slot = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const width = 2 ** (16 - ((buckets[bucket] ?? 0) & 31));
      const end = (bucket + 1) * BUCKETS;
      for (let start = bucket * BUCKETS; start < end; start += width) {
        while (position < count && wordAt(position) < start) position++;
        slots[slot++] = position;
      }
    }
    slots[slot] = count;
    return new SlotIndex(buckets, slots);
  }

  /** The slot that addresses with this first word fall into. */
  slotOf(w0: number): number {
    const entry = this.buckets[w0 >>> 16] ?? 0;
    return (entry >>> WIDTH_BITS) + ((w0 & 0xffff) >>> (16 - (entry & 31)));
  }

  /** Position of the first range that does not begin before the slot; that of the next slot ends it. */
  firstOf(slot: number): number {
    return this.slots[slot] ?? 0;
  }

  get bytes(): number {
    return this.buckets.byteLength + this.slots.byteLength;
  }
}

/** For each bucket its first slot and how many bits (0 to 16) its second level looks at; and the slots in all. */
function layOut(
  count: number,
  wordAt: (position: number) => number,
): { buckets: Uint32Array; total: number } {
  const counts = new Uint32Array(BUCKETS);
  for (let position = 0; position < count; position++) {
    const bucket = wordAt(position) >>> 16;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  let total = 0;
  const buckets = counts.map((held) => {
    const bits = held < 2 ? 0 : Math.min(31 - Math.clz32(held) - 1, 16);
    const entry = total * 2 ** WIDTH_BITS + Math.max(bits, 0);
    total += 2 ** Math.max(bits, 0);
    return entry;
  });
  return { buckets, total };
}
