/**
 * How an untrusted reporter is heard. Trusted ones are the operator's own eyes, and always heard in full.
 *
 * It echoes when it calls bad what lookups call bad already. It may have seen no mail at all, only our answer, be it from a
 * lookup, an exported list or a DNS zone; who was told cannot be known, so what would have been told counts.
 *
 * It is heard as faintly while it contradicts what everyone else says of most subjects (see lib/reputation/stance.ts).
 */
import type { Network } from '../allocation/network.ts';
import { decide, type Listing } from '../policy/decide.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { type Reputation, reputationOf } from '../reputation/reputation.ts';
import { rungsOf } from '../reputation/rung.ts';
import { credenceOf, stanceOf } from '../reputation/stance.ts';
import type { Tally } from '../reputation/tally.ts';
import { weightOf } from '../reputation/verdict.ts';
import { standingKey } from '../store/impulse.ts';
import type { Reporter, Store, VerdictRecord } from '../store/port.ts';

/** What lookups answer from. */
export interface StandingAnswers {
  readonly store: Pick<Store, 'readTallies' | 'rootTally'>;
  readonly book: PolicyBook;
  readonly listingOf: (network: Network, now: number) => Listing | null;
}

/** A verdict, and the network of its address. */
export interface Placed {
  readonly record: VerdictRecord;
  readonly network: Network;
}

/**
 * The records of one untrusted reporter with how each is heard, and whether it agrees with the others: one read for all. When
 * the evidence cannot be read, each counts in full.
 */
export async function asHeard(
  placed: readonly Placed[],
  reporter: Reporter,
  answers: StandingAnswers,
  now: number,
): Promise<readonly VerdictRecord[]> {
  const rungs = placed.map(({ record }) => rungsOf(record.ladder));
  const tallies = await readOrNothing(answers.store, [standingKey(reporter.id), ...rungs.flat()]);
  const standing = tallies?.[0];
  if (tallies === null || standing === undefined) return placed.map(({ record }) => record);
  const isDissenter = credenceOf(standing, now).isFaint;
  let start = 1;
  return placed.map(({ record, network }, i) => {
    const own = tallies.slice(start, start + (rungs[i]?.length ?? 0));
    start += own.length;
    const { ladder, bin, verdict } = record;
    const root = answers.store.rootTally(ladder.subject.family);
    const reputation = reputationOf({ ladder, tallies: own, bin, root }, now);
    const stance = own[0] === undefined ? undefined : stanceOf(verdict, own[0], reputation.interval, now);
    const isEcho = weightOf(verdict).bad > 0 && isBad(network, reputation, answers, now);
    const heard = isDissenter || isEcho ? { ...reporter, faint: true } : reporter;
    return { ...record, stance, reporter: heard };
  });
}

function isBad(
  network: Network,
  reputation: Reputation,
  { book, listingOf }: StandingAnswers,
  now: number,
): boolean {
  return decide({ network, reputation, listing: listingOf(network, now), facts: {} }, book).class === 'bad';
}

async function readOrNothing(
  store: StandingAnswers['store'],
  rungs: Parameters<Store['readTallies']>[0],
): Promise<readonly Tally[] | null> {
  try {
    return await store.readTallies(rungs);
  } catch {
    return null;
  }
}
