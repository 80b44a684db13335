/**
 * A hoster cuts one /64 into published /124s: a fixed /64 makes one sinner of a hundred customers.
 *
 * Customers are numbered one after the other or at random. Spammers walk through their sixteen addresses.
 */
import { formatPrefix, type Prefix } from '../../../lib/net/prefix.ts';
import { burst, sessions } from '../clock.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer, spammer } from '../senders.ts';
import { childOf, Space } from '../space.ts';
import { DAY, type Family, SPAN, START } from '../traffic.ts';

export const shared64: Family = {
  name: 'shared64',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'shared64');
    const space = new Space(random, 2);
    const ledger = new Ledger('shared64', seed);
    for (let i = 0; i < 3; i++) addHoster(ledger, random, space, random.int(90, 140));
    return ledger.traffic(mode);
  },
};

function addHoster(ledger: Ledger, random: Random, space: Space, customers: number): void {
  const network = space.v6(64);
  ledger.publish(formatPrefix(network), 124);
  const ordered = random.chance(0.7);
  const sites = Array.from({ length: customers }, (_, index) =>
    ordered ? childOf(network, 124, index) : space.within(network, 124),
  );
  const spammers = Math.round(customers * random.between(0.04, 0.09));
  random.shuffle(sites).forEach((site, index) => {
    if (index < spammers) addSpammer(ledger, random, site);
    else honestCustomer(ledger, random, site, { median: 18 });
  });
}

function addSpammer(ledger: Ledger, random: Random, site: Prefix): void {
  const count = random.volume(120, 0.5, 40, 350);
  const from = START + random.between(0.02, 0.8) * SPAN;
  const to = Math.min(START + SPAN, from + random.between(0.3, 8) * DAY);
  const moments = random.chance(0.5) ? burst(random, count, from, to) : sessions(random, count, from, to);
  spammer(ledger, random, site, moments, random.chance(0.7));
}
