/**
 * The people behind the mail that several families share: honest customers with servers, and plain spammers.
 */
import type { Address } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import { steady } from './clock.ts';
import { audienceOf, type Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { anyAddress, numberedAddress } from './space.ts';
import { SPAN, START } from './traffic.ts';

export interface HonestOptions {
  /** Messages in the 30 days: the median of a heavy-tailed draw. Default 25. */
  readonly median?: number;
  readonly group?: string;
  /** When the customer comes and goes; default the whole span, or from some day on for one in five. */
  readonly from?: number;
  readonly to?: number;
  /** At least so many receiving sites know it. Default 1. */
  readonly knownTo?: number;
  /** Share of its mail that is spam after all. Default 0. */
  readonly spamShare?: number;
}

/** A customer with one to three mail servers on fixed addresses, returned, who writes to a handful of receivers or to all. */
export function honestCustomer(
  ledger: Ledger,
  random: Random,
  site: Prefix,
  options: HonestOptions = {},
): readonly Address[] {
  const from = options.from ?? (random.chance(0.2) ? START + SPAN * random.between(0, 0.8) : START);
  const to = options.to ?? START + SPAN;
  // One in five writes a few times only: strangers are not all spammers.
  const count = random.chance(0.2) ? random.int(1, 4) : random.volume(options.median ?? 25, 0.9, 1, 400);
  const bits = (site.family === 4 ? 32 : 128) - site.length;
  const servers = Array.from({ length: bits === 0 ? 1 : random.int(1, 3) }, (_, index) => {
    const network = site.length < 64 && site.family === 6 && random.chance(0.3) ? anyLan(random, site) : site;
    return bits === 0 || random.chance(0.3)
      ? anyAddress(random, network)
      : numberedAddress(network, index + 1);
  });
  const audience = random.chance(0.3) ? undefined : audienceOf(random, 10, options.knownTo ?? 1);
  for (const at of steady(random, count, from, to)) {
    ledger.send({
      at,
      address: random.pick(servers),
      truth: random.chance(options.spamShare ?? 0) ? 'spam' : 'ham',
      site,
      ...(audience === undefined ? {} : { audience }),
      ...(options.group === undefined ? {} : { group: options.group }),
    });
  }
  return servers;
}

/** A spammer who uses its site at these moments: from one address, or from a new one of the site each time. */
export function spammer(
  ledger: Ledger,
  random: Random,
  site: Prefix,
  moments: readonly number[],
  hops: boolean,
): void {
  const home = anyAddress(random, site);
  for (const at of moments) {
    ledger.send({ at, address: hops ? anyAddress(random, site) : home, truth: 'spam', site });
  }
}

/** Any /64 of a larger site: one LAN of a home or an office. */
export function anyLan(random: Random, site: Prefix): Prefix {
  return Prefix.covering(anyAddress(random, site), 64);
}
