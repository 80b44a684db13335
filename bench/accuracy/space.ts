/**
 * Address space for the generators: global unicast blocks that never collide, and the addresses inside them.
 */
import { Address } from '../../lib/net/address.ts';
import { covers, firstAddress, Prefix, parsePrefix } from '../../lib/net/prefix.ts';
import type { Random } from './random.ts';

/** First octets whose /8 holds no special-purpose block; a family owns two of them. */
const V4_OCTETS = [
  5, 23, 31, 37, 46, 62, 66, 72, 77, 78, 80, 82, 84, 87, 89, 93, 94, 109, 178, 185, 193, 194,
];
/** The second hextets' homes: the RIPE, ARIN, APNIC, LACNIC and AFRINIC /12s; a family owns a /16 of each. */
const V6_HEXTETS = [0x2a00, 0x2600, 0x2400, 0x2800, 0x2c00];

/** Hands out blocks of one family's address space, none inside another, unless carved on purpose. */
export class Space {
  readonly #random: Random;
  readonly #slot: number;
  readonly #taken: Prefix[] = [];

  /** `slot`: 0 to 10, one per family, so that two families never share a /16. */
  constructor(random: Random, slot: number) {
    this.#random = random;
    this.#slot = slot;
  }

  /** A new IPv6 block of 17 to 64 bits in a registry's space. */
  v6(length: number): Prefix {
    return this.#fresh(() => {
      const hextet = this.#random.pick(V6_HEXTETS) + this.#slot;
      return this.carve(Prefix.covering(Address.v6(hextet * 0x10000, 0, 0, 0), 16), length);
    });
  }

  /** A new IPv4 block of 9 to 32 bits. */
  v4(length: number): Prefix {
    return this.#fresh(() => {
      const octet = V4_OCTETS[2 * this.#slot + this.#random.int(0, 1)] ?? 5;
      return this.carve(Prefix.covering(Address.v4(octet * 0x1000000), 8), length);
    });
  }

  /** A new block inside a block of one's own, clear of the blocks taken from it before. */
  within(parent: Prefix, length: number): Prefix {
    return this.#fresh(() => this.carve(parent, length), parent);
  }

  /** Any block of that length inside the parent, taken or not. */
  carve(parent: Prefix, length: number): Prefix {
    return Prefix.covering(anyAddress(this.#random, parent), length);
  }

  #fresh(draw: () => Prefix, parent?: Prefix): Prefix {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const block = draw();
      const clash = this.#taken.some(
        (other) => covers(block, other) || (covers(other, block) && !(parent && covers(other, parent))),
      );
      if (!clash) {
        this.#taken.push(block);
        return block;
      }
    }
    throw new Error('the address space is used up');
  }
}

/** A uniformly random address of the block. */
export function anyAddress(random: Random, block: Prefix): Address {
  const { length } = block;
  const w0 = (block.w0 | (random.word() & hostMask(length))) >>> 0;
  if (block.family === 4) return Address.v4(w0);
  return Address.v6(
    w0,
    block.w1 | (random.word() & hostMask(length - 32)),
    block.w2 | (random.word() & hostMask(length - 64)),
    block.w3 | (random.word() & hostMask(length - 96)),
  );
}

/** Address number `index` of the block: servers are numbered ::1, ::2 and so on. */
export function numberedAddress(block: Prefix, index: number): Address {
  const first = firstAddress(block);
  if (block.family === 4) return Address.v4(first.w0 + index);
  return Address.v6(first.w0, first.w1, first.w2, first.w3 + index);
}

/** Child number `index` of that length; at most 53 bits below the parent. */
export function childOf(parent: Prefix, length: number, index: number): Prefix {
  const words = [parent.w0, parent.w1, parent.w2, parent.w3];
  let rest = index;
  for (let bit = length - 1; bit >= parent.length; bit--) {
    if (rest % 2 === 1) {
      const at = Math.floor(bit / 32);
      words[at] = ((words[at] ?? 0) | (1 << (31 - (bit % 32)))) >>> 0;
    }
    rest = Math.floor(rest / 2);
  }
  if (rest > 0) throw new RangeError(`a /${parent.length} has no child ${index} of length ${length}`);
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  const address = parent.family === 4 ? Address.v4(w0) : Address.v6(w0, w1, w2, w3);
  return Prefix.covering(address, length);
}

/** A prefix written in a generator's own source: a mistake there is a bug. */
export function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (!prefix.ok) throw new Error(prefix.error.detail);
  return prefix.value;
}

function hostMask(keep: number): number {
  if (keep >= 32) return 0;
  return keep <= 0 ? 0xffffffff : 0xffffffff >>> keep;
}
