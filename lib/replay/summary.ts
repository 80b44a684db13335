/**
 * What a replay says in the end: how well answers given before each verdict foretold it.
 *
 * - AUC, the chance that a random spam was given a higher `spam` than a random ham (ties count half): the Mann-Whitney U
 *   of the ranks over n1 * n0, exact. Mann and Whitney 1947; Hanley and McNeil 1982.
 * - Brier score, the mean squared error of `spam` as a forecast of 0 or 1. Brier 1950.
 * - Reliability: of the mail given about p, the share that was spam; ten bins of equal width. Murphy 1973.
 */

export type ReplayAction = 'accept' | 'throttle' | 'tempfail' | 'reject';
export type ReplayTruth = 'spam' | 'ham';

/** One answer, with what the mail then turned out to be. */
export interface Judgement {
  /** The answer's probability of spam, 0 to 1; null when the address was not rateable: then no forecast was made. */
  readonly spam: number | null;
  readonly action: ReplayAction;
  /** The class of service, counted by name. */
  readonly class: string;
  readonly truth: ReplayTruth;
}

/** One bin of the reliability table: `from` <= spam < `to`, the last bin including 1. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of the forecasts in the bin; null when it is empty. */
  readonly predicted: number | null;
  /** Share of spam among them; null when the bin is empty. */
  readonly observed: number | null;
}

/** Ratios are 0 to 1, and null when they would divide by nothing. */
export interface ReplayResult {
  readonly events: number;
  readonly spam: number;
  readonly ham: number;
  /** Events without a forecast; they are in the ratios of actions, not in `auc`, `brier` and `reliability`. */
  readonly unrated: number;
  readonly auc: number | null;
  readonly brier: number | null;
  /** Share of spam that was let in: accepted or throttled. */
  readonly spamLetIn: number | null;
  /** Share of good mail refused for good: rejected. */
  readonly goodRefused: number | null;
  /** Share of good mail asked to come again: tempfail. */
  readonly goodDeferred: number | null;
  /** Events by class of service. */
  readonly classes: Readonly<Record<string, number>>;
  readonly reliability: readonly ReliabilityBin[];
}

export const RELIABILITY_BINS = 10;

/** Adds up judgements; `result` may be asked at any time and changes nothing. Memory: eight bytes an event. */
export class ReplaySummary {
  readonly #forecasts: Record<ReplayTruth, number[]> = { spam: [], ham: [] };
  readonly #actions: Record<ReplayTruth, Record<ReplayAction, number>> = {
    spam: noActions(),
    ham: noActions(),
  };
  readonly #classes = new Map<string, number>();
  #events = 0;

  add(judgement: Judgement): void {
    const { spam, action, truth } = judgement;
    this.#events++;
    this.#actions[truth][action]++;
    this.#classes.set(judgement.class, (this.#classes.get(judgement.class) ?? 0) + 1);
    if (spam === null) return;
    if (!(spam >= 0 && spam <= 1)) throw new RangeError(`a probability is from 0 to 1, not ${spam}`);
    this.#forecasts[truth].push(spam);
  }

  result(): ReplayResult {
    const positive = Float64Array.from(this.#forecasts.spam).sort();
    const negative = Float64Array.from(this.#forecasts.ham).sort();
    const spam = total(this.#actions.spam);
    const ham = total(this.#actions.ham);
    return {
      events: this.#events,
      spam,
      ham,
      unrated: this.#events - positive.length - negative.length,
      auc: areaUnderCurve(positive, negative),
      brier: brierScore(positive, negative),
      spamLetIn: ratio(this.#actions.spam.accept + this.#actions.spam.throttle, spam),
      goodRefused: ratio(this.#actions.ham.reject, ham),
      goodDeferred: ratio(this.#actions.ham.tempfail, ham),
      classes: Object.fromEntries([...this.#classes].sort(([a], [b]) => (a < b ? -1 : 1))),
      reliability: reliabilityOf(positive, negative),
    };
  }
}

/** U / (n1 * n0), where U counts, over all pairs of the two sorted lists, 1 for spam above ham and 1/2 for a tie. */
function areaUnderCurve(positive: Float64Array, negative: Float64Array): number | null {
  let below = 0;
  let notAbove = 0;
  let u = 0;
  for (const value of positive) {
    while (below < negative.length && (negative[below] ?? 1) < value) below++;
    if (notAbove < below) notAbove = below;
    while (notAbove < negative.length && (negative[notAbove] ?? 1) <= value) notAbove++;
    u += (below + notAbove) / 2;
  }
  return ratio(u, positive.length * negative.length);
}

function brierScore(positive: Float64Array, negative: Float64Array): number | null {
  let sum = 0;
  for (const value of positive) sum += (1 - value) ** 2;
  for (const value of negative) sum += value ** 2;
  return ratio(sum, positive.length + negative.length);
}

function reliabilityOf(positive: Float64Array, negative: Float64Array): ReliabilityBin[] {
  const bins = Array.from({ length: RELIABILITY_BINS }, () => ({ count: 0, sum: 0, spam: 0 }));
  const fill = (values: Float64Array, isSpam: number): void => {
    for (const value of values) {
      const bin = bins[Math.min(RELIABILITY_BINS - 1, Math.floor(value * RELIABILITY_BINS))];
      if (bin === undefined) continue;
      bin.count++;
      bin.sum += value;
      bin.spam += isSpam;
    }
  };
  fill(positive, 1);
  fill(negative, 0);
  return bins.map(({ count, sum, spam }, index) => ({
    from: index / RELIABILITY_BINS,
    to: (index + 1) / RELIABILITY_BINS,
    count,
    predicted: ratio(sum, count),
    observed: ratio(spam, count),
  }));
}

function noActions(): Record<ReplayAction, number> {
  return { accept: 0, throttle: 0, tempfail: 0, reject: 0 };
}

function total(actions: Readonly<Record<ReplayAction, number>>): number {
  return actions.accept + actions.throttle + actions.tempfail + actions.reject;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
