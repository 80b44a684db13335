/**
 * Back-testing: runs the lookup line and the report line over a log, in memory and on the log's own clock. For each event
 * the question comes first and the lesson after, so nothing is judged by what it taught itself.
 */
import type { Allocations } from '../allocation/allocation.ts';
import { type Ladder, ladderOf } from '../allocation/ladder.ts';
import { hostOf, networkOf } from '../allocation/network.ts';
import type { Address } from '../net/address.ts';
import { formatPrefix } from '../net/prefix.ts';
import { decide } from '../policy/decide.ts';
import {
  type Action,
  DEFAULT_POLICY_BOOK,
  type PolicyBook,
  type ServiceClass,
} from '../policy/policy-book.ts';
import { hostBin } from '../reputation/host.ts';
import { type Reputation, reputationOf } from '../reputation/reputation.ts';
import { rungsOf } from '../reputation/rung.ts';
import type { Verdict } from '../reputation/verdict.ts';
import { MemoryStore } from '../store/memory/store.ts';
import type { Reporter } from '../store/port.ts';

/** One line of a log, parsed. */
export interface ReplayEvent {
  readonly id: string;
  /** Epoch milliseconds; events are given in time order. */
  readonly at: number;
  readonly address: Address;
  readonly verdict: Verdict;
  /** Missing: one trusted reporter, the log's owner. */
  readonly reporter?: string | undefined;
}

export interface ReplayAnswer {
  readonly id: string;
  readonly prefix: string;
  /** Null when the address is not rateable. */
  readonly subject: string | null;
  readonly spam: number | null;
  readonly class: ServiceClass;
  readonly action: Action;
}

const LOG_OWNER: Reporter = { id: 'local', trusted: true };

/** Holds the state of one back-test. */
export class Replay {
  readonly #store = new MemoryStore();
  readonly #allocations: Allocations;
  readonly #book: PolicyBook;

  constructor({ allocations, book = DEFAULT_POLICY_BOOK }: { allocations: Allocations; book?: PolicyBook }) {
    this.#allocations = allocations;
    this.#book = book;
  }

  /** Answers for the event's address at the event's time, then learns its verdict. */
  step(event: ReplayEvent): ReplayAnswer {
    const answer = this.answer(event);
    this.learn(event);
    return answer;
  }

  /** What a lookup at the event's time would say. */
  answer({ id, at, address }: Pick<ReplayEvent, 'id' | 'at' | 'address'>): ReplayAnswer {
    const network = networkOf(address, this.#allocations);
    const { subject } = network;
    const reputation = subject && this.#reputation(ladderOf(subject), hostBin(hostOf(network), subject), at);
    const policy = decide({ network, reputation, listing: null, facts: {} }, this.#book);
    return {
      id,
      prefix: formatPrefix(network.prefix),
      subject: subject && formatPrefix(subject),
      spam: reputation?.spam ?? null,
      class: policy.class,
      action: policy.action,
    };
  }

  /** Takes the event's verdict as evidence, received at its own time. */
  learn({ id, at, address, verdict, reporter }: ReplayEvent): void {
    const network = networkOf(address, this.#allocations);
    if (network.subject === null) return;
    const by = reporter === undefined ? LOG_OWNER : { id: reporter, trusted: false };
    const bin = hostBin(hostOf(network), network.subject);
    const record = { id, reporter: by, ladder: ladderOf(network.subject), bin, verdict, count: 1, at };
    this.#store.learn([record], at);
  }

  #reputation(ladder: Ladder, bin: number | null, now: number): Reputation {
    const tallies = rungsOf(ladder).map((rung) => this.#store.tally(rung));
    return reputationOf({ ladder, tallies, bin, root: this.#store.rootTally(ladder.subject.family) }, now);
  }
}
