/**
 * Hosting: every customer holds a /64, a few percent of them spam from it until they are thrown out.
 *
 * Providers number their customers one after the other or at random; some spammers come back with a new /64 of the
 * same provider, and one honest message in a thousand is spam after all.
 */
import { formatPrefix, type Prefix } from '../../../lib/net/prefix.ts';
import { burst, sessions } from '../clock.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer, spammer } from '../senders.ts';
import { childOf, Space } from '../space.ts';
import { DAY, type Family, SPAN, START } from '../traffic.ts';

export const hosting: Family = {
  name: 'hosting',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'hosting');
    const space = new Space(random, 1);
    const ledger = new Ledger('hosting', seed);
    for (let i = 0; i < 6; i++) addProvider(ledger, random, space);
    return ledger.traffic(mode);
  },
};

function addProvider(ledger: Ledger, random: Random, space: Space): void {
  const block = space.v6(random.pick([32, 36, 40]));
  if (random.chance(0.5)) ledger.publish(formatPrefix(block), 64);
  const sites = customersOf(random, space, block, 60);
  const spammers = Math.max(1, Math.round(sites.length * random.between(0.03, 0.07)));
  sites.forEach((site, index) => {
    if (index < spammers) addSpammer(ledger, random, site);
    else honestCustomer(ledger, random, site, { spamShare: 0.001 });
  });
}

/** Customer /64s: half of the providers fill one /48 in order, the others spread them over the block. */
function customersOf(random: Random, space: Space, block: Prefix, count: number): Prefix[] {
  if (random.chance(0.5)) return Array.from({ length: count }, () => space.within(block, 64));
  const site = space.within(block, 48);
  const first = random.int(0, 1000);
  const inOrder = Array.from({ length: count }, (_, index) => childOf(site, 64, first + index));
  return random.shuffle(inOrder);
}

function addSpammer(ledger: Ledger, random: Random, site: Prefix): void {
  const count = random.volume(130, 0.5, 40, 400);
  const from = START + random.between(0.02, 0.85) * SPAN;
  const to = from + random.between(0.2, 5) * DAY;
  const end = Math.min(START + SPAN, to);
  const moments = random.chance(0.5) ? burst(random, count, from, end) : sessions(random, count, from, end);
  spammer(ledger, random, site, moments, random.chance(0.6));
}
