/**
 * The report line: a verdict -> the same address, network and ladder as a lookup -> one durable record.
 */
import type { Allocations } from '../allocation/allocation.ts';
import { ladderOf } from '../allocation/ladder.ts';
import { hostOf, type Network, networkOf, networkRead } from '../allocation/network.ts';
import type { Address } from '../net/address.ts';
import { hostBin } from '../reputation/host.ts';
import type { RungKey } from '../reputation/rung.ts';
import type { Verdict } from '../reputation/verdict.ts';
import { type Reporter, type Store, VERDICT_RETENTION_MS, type VerdictRecord } from '../store/port.ts';
import { asHeard, type Placed, type StandingAnswers } from './hearing.ts';

/** A reporter's claim about mail from an address, parsed. */
export interface Claim {
  /** The reporter's own id; with none the request's idempotency key and the position stand in, if there is one. */
  readonly id: string;
  readonly address: Address;
  /** The rung of the account that sent the mail; left out when none is known. */
  readonly account?: RungKey | undefined;
  readonly verdict: Verdict;
  /** When the mail was seen: epoch milliseconds. */
  readonly at: number;
  readonly count: number;
}

/** Why a claim was not taken, by its place in the request. */
export interface ClaimRefusal {
  readonly index: number;
  readonly kind: 'not-rateable' | 'too-old';
  readonly detail: string;
}

export interface ReportOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refusals: readonly ClaimRefusal[];
}

export interface ReportSources {
  readonly store: Pick<Store, 'recordVerdicts'>;
  readonly allocations: Allocations;
  /** By which an echo is told from a report, and a reporter known that contradicts everyone; without it every word counts in full. */
  readonly answers?: StandingAnswers | undefined;
}

/** Claims with their places in the request; places of malformed items, refused before, are simply missing. */
export interface PlacedClaim {
  readonly index: number;
  readonly claim: Claim;
}

/**
 * Records claims at time `now` (epoch milliseconds) and resolves once they are durable. One bad claim never spoils the
 * others: it comes back as a refusal. A claim from the future is dated now, as are all of an untrusted reporter; one older than
 * 30 days is refused.
 */
export async function report(
  claims: readonly PlacedClaim[],
  reporter: Reporter,
  sources: ReportSources,
  now: number,
): Promise<ReportOutcome> {
  const placed: Placed[] = [];
  const refusals: ClaimRefusal[] = [];
  const networks = networksOf(claims, sources.allocations);
  for (const { index, claim, network } of networks instanceof Promise ? await networks : networks) {
    const found = placeOf(claim, network, reporter, now);
    if ('kind' in found) refusals.push({ index, ...found });
    else placed.push(found);
  }
  const { answers } = sources;
  const records =
    reporter.trusted || answers === undefined || placed.length === 0
      ? placed.map(({ record }) => record)
      : await asHeard(placed, reporter, answers, now);
  const outcomes = records.length === 0 ? [] : await sources.store.recordVerdicts(records, now);
  const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
  return { accepted, duplicates: outcomes.length - accepted, refusals };
}

interface FoundClaim extends PlacedClaim {
  readonly network: Network;
}

/** The claims with their networks; no promise where everything is in memory. */
function networksOf(
  claims: readonly PlacedClaim[],
  allocations: Allocations,
): readonly FoundClaim[] | Promise<readonly FoundClaim[]> {
  if (allocations.parts === undefined) {
    return claims.map(({ index, claim }) => ({
      index,
      claim,
      network: networkOf(claim.address, allocations),
    }));
  }
  return Promise.all(
    claims.map(async ({ index, claim }) => {
      const network = await networkRead(claim.address, allocations);
      return { index, claim, network };
    }),
  );
}

function placeOf(
  claim: Claim,
  network: Network,
  reporter: Reporter,
  now: number,
): Placed | Omit<ClaimRefusal, 'index'> {
  if (claim.at < now - VERDICT_RETENTION_MS) {
    return { kind: 'too-old', detail: 'at is more than 30 days ago' };
  }
  if (network.subject === null) {
    const what = network.special ?? network.kind;
    return { kind: 'not-rateable', detail: `address is not rateable: ${what}` };
  }
  const record: VerdictRecord = {
    id: claim.id,
    reporter,
    ladder: ladderOf(network.subject),
    bin: hostBin(hostOf(network), network.subject),
    account: claim.account,
    verdict: claim.verdict,
    count: claim.count,
    // Each bucket of time hears a reporter up to the cap, so one that may choose the time could fill them all.
    at: reporter.trusted ? Math.min(claim.at, now) : now,
  };
  return { record, network };
}
