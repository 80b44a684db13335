/**
 * Sleeper: warms up with good mail for one to three weeks, then bursts for an hour to a day and is gone.
 *
 * Most burst from the address they warmed up; some have a /56 or /48 and burst from all over it.
 */
import { formatPrefix, Prefix } from '../../../lib/net/prefix.ts';
import { burst, steady } from '../clock.ts';
import { audienceOf, Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer } from '../senders.ts';
import { anyAddress, numberedAddress, Space } from '../space.ts';
import { DAY, type Family, HOUR, START } from '../traffic.ts';

export const sleeper: Family = {
  name: 'sleeper',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'sleeper');
    const space = new Space(random, 7);
    const ledger = new Ledger('sleeper', seed);
    for (let i = 0; i < 8; i++) {
      const v4 = random.chance(0.25);
      const provider = v4 ? space.v4(22) : space.v6(32);
      for (let j = 0; j < 3; j++) {
        const length = v4 ? 32 : random.pick([64, 64, 64, 56, 48]);
        addSleeper(ledger, random, space.within(provider, length));
      }
      for (let j = 0; j < 8; j++) honestCustomer(ledger, random, space.within(provider, v4 ? 32 : 64));
    }
    publishSome(ledger, random, space);
    return ledger.traffic(mode);
  },
};

function addSleeper(ledger: Ledger, random: Random, site: Prefix): void {
  const address = numberedAddress(site, site.family === 4 ? 0 : 5);
  const bursts = START + random.between(7, 28) * DAY;
  const wakes = bursts - random.between(6, 20) * DAY;
  const days = (bursts - Math.max(START, wakes)) / DAY;
  const warmUp = steady(random, Math.round(days * random.between(2, 8)), Math.max(START, wakes), bursts);
  const audience = random.chance(0.5) ? audienceOf(random, 12) : undefined;
  for (const at of warmUp) {
    ledger.send({ at, address, truth: 'ham', site, ...(audience === undefined ? {} : { audience }) });
  }
  const everywhere = site.length < 64 && random.chance(0.6);
  const end = Math.min(START + 30 * DAY, bursts + random.between(1, 24) * HOUR);
  for (const at of burst(random, random.volume(350, 0.35, 200, 700), bursts, end)) {
    ledger.send({ at, address: everywhere ? anyAddress(random, site) : address, truth: 'spam', site });
  }
}

/** One honest provider that publishes, so that the family has published and unpublished neighbours. */
function publishSome(ledger: Ledger, random: Random, space: Space): void {
  const block = space.v6(32);
  ledger.publish(formatPrefix(block), 56);
  for (let j = 0; j < 8; j++) honestCustomer(ledger, random, Prefix.covering(space.within(block, 56), 56));
}
