/**
 * Homes: bots hop inside whatever their provider delegates, /48 to /64, and home servers next door send good mail.
 *
 * Each delegation length exists twice, and about half of the providers publish theirs. A bot takes a new /64 of its
 * delegation per message or per session, so a fixed length is too narrow for it or too wide for its neighbours.
 */
import { formatPrefix, Prefix } from '../../../lib/net/prefix.ts';
import { sessions } from '../clock.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer } from '../senders.ts';
import { anyAddress, Space } from '../space.ts';
import { DAY, type Family, HOUR, SPAN, START } from '../traffic.ts';

const DELEGATIONS = [48, 56, 60, 62, 64];

export const residential: Family = {
  name: 'residential',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'residential');
    const space = new Space(random, 0);
    const ledger = new Ledger('residential', seed);
    for (const length of DELEGATIONS) {
      const published = random.chance(0.5);
      addProvider(ledger, random, space, length, published);
      addProvider(ledger, random, space, length, random.chance(0.8) ? !published : published);
    }
    return ledger.traffic(mode);
  },
};

function addProvider(ledger: Ledger, random: Random, space: Space, length: number, published: boolean): void {
  const block = space.v6(32);
  if (published) ledger.publish(formatPrefix(block), length);
  const pools = Array.from({ length: random.int(1, 3) }, () => space.within(block, length === 48 ? 38 : 40));
  const homes: Prefix[] = [];
  for (let i = random.int(4, 9); i > 0; i--) {
    const home = space.within(random.pick(pools), length);
    homes.push(home);
    addBot(ledger, random, home);
  }
  for (let i = random.int(8, 16); i > 0; i--) {
    // Every other home server lives next door to some bot: within sixteen delegations of it.
    const near = random.chance(0.5) ? Prefix.covering(random.pick(homes), length - 4) : random.pick(pools);
    honestCustomer(ledger, random, space.within(near, length), { median: 30 });
  }
}

function addBot(ledger: Ledger, random: Random, home: Prefix): void {
  const infected = START + random.between(0, 0.75) * SPAN;
  const cleaned = Math.min(START + SPAN, infected + random.between(3, 25) * DAY);
  const perMessage = random.chance(0.75);
  let address = anyAddress(random, home);
  let last = 0;
  for (const at of sessions(random, random.volume(110, 0.6, 25, 500), infected, cleaned)) {
    if (perMessage || at - last > 1.5 * HOUR) address = anyAddress(random, home);
    last = at;
    ledger.send({ at, address, truth: 'spam', site: home });
  }
}
