/**
 * Good and bad counts per key, fading with a half-life of 30 days: what scripts, fail2ban and home-made tables do.
 *
 * The forecast is the smoothed share of bad mail. The action is the rule of thumb of such scripts: refuse from three bad
 * on when nine in ten were bad, defer from two bad on when half were.
 */
import { formatPrefix } from '../../../lib/net/prefix.ts';
import { DAY, type TrafficEvent } from '../traffic.ts';
import type { Judge, MakeJudge } from './judge.ts';
import { fixedKey, type Lengths, parsed } from './key.ts';

const HALF_LIFE = 30 * DAY;
/** One imaginary message of which a tenth is spam: what the counter believes of a key it has never seen. */
const PRIOR = { weight: 1, share: 0.1 } as const;
const REFUSE = { bad: 3, share: 0.9 } as const;
const DEFER = { bad: 2, share: 0.5 } as const;

interface Count {
  good: number;
  bad: number;
  at: number;
}

/** Counts per key; `keyOf` says whose count an event belongs to. */
function countingJudge(name: string, keyOf: (address: string) => string): Judge {
  const counts = new Map<string, Count>();
  return {
    name,
    answer(event) {
      const { good, bad } = fadedTo(counts.get(keyOf(event.address)), event.at);
      const share = bad / (good + bad);
      const spam = (bad + PRIOR.weight * PRIOR.share) / (good + bad + PRIOR.weight);
      if (bad >= REFUSE.bad * ROUNDING && share >= REFUSE.share)
        return { spam, action: 'reject', class: 'bad' };
      if (bad >= DEFER.bad * ROUNDING && share >= DEFER.share)
        return { spam, action: 'tempfail', class: 'bad' };
      return { spam, action: 'accept', class: 'unknown' };
    },
    learn(event) {
      const key = keyOf(event.address);
      const { good, bad, at } = fadedTo(counts.get(key), event.at);
      counts.set(key, { good: good + goodOf(event), bad: bad + 1 - goodOf(event), at });
    },
  };
}

/** One reputation for every address on its own. */
export const perAddress: MakeJudge = () => fixedLength('per /128', { 4: 32, 6: 128 });
export const per64: MakeJudge = () => fixedLength('fixed /64', { 4: 32, 6: 64 });
export const per48: MakeJudge = () => fixedLength('fixed /48', { 4: 32, 6: 48 });

/** The same counts under the prefix the customer really holds, which nobody outside can know. */
export const oracle: MakeJudge = (traffic) =>
  countingJudge('oracle', (address) => formatPrefix(traffic.endSiteOf(parsed(address))));

function fixedLength(name: string, lengths: Lengths): Judge {
  return countingJudge(name, (address) => fixedKey(address, lengths));
}

/** Two messages a minute apart have faded to a little under two; the thresholds mean the whole number. */
const ROUNDING = 0.9;

function goodOf(event: TrafficEvent): 0 | 1 {
  return event.verdict === 'ham' ? 1 : 0;
}

function fadedTo(count: Count | undefined, at: number): Count {
  if (count === undefined) return { good: 0, bad: 0, at };
  // A verdict that arrives late is older than the count: it is added as it is.
  const left = 0.5 ** (Math.max(0, at - count.at) / HALF_LIFE);
  return { good: count.good * left, bad: count.bad * left, at: Math.max(at, count.at) };
}
