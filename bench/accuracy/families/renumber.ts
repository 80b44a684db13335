/**
 * Renumbering: every home gets a new /56 every day, out of a pool that comes round again.
 *
 * Bots keep spamming from whatever they hold today, hopping over its /64s; home servers keep sending good mail. What
 * was learnt of a /56 yesterday is about somebody else today.
 */
import { formatPrefix, type Prefix } from '../../../lib/net/prefix.ts';
import { burst, steady } from '../clock.ts';
import { audienceOf, Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { anyLan } from '../senders.ts';
import { anyAddress, Space } from '../space.ts';
import { DAY, type Family, HOUR, SPAN, START } from '../traffic.ts';

type Home = (holds: Prefix, day: number) => void;

export const renumber: Family = {
  name: 'renumber',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'renumber');
    const space = new Space(random, 8);
    const ledger = new Ledger('renumber', seed);
    for (let i = 0; i < 3; i++) addProvider(ledger, random, space);
    return ledger.traffic(mode);
  },
};

function addProvider(ledger: Ledger, random: Random, space: Space): void {
  const block = space.v6(32);
  if (random.chance(0.5)) ledger.publish(formatPrefix(block), 56);
  const pool = space.within(block, random.int(41, 45));
  const bots = Array.from({ length: random.int(5, 9) }, () => botOf(ledger, random));
  const servers = Array.from({ length: random.int(10, 16) }, () => serverOf(ledger, random));
  const homes = [...bots, ...servers];
  for (let day = START; day < START + SPAN; day += DAY) {
    const held = new Set<string>();
    for (const home of homes) {
      let delegation = space.carve(pool, 56);
      while (held.has(formatPrefix(delegation))) delegation = space.carve(pool, 56);
      held.add(formatPrefix(delegation));
      home(delegation, day);
    }
  }
}

/** An infected home: on two days of three it sends a dozen to fifty messages in a few hours. */
function botOf(ledger: Ledger, random: Random): Home {
  const infected = START + random.between(0, 0.6) * SPAN;
  const cleaned = infected + random.between(5, 25) * DAY;
  const perMessage = random.chance(0.5);
  return (holds, day) => {
    if (day < infected || day > cleaned || random.chance(1 / 3)) return;
    const from = day + random.between(0, 18) * HOUR;
    let lan = anyLan(random, holds);
    for (const at of burst(
      random,
      random.volume(24, 0.4, 10, 60),
      from,
      from + random.between(1, 6) * HOUR,
    )) {
      if (perMessage) lan = anyLan(random, holds);
      ledger.send({ at, address: anyAddress(random, lan), truth: 'spam', site: holds });
    }
  };
}

function serverOf(ledger: Ledger, random: Random): Home {
  const audience = audienceOf(random, 8);
  const perDay = random.volume(3, 0.6, 1, 12);
  return (holds, day) => {
    const lan = anyLan(random, holds);
    const address = anyAddress(random, lan);
    for (const at of steady(random, random.int(0, 2 * perDay), day, day + DAY)) {
      ledger.send({ at, address, truth: 'ham', site: holds, audience });
    }
  };
}
