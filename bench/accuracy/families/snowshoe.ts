/**
 * Snowshoe: whole blocks of /32 to /44, never the same /64 twice, next to honest providers with a few bad customers.
 *
 * A /32 of one's own lies among honest /32s of the same /29; a longer block is rented inside an honest provider's /32.
 * Mail comes as a hailstorm of hours, a campaign of days or a drip over the month.
 */
import { formatPrefix, Prefix } from '../../../lib/net/prefix.ts';
import { burst, sessions } from '../clock.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer, spammer } from '../senders.ts';
import { anyAddress, childOf, numberedAddress, Space } from '../space.ts';
import { DAY, type Family, HOUR, SPAN, START } from '../traffic.ts';

export const snowshoe: Family = {
  name: 'snowshoe',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'snowshoe');
    const space = new Space(random, 3);
    const ledger = new Ledger('snowshoe', seed);
    for (const length of [32, 36, 40, 44, random.int(32, 44), random.int(33, 43)]) {
      const own = length === 32;
      const provider = space.v6(32);
      const block = own ? provider : space.within(provider, length);
      addSpammer(ledger, random, block);
      addProvider(ledger, random, space, own ? space.within(Prefix.covering(provider, 29), 32) : provider);
    }
    return ledger.traffic(mode);
  },
};

function addSpammer(ledger: Ledger, random: Random, block: Prefix): void {
  const used = new Set<string>();
  const ordered = random.chance(0.3);
  const numbered = random.chance(0.4);
  const first = random.int(0, 2000);
  momentsOf(random, random.int(500, 1300)).forEach((at, index) => {
    const lan = ordered ? childOf(block, 64, first + index * 7) : freshLan(random, block, used);
    const address = numbered ? numberedAddress(lan, 2) : anyAddress(random, lan);
    ledger.send({ at, address, truth: 'spam', site: block });
  });
}

function momentsOf(random: Random, count: number): number[] {
  const length = random.pick([random.between(2, 12) * HOUR, random.between(1, 5) * DAY, 0.9 * SPAN]);
  const from = START + random.between(0.01, 0.99 - length / SPAN) * SPAN;
  return burst(random, count, from, from + length);
}

function freshLan(random: Random, block: Prefix, used: Set<string>): Prefix {
  for (;;) {
    const lan = Prefix.covering(anyAddress(random, block), 64);
    const key = formatPrefix(lan);
    if (!used.has(key)) {
      used.add(key);
      return lan;
    }
  }
}

/** An honest provider: forty customers of all sizes, one or two of them bad, some of it published. */
function addProvider(ledger: Ledger, random: Random, space: Space, block: Prefix): void {
  const length = random.pick([48, 56, 64]);
  const region = space.within(block, 36);
  if (random.chance(0.4)) ledger.publish(formatPrefix(region), length);
  for (let i = 0; i < 40; i++) honestCustomer(ledger, random, space.within(region, length), { median: 20 });
  for (let i = random.int(1, 2); i > 0; i--) {
    const from = START + random.between(0.05, 0.8) * SPAN;
    const moments = sessions(
      random,
      random.volume(120, 0.3, 60, 250),
      from,
      from + random.between(1, 5) * DAY,
    );
    spammer(ledger, random, Prefix.covering(space.within(region, length), length), moments, false);
  }
}
