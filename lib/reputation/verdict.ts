/**
 * The closed vocabulary of verdicts and what each weighs.
 *
 * Weights are in thousandths of one plain report, integers, so that sums are exact in any order. One `spam` or `ham`
 * report is one unit. `trap`, `malware` and `fraud` weigh more because they are rarely mistakes: a spam trap never asked
 * for mail, and RFC 6650 section 5.3 prefers trap hits and complaints over a filter's guess. `invalid-recipients` and
 * `auth-failure` weigh less: forwarders and stale address books cause both (RFC 6591 section 1).
 */
export const VERDICTS = [
  'spam',
  'ham',
  'malware',
  'fraud',
  'abusive',
  'invalid-recipients',
  'trap',
  'auth-failure',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One unit of evidence in the integers that tallies hold. */
export const UNIT = 1000;

/** How much one verdict of each kind says, in thousandths of a report, and in which direction. */
const WEIGHTS: Readonly<Record<Verdict, { readonly bad: number; readonly good: number }>> = {
  spam: { bad: UNIT, good: 0 },
  ham: { bad: 0, good: UNIT },
  malware: { bad: 2 * UNIT, good: 0 },
  fraud: { bad: 2 * UNIT, good: 0 },
  abusive: { bad: UNIT, good: 0 },
  'invalid-recipients': { bad: UNIT / 2, good: 0 },
  trap: { bad: 2 * UNIT, good: 0 },
  'auth-failure': { bad: UNIT / 5, good: 0 },
};

/** A report of more messages than this counts as this many: beyond it a number says nothing new about the sender. */
export const MAX_COUNT = 1000;

/** Bad and good weight, in thousandths of a report. */
export interface Weight {
  readonly bad: number;
  readonly good: number;
}

/** What `count` like messages weigh; a count above `MAX_COUNT` is taken as `MAX_COUNT`. */
export function weightOf(verdict: Verdict, count = 1): Weight {
  const { bad, good } = WEIGHTS[verdict];
  const times = Math.min(count, MAX_COUNT);
  return { bad: bad * times, good: good * times };
}

export function isVerdict(text: string): text is Verdict {
  return VERDICTS.some((verdict) => verdict === text);
}
