/**
 * What a traffic generator hands to the benchmark: labelled events, the published delegations, and the truth.
 */
import type { Address } from '../../lib/net/address.ts';
import type { Prefix } from '../../lib/net/prefix.ts';

export type Label = 'spam' | 'ham';

/** One message: a service is asked about `address` at `at`, and learns `verdict` afterwards. */
export interface TrafficEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly address: string;
  /** What is reported. It is the truth, except where a lying reporter speaks: then `truth` says what the mail was. */
  readonly verdict: Label;
  readonly truth?: Label;
  /** The receiving site that reports; absent: a trusted reporter. */
  readonly reporter?: string;
  /** A part of the traffic that is measured on its own, e.g. `after-cleaning`. */
  readonly group?: string;
}

/** `trusted`: no event names a reporter. `crowd`: every event is reported by one of some forty untrusted sites. */
export type ReporterMode = 'trusted' | 'crowd';

export interface Traffic {
  readonly name: string;
  /** In time order. */
  readonly events: readonly TrafficEvent[];
  /** RFC 9977 prefixlen lines; empty when nothing is published. */
  readonly published: string;
  /** The truth no service knows: the prefix the customer behind an address of this traffic holds. */
  endSiteOf(address: Address): Prefix;
}

export interface Family {
  readonly name: string;
  readonly modes: readonly ReporterMode[];
  /** Same seed and mode, same traffic. The two modes of one seed differ in the reporters only. */
  generate(seed: number, mode: ReporterMode): Traffic;
}

/** Reports of mail that never was: learnt from, but not part of any ratio. */
export const FABRICATED = 'fabricated';

/** What the mail of an event was. */
export const truthOf = (event: TrafficEvent): Label => event.truth ?? event.verdict;

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Every family runs from here for `SPAN`: a Monday, 2026-01-05T00:00:00Z. */
export const START = Date.UTC(2026, 0, 5);
export const SPAN = 30 * DAY;
