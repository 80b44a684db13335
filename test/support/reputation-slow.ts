/**
 * The slow, obvious twin of the reputation: from the plain list of verdicts to every number, each time from the beginning,
 * by the formulas of lib/reputation/README.md. It shares no code with lib/reputation, only the tuned constants.
 */
import { CHILD_CAP } from '../../lib/reputation/cascade.ts';
import {
  ANCESTOR_SCALES,
  CARRIED_STRENGTH,
  FIRST_BASE_RATE,
  HOST_SCALE,
  MIXED_SITE,
  OBSERVED_SCALE,
  ROOT_SCALE,
  SUBJECT_SCALES,
  type TimeScale,
  TURN,
} from '../../lib/reputation/parameters.ts';
import {
  capped,
  LENGTHS,
  less,
  type SlowBucket,
  type SlowSeries,
  type SlowVerdict,
  slowHosts,
  slowNewest,
  slowTally,
} from './tally-slow.ts';

const DAY = 24 * 3_600_000;

export interface SlowQuestion {
  readonly history: readonly SlowVerdict[];
  /** The rungs a lookup reads, the subject first. */
  readonly reads: readonly string[];
  readonly root: string;
  readonly bin: number | null;
  readonly now: number;
}

/** Every number of an answer. */
export function slowReputation({ history, reads, root, bin, now }: SlowQuestion) {
  const base = slowChain(slowTally(history, root, now), [ROOT_SCALE], FIRST_BASE_RATE.spam, now);
  let prior = base.spam;
  let neighbours = 0;
  const tallies = reads.map((rung) => slowTally(history, rung, now));
  const levels: { readonly spam: number; readonly observations: number }[] = [];
  for (let i = reads.length - 1; i >= 1; i--) {
    const level = slowChain(
      less(tallies[i], capped(tallies[i - 1] ?? new Map(), CHILD_CAP)),
      ANCESTOR_SCALES,
      prior,
      now,
    );
    const observations = level.counts[0] ?? 0;
    levels.unshift({ spam: level.spam, observations });
    prior = level.spam;
    neighbours = Math.max(neighbours, observations);
  }
  const [subject = ''] = reads;
  const own = tallies[0] ?? new Map();
  const site = slowChain(own, SUBJECT_SCALES, prior, now);
  const observations = site.counts[OBSERVED_SCALE] ?? 0;
  levels.unshift({ spam: site.spam, observations });
  const host = slowHost({ history, subject, bin, now }, site);
  const settled = host?.spam ?? site.spam;
  const newest = slowNewest(history, subject).filter((v) => host === null || v.bin === bin);
  const spam = slowTurn(newest, settled, now) ?? settled;
  const mine = history.filter(({ climb }) => climb[0] === subject);
  const month = Math.floor(now / (30 * DAY));
  return {
    baseRate: base.spam,
    levels,
    neighbourhood: { spam: prior, observations: neighbours },
    spam,
    observations,
    month: site.steps[OBSERVED_SCALE] ?? site.spam,
    reporters: Math.max(0, ...[month, month - 1].map((m) => own.get('months')?.get(m)?.sources ?? 0)),
    lastSeen: mine.length === 0 ? null : Math.max(...mine.map(({ at }) => Math.floor(at / 1000) * 1000)),
    host: host?.spam ?? null,
    strength: host?.strength ?? strengthOf(site),
  };
}

interface SlowChain {
  readonly spam: number;
  /** The result after each scale, and the decayed reports of each. */
  readonly steps: readonly number[];
  readonly counts: readonly number[];
  readonly minorities: readonly number[];
  readonly strengths: readonly number[];
}

/** posterior = (strength * prior + bad) / (strength + bad + good), scale after scale. */
function slowChain(series: SlowSeries, scales: readonly TimeScale[], prior: number, now: number): SlowChain {
  const steps: number[] = [];
  const counts: number[] = [];
  const minorities: number[] = [];
  let spam = prior;
  for (const { series: name, halfLife, strength } of scales) {
    const { bad, good } = decayed(series.get(name), LENGTHS[name] ?? 0, halfLife, now);
    spam = (strength * spam + bad) / (strength + bad + good);
    steps.push(spam);
    counts.push(bad + good);
    minorities.push(Math.min(bad, good));
  }
  return { spam, steps, counts, minorities, strengths: scales.map(({ strength }) => strength) };
}

function decayed(
  buckets: ReadonlyMap<number, SlowBucket> | undefined,
  length: number,
  halfLife: number,
  now: number,
) {
  let [bad, good] = [0, 0];
  for (const [number, bucket] of buckets ?? []) {
    const over = Math.max(0, now - (number + 1) * length);
    bad += (bucket.bad / 1000) * 0.5 ** (over / halfLife);
    good += (bucket.good / 1000) * 0.5 ** (over / halfLife);
  }
  return { bad, good };
}

/** One more link for the host, inside an end site that sends both kinds and has other hosts. */
function slowHost(
  {
    history,
    subject,
    bin,
    now,
  }: { history: readonly SlowVerdict[]; subject: string; bin: number | null; now: number },
  site: SlowChain,
): { readonly spam: number; readonly strength: number } | null {
  if (bin === null) return null;
  const hosts = slowHosts(history, subject, now);
  const total = site.counts[OBSERVED_SCALE] ?? 0;
  const minority = site.minorities[OBSERVED_SCALE] ?? 0;
  const known = [...hosts.values()].filter((months) => months.size > 0).length;
  if (known < 2 || total < MIXED_SITE.observations || minority < MIXED_SITE.share * total) return null;
  const { strength, halfLife } = HOST_SCALE;
  const { bad, good } = decayed(hosts.get(`${bin}`), 30 * DAY, halfLife, now);
  return { spam: (strength * site.spam + bad) / (strength + bad + good), strength: strength + bad + good };
}

/** The likelier of both turns, begun at the likeliest of the newest reports; null when none speaks for one. */
function slowTurn(newest: readonly SlowVerdict[], p: number, now: number): number | null {
  const turns = [TURN.badRate, TURN.goodRate]
    .filter((rate) => (rate === TURN.badRate ? p < rate : p > rate))
    .map((rate) => {
      const within = (q: number, doubt: number) => Math.min(1 - doubt, Math.max(doubt, q));
      const says = newest.map((v) => {
        const doubt = v.trusted ? TURN.trustedDoubt : TURN.untrustedDoubt;
        const likely = (q: number) => (v.verdict === 'ham' ? 1 - within(q, doubt) : within(q, doubt));
        const age = Math.max(0, now - Math.floor(v.at / 1000) * 1000);
        return Math.log(likely(rate) / likely(p)) * 0.5 ** (age / TURN.halfLife);
      });
      const evidence = Math.max(0, ...says.map((_, i) => says.slice(0, i + 1).reduce((a, b) => a + b, 0)));
      const odds = (TURN.chance / (1 - TURN.chance)) * (Math.exp(evidence) - 1);
      return evidence > 0 ? { rate, probability: odds / (1 + odds) } : null;
    })
    .filter((turn) => turn !== null)
    .toSorted((a, b) => b.probability - a.probability);
  const best = turns[0];
  return best === undefined ? null : p + (best.rate - p) * best.probability;
}

/** The fastest scale's own count and its prior's (at most 2), or what slower ones carry over (at most so much). */
function strengthOf({ counts, strengths }: SlowChain): number {
  return counts.reduce(
    (carried, count, i) =>
      Math.max(Math.min(carried, CARRIED_STRENGTH), Math.min(strengths[i] ?? 0, 2) + count),
    0,
  );
}
