/**
 * What a report of any format comes to: claims for the verdict line, and what was left out and why.
 */
import type { Address } from '../net/address.ts';
import type { Verdict } from '../reputation/verdict.ts';

/** A reporter's claim about mail from an address; what `report` takes. */
export interface FeedbackClaim {
  /** The same for the same report however often it is sent: at most 80 printable characters. */
  readonly id: string;
  readonly address: Address;
  readonly verdict: Verdict;
  /** When the mail was seen: epoch milliseconds. */
  readonly at: number;
  /** How many messages it speaks for: 1 to `MAX_CLAIM_COUNT`. */
  readonly count: number;
}

/** A claim with its place in the report: record number of a DMARC report, 0 in the other formats. */
export interface PlacedFeedbackClaim {
  readonly index: number;
  readonly claim: FeedbackClaim;
}

/** An item that became no claim. */
export interface Omission {
  readonly index: number;
  /** `says-nothing`: understood, but no evidence about mail from an address. */
  readonly kind: 'malformed' | 'says-nothing';
  readonly detail: string;
}

export interface FeedbackReport {
  readonly format: 'arf' | 'xarf' | 'dmarc';
  /** At least one. */
  readonly claims: readonly PlacedFeedbackClaim[];
  readonly omissions: readonly Omission[];
}
