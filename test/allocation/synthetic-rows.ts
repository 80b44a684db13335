/** A million allocations that nest as real ones do, made from a seed: for the bench and for the large test. */
import type { Allocation, AllocationOrigin } from '../../lib/allocation/allocation.ts';
import { Address, bitsOf, type Family } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';

/** Numbers from 0 to 2^32 - 1, the same for the same seed (xorshift32). */
export function diceOf(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

const ORIGINS: readonly AllocationOrigin[] = ['prefixlen', 'assignment-size', 'assigned'];
/** Lengths of IPv6 blocks in the proportion of 5, 15, 5, 70 and 5 in a hundred; of IPv4 blocks evenly. */
const V6_LENGTHS = [
  ...Array(5).fill(32),
  ...Array(15).fill(48),
  ...Array(5).fill(56),
  ...Array(70).fill(64),
  ...Array(5).fill(128),
];
const V4_LENGTHS = [16, 20, 22, 24, 24, 26, 28, 29, 30, 32];
const DAY = 86_400;

/**
 * `count` allocations of the family: IPv6 anywhere in 2000::/3, half of them inside one made before, so that they nest up
 * to seven deep. `days` dates and three origins make for many distinct statements.
 */
export function syntheticRows(count: number, family: Family, seed = 42, days = 3_000): Allocation[] {
  const dice = diceOf(seed);
  const rows: Allocation[] = [];
  for (let i = 0; i < count; i++) {
    rows.push(syntheticRow(dice, family, i, (at) => rows[at]?.prefix, days));
  }
  return rows;
}

/** Row number `i` of them; `blockOf` gives the blocks of the rows before. */
export function syntheticRow(
  dice: () => number,
  family: Family,
  i: number,
  blockOf: (row: number) => Prefix | undefined,
  days: number,
): Allocation {
  const lengths = family === 6 ? V6_LENGTHS : V4_LENGTHS;
  const around = i > 0 && dice() % 2 === 0 ? blockOf(dice() % i) : undefined;
  const address = randomAddress(dice, family, around);
  const prefix = Prefix.covering(address, Number(lengths[dice() % lengths.length]));
  return {
    prefix,
    origin: ORIGINS[dice() % ORIGINS.length] ?? 'assigned',
    endSiteLength: Math.min(prefix.length + 8 * (dice() % 3), bitsOf(family)),
    endSites: 1,
    mechanism: 'native',
    ipv4MaskLength: 0,
    ipv4Prefix: null,
    date: DAY * (dice() % days),
    reference: 'synthetic',
  };
}

/** An address of 2000::/3 or of IPv4; with a block around it, one of that block. */
export function randomAddress(dice: () => number, family: Family, around?: Prefix): Address {
  const words = [dice(), dice(), dice(), dice()] as const;
  if (around === undefined) {
    return family === 4
      ? Address.v4(words[0])
      : Address.v6(0x20000000 | (words[0] >>> 3), words[1], words[2], words[3]);
  }
  const word = (bits: number, random: number, from: number) => {
    const keep = Math.min(Math.max(around.length - from, 0), 32);
    return keep === 32 ? bits : (bits | (random >>> keep)) >>> 0;
  };
  const [w0, w1, w2, w3] = [
    word(around.w0, words[0], 0),
    word(around.w1, words[1], 32),
    word(around.w2, words[2], 64),
    word(around.w3, words[3], 96),
  ];
  return family === 4 ? Address.v4(w0) : Address.v6(w0, w1, w2, w3);
}
