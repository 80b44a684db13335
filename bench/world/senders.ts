/**
 * The senders of the benchmarks' mail, numbered by how much they send: 78 % IPv4, as on the recorded mail stream.
 */
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { Address, formatAddress } from '../../lib/net/address.ts';
import { Random } from '../accuracy/random.ts';
import { addressOf, capacityOf, type Provider, providersOf, publishedBy } from './providers.ts';

const SHARE_OF_IPV6 = 0.22;
const SEED = 20_261;
/** Networks per thousand senders. */
const V4_PROVIDERS = 2;
const V6_PROVIDERS = 0.5;
/** Machines in a large sender's /64. */
const POOL_HOSTS = 200;
/** Share of IPv4 senders' connections that come through a translation or a tunnel. */
const SHARE_TRANSLATED = 0.01;
/** When the networks published: 2026-01-01, in epoch seconds. */
const PUBLISHED_AT = 1_767_225_600;

/** Senders in columns: a million of them as objects would weigh more than the store. */
export class Senders {
  readonly count: number;
  readonly published: readonly Allocation[];
  readonly #providers: readonly Provider[];
  readonly #provider: Uint16Array;
  readonly #families: Uint8Array;
  readonly #words: Uint32Array;
  /** Probability that mail of the sender is spam, in 255ths. */
  readonly #spam: Uint8Array;

  /** `count` senders in as many end sites; the same for the same count. */
  constructor(count: number) {
    const random = new Random(SEED, 'senders');
    const ipv4 = providersOf(4, Math.ceil((count * V4_PROVIDERS) / 1000), random);
    const ipv6 = providersOf(6, Math.ceil((count * V6_PROVIDERS) / 1000) + 20, random);
    this.count = count;
    this.#providers = [...ipv4, ...ipv6];
    this.published = publishedBy(ipv6, PUBLISHED_AT);
    this.#provider = new Uint16Array(count);
    this.#families = new Uint8Array(count);
    this.#words = new Uint32Array(4 * count);
    this.#spam = new Uint8Array(count);
    const customers = this.#providers.map(() => 0);
    for (let i = 0; i < count; i++) {
      const chosen = random.chance(SHARE_OF_IPV6)
        ? ipv4.length + random.int(0, ipv6.length - 1)
        : random.int(0, ipv4.length - 1);
      if (!this.#settle(i, chosen, customers, random)) i--;
    }
  }

  /** The address that sender `i` connects from; of a pool one of its machines, at times through a translation. */
  addressOf(i: number, random: Random): Address {
    const at = 4 * i;
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = this.#words.subarray(at, at + 4);
    if (this.#families[i] === 4)
      return random.chance(SHARE_TRANSLATED) ? translated(w0, random) : Address.v4(w0);
    return Address.v6(w0, w1, w2, this.#isPool(i) ? w3 + random.int(0, POOL_HOSTS - 1) : w3);
  }

  textOf(i: number, random: Random): string {
    return formatAddress(this.addressOf(i, random));
  }

  /** All senders, those of one network together. */
  byNetwork(): Uint32Array {
    const starts = new Uint32Array(this.#providers.length + 1);
    for (const provider of this.#provider) starts[provider + 1] = (starts[provider + 1] ?? 0) + 1;
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const order = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      const provider = this.#provider[i] ?? 0;
      const at = starts[provider] ?? 0;
      order[at] = i;
      starts[provider] = at + 1;
    }
    return order;
  }

  sendsSpam(i: number, random: Random): boolean {
    return random.chance((this.#spam[i] ?? 0) / 255);
  }

  /** An address in one of the networks, from a corner where nobody was seen to send. */
  strangerText(random: Random): string {
    const { block } = random.pick(this.#providers);
    if (block.family === 4) return formatAddress(Address.v4(block.w0 + random.int(0, 0x1fff)));
    return formatAddress(Address.v6(block.w0, random.word() | 0x80000000, random.word(), random.word()));
  }

  #settle(i: number, chosen: number, customers: number[], random: Random): boolean {
    const provider = this.#providers[chosen];
    const customer = customers[chosen];
    if (provider === undefined || customer === undefined) throw new RangeError('no such provider');
    if (customer >= capacityOf(provider)) return false;
    // Few networks are one sender's pool, and those are among the busiest senders of all.
    if (provider.kind === 'pool' && i > this.count / 100) return false;
    customers[chosen] = customer + 1;
    const { family, w0, w1, w2, w3 } = addressOf(provider, customer, random);
    this.#provider[i] = chosen;
    this.#families[i] = family;
    this.#words.set([w0, w1, w2, w3], 4 * i);
    this.#spam[i] = provider.kind === 'pool' ? 51 : random.chance(provider.spammers) ? 242 : 5;
    return true;
  }

  #isPool(i: number): boolean {
    return this.#providers[this.#provider[i] ?? 0]?.kind === 'pool';
  }
}

/** The other faces of an IPv4 host: mapped, 6to4, Teredo through some relay, the well-known NAT64 prefix. */
function translated(ipv4: number, random: Random): Address {
  switch (random.int(0, 3)) {
    case 0:
      return Address.v6(0, 0, 0xffff, ipv4);
    case 1:
      return Address.v6(0x20020000 + (ipv4 >>> 16), (ipv4 & 0xffff) * 0x10000, 0, 1);
    case 2:
      return Address.v6(0x20010000, 0x4136e378, random.int(0, 0xffff), ~ipv4);
    default:
      return Address.v6(0x0064ff9b, 0, 0, ipv4);
  }
}
