/**
 * What the engine benchmark runs on: askers drawn as in real mail, with everything a lookup makes of them on its way, and
 * the tallies in memory as the embedded store holds them, each decoded in one go.
 */
import { type Ladder, ladderOf } from '../../lib/allocation/ladder.ts';
import { hostOf, type Network, networkOf } from '../../lib/allocation/network.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import type { LookupAnswer } from '../../lib/lookup/answer.ts';
import { type Address, type Family, parseAddress } from '../../lib/net/address.ts';
import { decide } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import { type LadderTallies, type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { type RungKey, rootKey, rungsOf } from '../../lib/reputation/rung.ts';
import type { Tally } from '../../lib/reputation/tally.ts';
import { decodeTally, encodeTally } from '../../lib/store/codec/tally.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { Random } from '../accuracy/random.ts';
import { recordEvidence } from '../world/evidence.ts';
import { Popularity } from '../world/popularity.ts';
import { Senders } from '../world/senders.ts';

/** One asker, at every station of a lookup. */
export interface Case {
  readonly text: string;
  readonly address: Address;
  readonly network: Network;
  readonly ladder: Ladder;
  readonly evidence: LadderTallies;
  readonly reputation: Reputation;
  readonly answer: LookupAnswer;
}

export interface Bench {
  readonly tallies: Tallies;
  readonly allocations: AllocationTable;
  /** A power of two of them. */
  readonly cases: readonly Case[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The tallies of all rungs of the cases. */
export class Tallies {
  readonly #store: MemoryStore;
  readonly #decoded = new Map<RungKey, Tally>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  of(rung: RungKey): Tally {
    const known = this.#decoded.get(rung);
    if (known !== undefined) return known;
    const decoded = decodeTally(encodeTally(this.#store.tally(rung)));
    this.#decoded.set(rung, decoded);
    return decoded;
  }

  root(family: Family): Tally {
    return this.of(rootKey(family));
  }
}

/** Whoever asks cannot be learnt by a branch predictor, and what is asked for does not stay in the nearest cache. */
const CASES = 4096;

export async function prepare(senderCount: number): Promise<Bench> {
  const senders = new Senders(senderCount);
  const allocations = AllocationTable.of(senders.published);
  const store = new MemoryStore();
  const now = Date.now();
  await recordEvidence(senders, store, allocations, now, () => undefined);
  const tallies = new Tallies(store);
  const random = new Random(20_265, 'cases');
  const popularity = new Popularity(senders.count);
  const cases: Case[] = [];
  while (cases.length < CASES) {
    const text = senders.textOf(popularity.draw(random), random);
    cases.push(caseOf(text, tallies, allocations, now));
  }
  return { tallies, allocations, cases, now };
}

function caseOf(text: string, tallies: Tallies, allocations: AllocationTable, now: number): Case {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const network = networkOf(parsed.value, allocations);
  if (network.subject === null) throw new Error(`${text} is not rateable`);
  const ladder = ladderOf(network.subject);
  const evidence = {
    ladder,
    tallies: rungsOf(ladder).map((rung) => tallies.of(rung)),
    bin: hostBin(hostOf(network), network.subject),
    root: tallies.root(network.subject.family),
  };
  const reputation = reputationOf(evidence, now);
  const policy = decide({ network, reputation, listing: null, facts: {} }, DEFAULT_POLICY_BOOK);
  const answer = {
    network,
    reputation,
    listing: null,
    policy,
    expires: now + 300_000,
    degraded: false,
    basis: null,
    kept: null,
  };
  return { text, address: parsed.value, network, ladder, evidence, reputation, answer };
}
