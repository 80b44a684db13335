/**
 * Freemail: huge shared pools, 4 % of whose mail is spam, in waves; refusing them is refusing the world.
 *
 * Each provider sends from a few /64s (and an IPv4 range) of many hosts. A message leaves from any host of the pool;
 * in a campaign hour the share of spam is ten times the usual. Small honest senders and plain spammers stand around.
 */
import { Prefix } from '../../../lib/net/prefix.ts';
import { burst, steady } from '../clock.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer, spammer } from '../senders.ts';
import { anyAddress, numberedAddress, Space } from '../space.ts';
import { DAY, type Family, HOUR, SPAN, START } from '../traffic.ts';

export const freemail: Family = {
  name: 'freemail',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'freemail');
    const space = new Space(random, 9);
    const ledger = new Ledger('freemail', seed);
    for (const messages of [7000, 3000]) addPool(ledger, random, space, messages);
    for (let i = 0; i < 40; i++) honestCustomer(ledger, random, space.v6(64));
    for (let i = 0; i < 5; i++) {
      const from = START + random.between(0.05, 0.85) * SPAN;
      spammer(ledger, random, space.v6(64), burst(random, 100, from, from + 3 * DAY), random.chance(0.5));
    }
    return ledger.traffic(mode);
  },
};

function addPool(ledger: Ledger, random: Random, space: Space, messages: number): void {
  const block = space.v6(32);
  const site = space.within(block, 40);
  const lans = Array.from({ length: random.int(2, 4) }, () => Prefix.covering(anyAddress(random, site), 64));
  const range = space.v4(24);
  const hosts = Array.from({ length: random.int(150, 400) }, (_, index) =>
    random.chance(0.8)
      ? { site, address: numberedAddress(random.pick(lans), 0x100 + index) }
      : { site: range, address: anyAddress(random, range) },
  );
  const waves = Array.from({ length: 6 }, () => START + random.between(0, 0.99) * SPAN);
  for (const at of steady(random, messages, START, START + SPAN)) {
    const inWave = waves.some((from) => at >= from && at < from + 2 * HOUR);
    ledger.send({ at, ...random.pick(hosts), truth: random.chance(inWave ? 0.35 : 0.034) ? 'spam' : 'ham' });
  }
}
