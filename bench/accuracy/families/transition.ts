/**
 * One IPv4 host in five dresses: native, IPv4-mapped (two spellings), 6to4, Teredo and NAT64.
 *
 * A host changes its dress per message, so whoever counts by text or by /64 meets a stranger each time. Good hosts
 * live in the same IPv4 /24s.
 */
import { Address, formatAddress } from '../../../lib/net/address.ts';
import type { Prefix } from '../../../lib/net/prefix.ts';
import { sessions, steady } from '../clock.ts';
import { audienceOf, Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { Space } from '../space.ts';
import { DAY, type Family, type Label, SPAN, START } from '../traffic.ts';

/** How a host is seen, as address and, where spelling matters, text. */
type Dress = (host: Address, random: Random) => { readonly address: Address; readonly text?: string };

export const transition: Family = {
  name: 'transition',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'transition');
    const space = new Space(random, 5);
    const ledger = new Ledger('transition', seed);
    for (let i = 0; i < 14; i++) {
      const network = space.v4(24);
      for (let bad = random.int(1, 3); bad > 0; bad--)
        addHost(ledger, random, space.within(network, 32), 'spam');
      for (let good = random.int(2, 5); good > 0; good--) {
        addHost(ledger, random, space.within(network, 32), 'ham');
      }
    }
    return ledger.traffic(mode);
  },
};

function addHost(ledger: Ledger, random: Random, site: Prefix, truth: Label): void {
  const host = Address.v4(site.w0);
  const dresses = random.shuffle(DRESSES).slice(0, random.int(2, DRESSES.length));
  const audience = truth === 'ham' ? audienceOf(random, 10) : undefined;
  for (const at of momentsOf(random, truth)) {
    const seen = random.pick(dresses)(host, random);
    ledger.send({ at, ...seen, truth, site, ...(audience === undefined ? {} : { audience }) });
  }
}

function momentsOf(random: Random, truth: Label): number[] {
  if (truth === 'ham') return steady(random, random.volume(45, 0.8, 2, 300), START, START + SPAN);
  const from = START + random.between(0.02, 0.8) * SPAN;
  const to = Math.min(START + SPAN, from + random.between(1, 12) * DAY);
  return sessions(random, random.volume(110, 0.5, 40, 350), from, to);
}

const DRESSES: readonly Dress[] = [
  (host) => ({ address: host }),
  (host) => {
    const address = Address.v6(0, 0, 0xffff, host.w0);
    return { address, text: `::ffff:${formatAddress(host)}` };
  },
  (host) => ({ address: Address.v6(0, 0, 0xffff, host.w0) }),
  // 6to4 (RFC 3056 section 2): 2002, the IPv4 address, any subnet and interface behind it.
  (host, random) => ({
    address: Address.v6(
      0x20020000 + Math.floor(host.w0 / 0x10000),
      (host.w0 & 0xffff) * 0x10000 + random.int(0, 3),
      random.word(),
      random.word(),
    ),
  }),
  // Teredo (RFC 4380 section 4): server, flags, inverted port, inverted client address; port and flags move.
  (host, random) => ({
    address: Address.v6(0x20010000, 0x41e51d77, random.word(), ~host.w0),
  }),
  // NAT64 with the well-known prefix (RFC 6052 section 2.1).
  (host) => ({ address: Address.v6(0x0064ff9b, 0, 0, host.w0) }),
];
