/** Whoever answers for an address before a message and learns the verdict after it: ours, or what an operator has today. */
import type { ReplayAction } from '../../../lib/replay/summary.ts';
import type { Traffic, TrafficEvent } from '../traffic.ts';

interface Answer {
  /** Probability that the mail is spam, 0 to 1; null when the judge makes no forecast for this address. */
  readonly spam: number | null;
  readonly action: ReplayAction;
  /** The class of service; judges without classes say `unknown`. */
  readonly class: string;
}

export interface Judge {
  readonly name: string;
  /** Asked at `event.at`; must not look at the verdict, the truth or the group. */
  answer(event: TrafficEvent): Answer;
  /** Told the verdict; `now` is when it arrives, at or after `event.at`. */
  learn(event: TrafficEvent, now: number): void;
}

/** A fresh judge without memory for one traffic. Only the oracle may use `endSiteOf`, only ours reads `published`. */
export type MakeJudge = (traffic: Traffic) => Judge;
