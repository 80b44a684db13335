/**
 * The policy of one reputation, kept from question to question. While the reputation holds, a mail server's next question
 * about a sender mostly differs in nothing that `decide` looks at.
 */
import type { Network } from '../allocation/network.ts';
import { equalAddress } from '../net/address.ts';
import type { Case, decide, Policy } from './decide.ts';
import type { PolicyBook } from './policy-book.ts';
import type { SenderFacts } from './sender-facts.ts';

interface Decided {
  readonly network: Network;
  readonly facts: SenderFacts;
  readonly book: PolicyBook;
  readonly policy: Policy;
}

export class KeptPolicy {
  #last: Decided | null = null;

  /**
   * As `decide`, of cases that all have the one reputation: the same object as before where the case is the same as before in
   * all that counts. `decideBy` decides where it is not.
   */
  decide(which: Case, book: PolicyBook, decideBy: typeof decide): Policy {
    const { network, facts, account, listing } = which;
    // Accounts and lists change by themselves, and few questions are about them.
    if (account !== undefined || listing !== null) return decideBy(which, book);
    const last = this.#last;
    if (last !== null && last.book === book && sameFacts(last.facts, facts) && isAlike(last, network)) {
      return last.policy;
    }
    const policy = decideBy(which, book);
    this.#last = { network, facts, book, policy };
    return policy;
  }
}

function sameFacts(a: SenderFacts, b: SenderFacts): boolean {
  return a === b || (a.fcrdns === b.fcrdns && a.spf === b.spf && a.dkim === b.dkim);
}

/** Whether another network of the same subject has the same policy. Its address is in nothing but the link of a reply. */
function isAlike({ network, book, policy }: Decided, other: Network): boolean {
  if (network.kind !== other.kind || network.special !== other.special || network.shared !== other.shared) {
    return false;
  }
  const { address } = network;
  if (policy.reply === null || book.lookupUrl === null) return address.family === other.address.family;
  return equalAddress(address, other.address);
}
