/**
 * The chain of beta posteriors: from the base rate through the widest level to the subject, and on the subject itself from
 * the slow to the fast time scale. Each link's prior is the conclusion of the one before. What the levels are, prefixes or
 * an account and its organisation, does not matter here.
 */
import { betaInterval } from './beta.ts';
import { CHILD_CAP } from './cascade.ts';
import { Decay } from './decay.ts';
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
import { bucketIndex, oldestHostMonth, type Tally } from './tally.ts';
import { type Turn, turnOf } from './turn.ts';
import { UNIT } from './verdict.ts';

/** One link of the chain: posterior = (strength * prior + bad) / (strength + bad + good). */
export interface Link {
  readonly scale: TimeScale;
  readonly prior: number;
  /** Decayed weight, in reports. */
  readonly bad: number;
  readonly good: number;
  readonly posterior: number;
}

/** What one level says. */
export interface Level {
  /** The conclusion at this level, given the wider ones. */
  readonly spam: number;
  /** Decayed weight over 30 days: reports on the subject; on a wider level its children other than the one below. */
  readonly observations: number;
  readonly links: readonly Link[];
}

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
}

/** A standing with the levels it came from, the subject's first. */
export interface Concluded extends Standing {
  readonly levels: readonly Level[];
}

const ROOT_DECAY = new Decay(ROOT_SCALE);
const ANCESTOR_DECAYS = ANCESTOR_SCALES.map((scale) => new Decay(scale));
const SUBJECT_DECAYS = SUBJECT_SCALES.map((scale) => new Decay(scale));
const HOST_DECAY = new Decay(HOST_SCALE);

/**
 * What tallies, the subject's first and then wider and wider ones, say at time `now` (epoch milliseconds). `bin` is the
 * asking host's, null where hosts are not told apart. Pure; costs a microsecond or two.
 */
export function conclude(tallies: readonly Tally[], bin: number | null, root: Tally, now: number): Concluded {
  const own = tallies[0];
  if (own === undefined) throw new RangeError('a ladder has no tally for its subject');
  const baseRate = linkOf(root, null, ROOT_DECAY, FIRST_BASE_RATE.spam, now).posterior;
  const levels: Level[] = [];
  let prior = baseRate;
  let childrenSeen = 0;
  for (let i = tallies.length - 1; i >= 1; i--) {
    const tally = tallies[i];
    const child = tallies[i - 1];
    if (tally === undefined || child === undefined) continue;
    const level = levelOf(tally, child, ANCESTOR_DECAYS, 0, prior, now);
    levels.push(level);
    prior = level.spam;
    childrenSeen = Math.max(childrenSeen, level.observations);
  }
  const site = levelOf(own, null, SUBJECT_DECAYS, OBSERVED_SCALE, prior, now);
  const host = bin === null ? null : hostLink(own, bin, site, now);
  levels.push(site);
  const settled = host?.posterior ?? site.spam;
  const turn = turnOf(host ? own.recent.filter((entry) => entry.bin === bin) : own.recent, settled, now);
  const spam = turn?.spam ?? settled;
  return {
    spam,
    interval: intervalOf(spam, host ? strengthOfHost(host) : strengthOf(site.links)),
    observations: site.observations,
    month: site.links[OBSERVED_SCALE]?.posterior ?? site.spam,
    reporters: reportersOf(own, now),
    lastSeen: own.lastSeen === 0 ? null : own.lastSeen,
    levels: levels.reverse(),
    baseRate,
    neighbourhood: { spam: prior, observations: childrenSeen },
    host,
    turn,
  };
}

/** Where the conclusion of one level lies with 90 % certainty, by the evidence of that level alone. */
export function levelInterval({ spam, links }: Level): readonly [low: number, high: number] {
  return intervalOf(spam, strengthOf(links));
}

/** One level of the chain; `child` is the tally one rung below an ancestor, null on the subject itself. */
function levelOf(
  tally: Tally,
  child: Tally | null,
  scales: readonly Decay[],
  observed: number,
  prior: number,
  now: number,
): Level {
  const links: Link[] = [];
  let spam = prior;
  for (const decay of scales) {
    const link = linkOf(tally, child, decay, spam, now);
    links.push(link);
    spam = link.posterior;
  }
  const quoted = links[observed];
  return { spam, observations: quoted ? quoted.bad + quoted.good : 0, links };
}

/**
 * One link. An ancestor speaks for its other children: a wider tally is exactly the sum of what its children contribute,
 * so the rung below is taken out of it; else a subject's own reports would come back to it as its neighbourhood's.
 */
function linkOf(tally: Tally, child: Tally | null, decay: Decay, prior: number, now: number): Link {
  const { bad, good } =
    child === null ? decay.sumOf(tally, now) : decay.sumWithout(tally, child, CHILD_CAP, now);
  return link(decay.scale, prior, bad / UNIT, good / UNIT);
}

/** The host's own months, when the end site has enough of both kinds of mail to be worth telling apart. */
function hostLink(own: Tally, bin: number, site: Level, now: number): Link | null {
  const month = site.links[OBSERVED_SCALE];
  const oldest = oldestHostMonth(now);
  if (month === undefined || !hasSeveralHosts(own, oldest)) return null;
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
  return link(HOST_SCALE, site.spam, bad / UNIT, good / UNIT);
}

/** Asked of the end site, not of the host: whether an answer holds for all of it must be the same for all of it. */
function hasSeveralHosts({ hosts }: Tally, oldest: number): boolean {
  const first = hosts.find(({ index }) => index >= oldest);
  return first !== undefined && hosts.some(({ bin, index }) => bin !== first.bin && index >= oldest);
}

function link(scale: TimeScale, prior: number, bad: number, good: number): Link {
  const { strength } = scale;
  const posterior = (strength * prior + bad) / (strength + bad + good);
  return { scale, prior, bad, good, posterior };
}

/**
 * How many observations stand behind the last link. The scales see the same reports at different speeds, so their counts
 * must not be added: the fastest one's own count stands, or what the slower ones carry over, whichever is more.
 */
function strengthOf(links: readonly Link[]): number {
  let strength = 0;
  for (const { scale, bad, good } of links) {
    strength = Math.max(Math.min(strength, CARRIED_STRENGTH), Math.min(scale.strength, 2) + bad + good);
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
