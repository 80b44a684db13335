/**
 * Whether a reporter agrees with everyone else, and what its word is worth by that.
 *
 * One that calls spam what all others call ham may be the first to see a host turn, or a liar. On one subject that cannot be
 * told; over many it can, so subjects are counted, each once a month whatever the number of reports on it. Where nobody else
 * has said anything clear nothing is counted, and a first report is worth what it always was.
 */
import { FAINT_CAP, REPORTER_CAP } from './cascade.ts';
import { Decay } from './decay.ts';
import { CLEAR_WORD, DISSENT } from './parameters.ts';
import type { Bucket } from './series.ts';
import type { Tally } from './tally.ts';
import { UNIT, type Verdict, weightOf } from './verdict.ts';

export const STANCES = ['agrees', 'contradicts'] as const;
export type Stance = (typeof STANCES)[number];

/** What a reporter's word is worth, and why. */
export interface Credence {
  /** Subjects on which it agreed with the others, and on which it contradicted them, of the last 30 days and decayed from there. */
  readonly agreed: number;
  readonly contradicted: number;
  /** Whether it is hardly heard. */
  readonly isFaint: boolean;
  /** The most its word weighs on one subject in one span of time, in reports. */
  readonly weight: number;
}

const MONTHS = new Decay(DISSENT.scale);
/** What one untrusted reporter can have added to a bucket: with its full voice, and with its faint one. */
const ONE_REPORTER = REPORTER_CAP + FAINT_CAP;

/**
 * A verdict beside what others say of its subject, whose tally and 90 % interval (of the probability of spam) are given;
 * undefined when they say nothing clear, or the verdict is of a kind that says little. What one reporter can have said is
 * taken out of their word, so nobody agrees with itself; and who says what anybody else says too contradicts nobody, as
 * many a good host sends some spam.
 */
export function stanceOf(
  verdict: Verdict,
  subject: Tally,
  [low, high]: readonly [low: number, high: number],
  now: number,
): Stance | undefined {
  const { bad, good } = weightOf(verdict);
  if (bad + good < UNIT || (low <= 0.5 && high >= 0.5)) return undefined;
  const isBad = low > 0.5;
  const other = (side: number): number => Math.max(0, side - ONE_REPORTER);
  const word = decayed(subject, now, (bucket) => other(isBad ? bucket.bad : bucket.good));
  if (word < CLEAR_WORD) return undefined;
  if (isBad === bad > 0) return 'agrees';
  const company = decayed(subject, now, (bucket) => other(isBad ? bucket.good : bucket.bad));
  return company > 0 ? undefined : 'contradicts';
}

/** What the tally of a reporter's stances says at time `now` (epoch milliseconds): bad weight is subjects contradicted. */
export function credenceOf(stances: Tally, now: number): Credence {
  const agreed = decayed(stances, now, ({ good }) => good);
  const contradicted = decayed(stances, now, ({ bad }) => bad);
  const { prior, limit, scale } = DISSENT;
  const { strength } = scale;
  const isFaint = (contradicted + prior * strength) / (contradicted + agreed + strength) > limit;
  return { agreed, contradicted, isFaint, weight: (isFaint ? FAINT_CAP : REPORTER_CAP) / UNIT };
}

/** A sum over the months, each as much as it still counts, in units. */
function decayed(tally: Tally, now: number, partOf: (bucket: Bucket) => number): number {
  const oldest = MONTHS.oldest(now);
  let sum = 0;
  for (const bucket of MONTHS.seriesOf(tally)) {
    if (bucket.index >= oldest) sum += partOf(bucket) * MONTHS.weightOf(bucket.index, now);
  }
  return sum / UNIT;
}
