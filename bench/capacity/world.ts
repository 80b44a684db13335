/**
 * Who sends and who reports, in the model of a day: senders as skewed as on recorded mail, one /32 with a share of all mail.
 */
import { type Ladder, ladderOf } from '../../lib/allocation/ladder.ts';
import { Address } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import { NAME_BYTES, namedKey, type RungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { HOST_BINS } from '../../lib/reputation/tally.ts';
import { type TableKey, tallyKey } from '../../lib/store/dynamodb/keys.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { Random } from '../accuracy/random.ts';
import { Popularity } from '../world/popularity.ts';

export interface WorldOptions {
  /** Share of all mail that comes from the one /32. */
  readonly hotShare: number;
  /** Senders with mail: IPv4 addresses, end sites elsewhere, end sites in the /32. */
  readonly senders: number;
}

export interface Sender {
  readonly ladder: Ladder;
  /** What a lookup of it reads. */
  readonly keys: readonly TableKey[];
  /** Whether it holds more than one address. */
  readonly isSite: boolean;
}

const SEED = 42;
/** The /32 with its share of the mail. */
const HOT = 0x2600_1f18;
/** Of the mail from elsewhere, how much comes over IPv4. */
const SHARE_OF_IPV4 = 0.5;
/** IPv6 networks: /32s in the registries' space. */
const V6_NETWORKS = 4000;
const V6_SPACES = [0x2a00, 0x2a01, 0x2a02, 0x2a03, 0x2001, 0x2400, 0x2600, 0x2607, 0x2800, 0x2804];
/** What one reporter says, of all verdicts: as a provider does that everybody reports through. */
const LARGE_REPORTER = 0.5;
const REPORTERS = 500;
const SHARE_OF_SPAM = 0.3;
/** Of the verdicts on which the others have a clear word. Every verdict is taken for one: the dear case. */
const SHARE_OF_DISSENT = 0.05;
/** Verdicts that name the account that sent, and how many of these name the largest organisation. */
const SHARE_OF_ACCOUNTS = 0.1;
const LARGEST_ORGANISATION = 0.5;
const ORGANISATIONS = 50;
const ACCOUNTS = 20_000;

export class World {
  readonly #random: Random;
  readonly #hotShare: number;
  readonly #popularity: Popularity;
  readonly #hot: readonly Sender[];
  readonly #ipv4: readonly Sender[];
  readonly #ipv6: readonly Sender[];
  #reported = 0;

  constructor({ hotShare, senders }: WorldOptions) {
    const random = new Random(SEED, 'capacity');
    this.#random = random;
    this.#hotShare = hotShare;
    this.#popularity = new Popularity(senders);
    const networks = Array.from(
      { length: V6_NETWORKS },
      () => random.pick(V6_SPACES) * 0x1_0000 + few(0x1_0000, random),
    );
    const times = { length: senders };
    this.#hot = Array.from(times, () => site(HOT, random));
    this.#ipv4 = Array.from(times, () => host(random));
    this.#ipv6 = Array.from(times, () => site(random.pick(networks), random));
  }

  /** The source of chance, for whatever else happens in this world. */
  get random(): Random {
    return this.#random;
  }

  /** Who sends the next message. */
  sender(): Sender {
    const senders = this.#random.chance(this.#hotShare)
      ? this.#hot
      : this.#random.chance(SHARE_OF_IPV4)
        ? this.#ipv4
        : this.#ipv6;
    return at(senders, this.#popularity.draw(this.#random));
  }

  /** The busiest senders of each kind. */
  busiest(count: number): readonly Sender[] {
    return [this.#hot, this.#ipv4, this.#ipv6].flatMap((senders) => senders.slice(0, count));
  }

  /** The next verdict, by an untrusted reporter: its stance is counted, too. */
  verdict(now: number): VerdictRecord {
    const random = this.#random;
    const { ladder, isSite } = this.sender();
    const reporter = random.chance(LARGE_REPORTER) ? 'large' : `reporter-${few(REPORTERS, random)}`;
    return {
      id: `${this.#reported++}.${random.word().toString(36)}`,
      reporter: { id: reporter, trusted: false },
      ladder,
      bin: isSite ? random.int(0, HOST_BINS - 1) : null,
      account: random.chance(SHARE_OF_ACCOUNTS) ? account(random) : undefined,
      verdict: random.chance(SHARE_OF_SPAM) ? 'spam' : 'ham',
      stance: random.chance(SHARE_OF_DISSENT) ? 'contradicts' : 'agrees',
      count: 1,
      at: now,
    };
  }
}

function host(random: Random): Sender {
  // Outside special space, near enough for keys.
  const address = Address.v4(
    random.int(1, 223) * 0x100_0000 + few(0x100, random) * 0x1_0000 + random.int(0, 0xffff),
  );
  return senderOf(Prefix.covering(address, 32), false);
}

function site(network: number, random: Random): Sender {
  const subnet = few(0x1_0000, random) * 0x1_0000 + few(0x1_0000, random);
  return senderOf(Prefix.covering(Address.v6(network, subnet, 0, 0), 64), true);
}

function senderOf(subject: Prefix, isSite: boolean): Sender {
  const ladder = ladderOf(subject);
  return { ladder, keys: rungsOf(ladder).map(tallyKey), isSite };
}

function account(random: Random): RungKey {
  const organisation = random.chance(LARGEST_ORGANISATION) ? 0 : random.int(1, ORGANISATIONS);
  const names = [organisation, few(ACCOUNTS, random)].map((name) => String(name).padEnd(NAME_BYTES, '.'));
  return namedKey('member', ...names);
}

/** Skewed: a few of `n` come up most. */
function few(n: number, random: Random): number {
  return Math.floor(n * random.float() ** 3);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError('nobody of that number');
  return item;
}
