/**
 * Poison: a tenth of the reporters lie about good senders: they call their mail spam, and invent reports besides.
 *
 * The liars agree on their victims, small and large. Real spammers are about, so that reports cannot just be ignored.
 */
import type { Address } from '../../../lib/net/address.ts';
import { formatPrefix, type Prefix } from '../../../lib/net/prefix.ts';
import { burst, sessions } from '../clock.ts';
import { Ledger, REPORTERS } from '../ledger.ts';
import { Random } from '../random.ts';
import { type HonestOptions, honestCustomer, spammer } from '../senders.ts';
import { Space } from '../space.ts';
import { DAY, FABRICATED, type Family, SPAN, START } from '../traffic.ts';

const VICTIMS = 'victims';
/** Five receivers at least: whom one honest reporter knows and four condemn, nobody could tell from a spammer. */
const VICTIM: HonestOptions = { group: VICTIMS, median: 30, knownTo: 5 };

export const poison: Family = {
  name: 'poison',
  modes: ['crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'poison');
    const space = new Space(random, 10);
    const ledger = new Ledger('poison', seed);
    const liars = random
      .shuffle(Array.from({ length: REPORTERS }, (_, index) => index))
      .slice(0, REPORTERS / 10);
    for (let i = 0; i < 8; i++) addProvider(ledger, random, space, liars);
    return ledger.traffic(mode, (draft, reporter) =>
      draft.group === VICTIMS && liars.includes(reporter) ? 'spam' : draft.truth,
    );
  },
};

function addProvider(ledger: Ledger, random: Random, space: Space, liars: readonly number[]): void {
  const length = random.pick([56, 64, 64]);
  const block = space.v6(32);
  if (random.chance(0.5)) ledger.publish(formatPrefix(block), length);
  const region = space.within(block, 40);
  for (let i = 0; i < 14; i++) {
    const site = space.within(region, length);
    const victim = i < 6;
    const servers = honestCustomer(ledger, random, site, victim ? VICTIM : { median: 30 });
    if (!victim || random.chance(0.3)) continue;
    for (let raid = random.int(1, 3); raid > 0; raid--)
      raidOn(ledger, random, site, random.pick(servers), liars);
  }
  for (let i = random.int(1, 3); i > 0; i--) {
    const from = START + random.between(0.02, 0.8) * SPAN;
    const moments = sessions(
      random,
      random.volume(130, 0.5, 50, 400),
      from,
      from + random.between(1, 6) * DAY,
    );
    spammer(ledger, random, space.within(region, length), moments, random.chance(0.5));
  }
}

/** Reports of spam that never came, from every liar, in one night or over a week. */
function raidOn(
  ledger: Ledger,
  random: Random,
  site: Prefix,
  server: Address,
  liars: readonly number[],
): void {
  const from = START + random.between(0.03, 0.9) * SPAN;
  const to = from + (random.chance(0.5) ? 0.3 : 7) * DAY;
  for (const reporter of liars) {
    for (const at of burst(random, random.int(2, 25), from, to)) {
      const claim = { reporter, verdict: 'spam' } as const;
      ledger.send({ at, address: server, truth: 'ham', site, group: FABRICATED, claim });
    }
  }
}
