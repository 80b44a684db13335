/**
 * The evader publishes /128 end sites for its own block, to get a fresh reputation with every address.
 *
 * It does so for a /32, or for a /36 to /48 rented from an honest provider; with a new /64 each time, inside one /64,
 * or with each address used two or three times. Honest networks publish /128 too, for their servers.
 */
import { formatPrefix, hostPrefix, Prefix } from '../../../lib/net/prefix.ts';
import { burst } from '../clock.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer } from '../senders.ts';
import { anyAddress, numberedAddress, Space } from '../space.ts';
import { DAY, type Family, SPAN, START } from '../traffic.ts';

export const evader: Family = {
  name: 'evader',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'evader');
    const space = new Space(random, 4);
    const ledger = new Ledger('evader', seed);
    for (const length of [32, 36, 40, 44, 48]) {
      const provider = space.v6(32);
      addEvader(ledger, random, length === 32 ? provider : space.within(provider, length));
      if (length > 32) addNeighbours(ledger, random, space, provider);
    }
    for (let i = 0; i < 3; i++) addServerFarm(ledger, random, space);
    return ledger.traffic(mode);
  },
};

function addEvader(ledger: Ledger, random: Random, block: Prefix): void {
  ledger.publish(formatPrefix(block), 128);
  const territory = random.chance(0.35) ? Prefix.covering(anyAddress(random, block), 64) : block;
  const uses = random.pick([1, 1, 2, 3]);
  const length = random.between(1, 20) * DAY;
  const from = START + random.between(0, 1 - length / SPAN) * SPAN;
  let address = anyAddress(random, territory);
  burst(random, random.int(500, 1000), from, from + length).forEach((at, index) => {
    if (index % uses === 0) address = anyAddress(random, territory);
    ledger.send({ at, address, truth: 'spam', site: block });
  });
}

function addNeighbours(ledger: Ledger, random: Random, space: Space, provider: Prefix): void {
  const length = random.pick([48, 56, 64]);
  for (let i = 0; i < 30; i++) honestCustomer(ledger, random, space.within(provider, length), { median: 20 });
}

/** Servers that honestly are end sites of one address each, as some networks publish for their infrastructure. */
function addServerFarm(ledger: Ledger, random: Random, space: Space): void {
  const block = space.within(space.v6(32), 48);
  ledger.publish(formatPrefix(block), 128);
  const lan = Prefix.covering(block, 48);
  for (let i = 0; i < 36; i++) {
    const home = random.chance(0.5) ? lan : Prefix.covering(anyAddress(random, lan), 64);
    honestCustomer(ledger, random, hostPrefix(numberedAddress(home, 16 + i)), { median: 25 });
  }
  const bad = numberedAddress(lan, 99);
  const from = START + random.between(0.1, 0.8) * SPAN;
  for (const at of burst(random, 120, from, from + 2 * DAY)) {
    ledger.send({ at, address: bad, truth: 'spam', site: hostPrefix(bad) });
  }
}
