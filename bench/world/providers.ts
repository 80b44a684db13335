/**
 * The networks that senders live in: blocks of the five registries, cut into end sites the way such networks cut them.
 */
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { Address } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import type { Random } from '../accuracy/random.ts';
import { childOf } from '../accuracy/space.ts';

/**
 * `ipv4`: hosts all over a /16 to /19. `homes`: a delegation to each customer. `servers`: a /64 to each customer.
 * `pool`: one /64 full of a large sender's machines.
 */
export type ProviderKind = 'ipv4' | 'homes' | 'servers' | 'pool';

export interface Provider {
  readonly kind: ProviderKind;
  readonly block: Prefix;
  /** Length of what one customer holds. */
  readonly endSiteLength: number;
  /** Whether the network says so in public; else the default holds. */
  readonly published: boolean;
  /** Share of its customers that send spam. */
  readonly spammers: number;
}

/** First octets whose /8 is ordinary unicast, but for a block or two that are spared here as a whole. */
const V4_OCTETS = Array.from({ length: 223 }, (_, octet) => octet).filter(
  (octet) => ![0, 10, 100, 127, 169, 172, 192, 198, 203].includes(octet),
);
/** First hextets of blocks of RIPE, ARIN, APNIC, LACNIC and AFRINIC. */
const V6_HEXTETS = [0x2a00, 0x2600, 0x2400, 0x2800, 0x2c00];

/** Networks of one family, none inside another. */
export function providersOf(family: 4 | 6, count: number, random: Random): Provider[] {
  const taken = new Set<number>();
  const fresh = (draw: () => number): number => {
    let block = draw();
    while (taken.has(block)) block = draw();
    taken.add(block);
    return block;
  };
  return Array.from({ length: count }, () => {
    if (family === 4) {
      const w0 = fresh(() => random.pick(V4_OCTETS) * 0x1000000 + random.int(0, 255) * 0x10000);
      const block = Prefix.covering(Address.v4(w0), random.int(16, 19));
      return { kind: 'ipv4', block, endSiteLength: 32, published: false, spammers: shareOfSpammers(random) };
    }
    const w0 = fresh(() => random.pick(V6_HEXTETS) * 0x10000 + random.int(0, 0xffff));
    return v6Provider(Prefix.covering(Address.v6(w0, 0, 0, 0), 32), random);
  });
}

/** What the providers among them publish. */
export function publishedBy(providers: readonly Provider[], date: number): Allocation[] {
  return providers
    .filter(({ published }) => published)
    .map(({ block, endSiteLength }) => ({
      prefix: block,
      origin: 'prefixlen',
      endSiteLength,
      endSites: 1,
      mechanism: 'native',
      ipv4MaskLength: 0,
      ipv4Prefix: null,
      date,
      reference: 'https://provider.example/prefixlen.csv',
    }));
}

/** Address of customer `index` of the provider; numbers up to a few million give different end sites. */
export function addressOf({ kind, block, endSiteLength }: Provider, index: number, random: Random): Address {
  if (kind === 'ipv4') return Address.v4(block.w0 + scattered(index, 32 - block.length));
  if (kind === 'homes') {
    const { w0, w1 } = childOf(block, endSiteLength, scattered(index, Math.min(endSiteLength - 32, 22)));
    return Address.v6(w0, w1 + random.int(0, 3), random.word(), random.word());
  }
  const { w0, w1 } = childOf(block, 64, scattered(index, 22) * 256);
  return Address.v6(w0, w1, 0, random.int(1, 15));
}

/** How many customers a provider can number. */
export function capacityOf({ kind, block }: Provider): number {
  return kind === 'ipv4' ? 2 ** (32 - block.length) : 2 ** 15;
}

function v6Provider(block: Prefix, random: Random): Provider {
  const spammers = shareOfSpammers(random);
  const roll = random.float();
  if (roll < 0.05) return { kind: 'pool', block, endSiteLength: 64, published: false, spammers };
  if (roll < 0.4) return { kind: 'servers', block, endSiteLength: 64, published: false, spammers };
  const endSiteLength = random.pick([56, 56, 56, 60, 48]);
  return { kind: 'homes', block, endSiteLength, published: random.chance(0.5), spammers };
}

/** Most networks are clean, some are careless, a few live on spam. */
function shareOfSpammers(random: Random): number {
  const roll = random.float();
  if (roll < 0.7) return random.between(0.01, 0.1);
  return roll < 0.95 ? random.between(0.1, 0.5) : random.between(0.8, 1);
}

/** A permutation of the numbers of that many bits: neighbours in number are not neighbours in space. */
function scattered(index: number, bits: number): number {
  return (Math.imul(index, 0x9e3779b1) >>> 0) & (2 ** bits - 1);
}
