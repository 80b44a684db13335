/**
 * The chain of beta posteriors: from the base rate through the widest level to the subject, and on the subject itself from
 * the slow to the fast time scale. Each link's prior is the conclusion of the one before. What the levels are, prefixes or
 * an account and its organisation, does not matter here.
 */
import { betaInterval } from './beta.ts';
import { CHILD_CAP } from './cascade.ts';
import { Decay, DecayedWeight } from './decay.ts';
import { Evidence, LINK, type Link, numbersOf, scalesOf } from './evidence.ts';
import {
  ANCESTOR_SCALES,
  CARRIED_STRENGTH,
  FIRST_BASE_RATE,
  HOST_SCALE,
  INTERVAL_MASS,
  MIXED_SITE,
  OBSERVED_SCALE,
  ROOT_SCALE,
  SUBJECT_SCALES,
  type TimeScale,
} from './parameters.ts';
import { STRIDE } from './series.ts';
import { bucketIndex, EMPTY_TALLY, oldestHostMonth, type Tally } from './tally.ts';
import { type Turn, turnOf } from './turn.ts';
import { UNIT, type Weight } from './verdict.ts';

/** What the evidence makes of a subject. */
export interface Standing {
  /** Probability that mail from here is unwanted. */
  readonly spam: number;
  readonly interval: readonly [low: number, high: number];
  readonly observations: number;
  /** What the last 30 days alone make of the subject. */
  readonly month: number;
  /** Distinct reporters in the current and the last month, whichever is more. */
  readonly reporters: number;
  /** Epoch milliseconds of the newest evidence; null when there is none. */
  readonly lastSeen: number | null;
  /** The share of unwanted mail the chain started from. */
  readonly baseRate: number;
  /** What the wider levels alone would say, and on how many distinct children. */
  readonly neighbourhood: { readonly spam: number; readonly observations: number };
  /** The rung for this one host, used inside a mixed end site; the answer then holds for the host alone. */
  readonly host: Link | null;
  /** What the order of the newest reports adds: that the subject was taken over, or cleaned. */
  readonly turn: Turn | null;
  /** The levels all this came from. */
  readonly evidence: Evidence;
}

const ROOT_DECAY = new Decay(ROOT_SCALE);
const ANCESTOR_DECAYS = ANCESTOR_SCALES.map((scale) => new Decay(scale));
const SUBJECT_DECAYS = SUBJECT_SCALES.map((scale) => new Decay(scale));
const HOST_DECAY = new Decay(HOST_SCALE);

/** Sums of one link after the other. */
const sum = new DecayedWeight();

/**
 * What tallies, the subject's first and then wider and wider ones, say at time `now` (epoch milliseconds). `bin` is the
 * asking host's, null where hosts are not told apart. Pure; costs a microsecond or two.
 */
export function conclude(tallies: readonly Tally[], bin: number | null, root: Tally, now: number): Standing {
  const own = tallies[0];
  if (own === undefined) throw new RangeError('a ladder has no tally for its subject');
  const numbers = new Array<number>(numbersOf(tallies.length));
  const { bad, good } = ROOT_DECAY.sumOf(root, now, sum);
  const baseRate = posteriorOf(ROOT_SCALE.strength, FIRST_BASE_RATE.spam, bad / UNIT, good / UNIT);
  numbers[0] = baseRate;
  let at = 0;
  let childrenSeen = 0;
  for (let i = tallies.length - 1; i >= 1; i--) {
    const months = at;
    for (const decay of ANCESTOR_DECAYS) {
      // An ancestor speaks for its other children: a wider tally is exactly the sum of what its children contribute, so the
      // rung below is taken out of it; else a subject's own reports would come back to it as its neighbourhood's.
      decay.sumWithout(tallies[i] ?? EMPTY_TALLY, tallies[i - 1] ?? EMPTY_TALLY, CHILD_CAP, now, sum);
      at = addLink(numbers, at, sum, decay.scale);
    }
    childrenSeen = Math.max(childrenSeen, (numbers[months + 1] ?? 0) + (numbers[months + 2] ?? 0));
  }
  const neighbourhood = { spam: numbers[at] ?? baseRate, observations: childrenSeen };
  for (const decay of SUBJECT_DECAYS) at = addLink(numbers, at, decay.sumOf(own, now, sum), decay.scale);
  const evidence = new Evidence(numbers, tallies.length);
  const host = bin === null ? null : hostLink(own, bin, evidence, now);
  const settled = host === null ? evidence.spamAt(0) : host.posterior;
  const turn = turnOf(
    host === null ? own.recent : own.recent.filter((entry) => entry.bin === bin),
    settled,
    now,
  );
  const spam = turn === null ? settled : turn.spam;
  return {
    spam,
    interval: intervalOf(spam, host === null ? strengthOf(evidence, 0) : strengthOfHost(host)),
    observations: evidence.observationsAt(0),
    month: numbers[evidence.startOf(0, OBSERVED_SCALE + 1)] ?? spam,
    reporters: reportersOf(own, now),
    lastSeen: own.lastSeen === 0 ? null : own.lastSeen,
    evidence,
    baseRate,
    neighbourhood,
    host,
    turn,
  };
}

/** Where the conclusion of one level lies with 90 % certainty, by the evidence of that level alone. */
export function intervalAt(evidence: Evidence, level: number): readonly [low: number, high: number] {
  return intervalOf(evidence.spamAt(level), strengthOf(evidence, level));
}

/** Writes what a link adds behind its prior, which stands at that place; returns the place of its posterior. */
function addLink(numbers: number[], at: number, sum: Weight, { strength }: TimeScale): number {
  const bad = sum.bad / UNIT;
  const good = sum.good / UNIT;
  numbers[at + 1] = bad;
  numbers[at + 2] = good;
  numbers[at + LINK] = posteriorOf(strength, numbers[at] ?? 0, bad, good);
  return at + LINK;
}

function posteriorOf(strength: number, prior: number, bad: number, good: number): number {
  return (strength * prior + bad) / (strength + bad + good);
}

/** The host's own months, when the end site has enough of both kinds of mail to be worth telling apart. */
function hostLink(own: Tally, bin: number, evidence: Evidence, now: number): Link | null {
  const oldest = oldestHostMonth(now);
  if (!hasSeveralHosts(own, oldest)) return null;
  const month = evidence.linkAt(0, OBSERVED_SCALE);
  const total = month.bad + month.good;
  const minority = Math.min(month.bad, month.good);
  if (total < MIXED_SITE.observations || minority < MIXED_SITE.share * total) return null;
  let bad = 0;
  let good = 0;
  for (const host of own.hosts) {
    if (host.bin !== bin || host.index < oldest) continue;
    const weight = HOST_DECAY.weightOf(host.index, now);
    bad += host.bad * weight;
    good += host.good * weight;
  }
  bad /= UNIT;
  good /= UNIT;
  const prior = evidence.spamAt(0);
  return {
    scale: HOST_SCALE,
    prior,
    bad,
    good,
    posterior: posteriorOf(HOST_SCALE.strength, prior, bad, good),
  };
}

/** Asked of the end site, not of the host: whether an answer holds for all of it must be the same for all of it. */
function hasSeveralHosts({ hosts }: Tally, oldest: number): boolean {
  const first = hosts.find(({ index }) => index >= oldest);
  return first !== undefined && hosts.some(({ bin, index }) => bin !== first.bin && index >= oldest);
}

/**
 * How many observations stand behind the last link of a level. The scales see the same reports at different speeds, so their
 * counts must not be added: the fastest one's own count stands, or what the slower ones carry over, whichever is more.
 */
function strengthOf(evidence: Evidence, level: number): number {
  let strength = 0;
  const scales = scalesOf(level);
  for (let link = 0; link < scales.length; link++) {
    const own = Math.min(scales[link]?.strength ?? 0, 2) + evidence.weightAt(level, link);
    strength = Math.max(Math.min(strength, CARRIED_STRENGTH), own);
  }
  return strength;
}

function strengthOfHost({ scale, bad, good }: Link): number {
  return scale.strength + bad + good;
}

function intervalOf(spam: number, strength: number): readonly [number, number] {
  const a = Math.max(spam * strength, 0.001);
  const b = Math.max((1 - spam) * strength, 0.001);
  const tail = (1 - INTERVAL_MASS) / 2;
  const [low, high] = betaInterval(tail, a, b);
  // A distribution piled up at one end has its mean beyond all but a sliver of its mass.
  return [Math.min(spam, low), Math.max(spam, high)];
}

function reportersOf(own: Tally, now: number): number {
  const month = bucketIndex('months', now);
  let most = 0;
  const { numbers } = own.months;
  for (let at = numbers.length - STRIDE; at >= 0 && (numbers[at] ?? 0) >= month - 1; at -= STRIDE) {
    most = Math.max(most, numbers[at + 3] ?? 0);
  }
  return most;
}
