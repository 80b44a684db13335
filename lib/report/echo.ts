/**
 * Echoes: an untrusted reporter that calls bad what lookups call bad already. It may have seen no mail at all, only our
 * answer, be it from a lookup, an exported list or a DNS zone; who was told cannot be known, so what would have been told
 * counts. Trusted reporters are the operator's own eyes and never echo.
 */
import type { Network } from '../allocation/network.ts';
import { decide, type Listing } from '../policy/decide.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { reputationOf } from '../reputation/reputation.ts';
import { rungsOf } from '../reputation/rung.ts';
import type { Tally } from '../reputation/tally.ts';
import { weightOf } from '../reputation/verdict.ts';
import type { Store, VerdictRecord } from '../store/port.ts';

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

/** The records, echoes marked as such: one read for all. When the evidence cannot be read, each counts in full. */
export async function withEchoes(
  placed: readonly Placed[],
  answers: StandingAnswers,
  now: number,
): Promise<readonly VerdictRecord[]> {
  const rungs = placed.map(({ record }) => rungsOf(record.ladder));
  const tallies = await readOrNothing(answers.store, rungs.flat());
  if (tallies === null) return placed.map(({ record }) => record);
  let start = 0;
  return placed.map(({ record, network }, i) => {
    const own = tallies.slice(start, start + (rungs[i]?.length ?? 0));
    start += own.length;
    const isEcho = weightOf(record.verdict).bad > 0 && isBad({ record, network }, own, answers, now);
    return isEcho ? { ...record, reporter: { ...record.reporter, echo: true } } : record;
  });
}

function isBad(
  { record: { ladder, bin }, network }: Placed,
  tallies: readonly Tally[],
  { store, book, listingOf }: StandingAnswers,
  now: number,
): boolean {
  const root = store.rootTally(ladder.subject.family);
  const reputation = reputationOf({ ladder, tallies, bin, root }, now);
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
