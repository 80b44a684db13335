/**
 * Turncoat: a good server is taken over for two days, then cleaned; its good mail goes on afterwards.
 *
 * Small and large servers, over IPv6 (their own /64) and IPv4. On one in four the owner's own mail flows on during the
 * takeover; it is measured apart, since no service can tell it from the thief's by address.
 */
import type { Address } from '../../../lib/net/address.ts';
import type { Prefix } from '../../../lib/net/prefix.ts';
import { burst, steady } from '../clock.ts';
import { audienceOf, Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { honestCustomer } from '../senders.ts';
import { numberedAddress, Space } from '../space.ts';
import { DAY, type Family, SPAN, START } from '../traffic.ts';

export const turncoat: Family = {
  name: 'turncoat',
  modes: ['trusted', 'crowd'],
  generate(seed, mode) {
    const random = new Random(seed, 'turncoat');
    const space = new Space(random, 6);
    const ledger = new Ledger('turncoat', seed);
    for (let i = 0; i < 10; i++) {
      const v4 = random.chance(0.3);
      const provider = v4 ? space.v4(22) : space.v6(32);
      for (let j = 0; j < 4; j++) addServer(ledger, random, space.within(provider, v4 ? 32 : 64));
      for (let j = 0; j < 6; j++) honestCustomer(ledger, random, space.within(provider, v4 ? 32 : 64));
    }
    return ledger.traffic(mode);
  },
};

function addServer(ledger: Ledger, random: Random, site: Prefix): void {
  const address = numberedAddress(site, site.family === 4 ? 0 : random.int(1, 40));
  const taken = START + random.between(8, 18) * DAY;
  const cleaned = taken + 2 * DAY;
  const perDay = random.volume(5, 0.8, 1, 40);
  const audience = random.chance(0.5) ? undefined : audienceOf(random, 12, 3);
  const flowsOn = random.chance(0.25);
  for (const at of steady(random, 30 * perDay, START, START + SPAN)) {
    const group = at < taken ? undefined : at < cleaned ? 'during' : 'after-cleaning';
    if (group === 'during' && !flowsOn) continue;
    ledger.send({
      at,
      address,
      truth: 'ham',
      site,
      ...(audience === undefined ? {} : { audience }),
      ...(group === undefined ? {} : { group }),
    });
  }
  addTakeover(ledger, random, address, site, taken, cleaned);
}

/** The thief mails to everybody, at once or all through the two days. */
function addTakeover(
  ledger: Ledger,
  random: Random,
  address: Address,
  site: Prefix,
  taken: number,
  cleaned: number,
): void {
  const delay = random.chance(0.5) ? 0 : random.between(0, 0.5) * DAY;
  const end = random.chance(0.3) ? taken + delay + random.between(0.2, 1) * DAY : cleaned;
  for (const at of burst(random, random.volume(130, 0.5, 50, 400), taken + delay, end)) {
    ledger.send({ at, address, truth: 'spam', site });
  }
}
