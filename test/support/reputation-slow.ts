/**
 * The slow, obvious twin of the reputation: from the plain list of verdicts to every number, each time from the beginning,
 * by the formulas of lib/reputation/README.md. It shares no code with lib/reputation, only the tuned constants.
 */
import { rungsAbove } from '../../lib/allocation/ladder.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { CHILD_CAP, REPORTER_CAP } from '../../lib/reputation/cascade.ts';
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
import type { VerdictRecord } from '../../lib/store/port.ts';

/** A verdict with the names of the rungs it climbs: its subject, wider and wider blocks, the root. */
export interface SlowVerdict {
  readonly id: string;
  readonly reporter: string;
  readonly trusted: boolean;
  readonly verdict: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly bin: number | null;
  readonly climb: readonly string[];
}

/** A record as the twin takes it. */
export function slowVerdictOf({ reporter, ladder, ...said }: VerdictRecord): SlowVerdict {
  const { subject } = ladder;
  return {
    ...said,
    reporter: reporter.id,
    trusted: reporter.trusted,
    climb: [...[subject, ...rungsAbove(subject)].map(formatPrefix), slowRoot(subject.family)],
  };
}

export function slowRoot(family: number): string {
  return `root ${family}`;
}

export interface SlowBucket {
  readonly bad: number;
  readonly good: number;
  readonly sources: number;
}

/** Series by name, buckets by number. */
export type SlowSeries = ReadonlyMap<string, ReadonlyMap<number, SlowBucket>>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LENGTHS: Readonly<Record<string, number>> = { quarters: 6 * HOUR, days: DAY, months: 30 * DAY };
const KEPT: Readonly<Record<string, number>> = { quarters: 8, days: 31, months: 24 };
const HOST_MONTHS = 3;
const NEWEST = 8;
const MOST_MESSAGES = 1000;

/** Reports that each word weighs; those of ham speak for the sender. */
const REPORTS: Readonly<Record<string, number>> = {
  spam: 1,
  ham: 1,
  abusive: 1,
  trap: 2,
  malware: 2,
  fraud: 2,
  'invalid-recipients': 0.5,
  'auth-failure': 0.2,
};

/** What the verdicts come to on a rung: its reporters' words and its children's, each capped in each bucket. */
export function slowTally(history: readonly SlowVerdict[], rung: string, now: number): SlowSeries {
  const parts: SlowSeries[] = [];
  for (const said of reportersOf(history, rung)) {
    const cap = said[0]?.trusted === true ? Number.POSITIVE_INFINITY : REPORTER_CAP;
    parts.push(capped(spoken(said, now), cap));
  }
  for (const child of childrenOf(history, rung))
    parts.push(capped(slowTally(history, child, now), CHILD_CAP));
  return summed(parts);
}

/** Hosts of a subject: by bin and month, each reporter capped. */
export function slowHosts(history: readonly SlowVerdict[], subject: string, now: number): SlowSeries {
  const parts = reportersOf(history, subject).map((said) => {
    const bins = new Set(said.map(({ bin }) => bin).filter((bin) => bin !== null));
    const cap = said[0]?.trusted === true ? Number.POSITIVE_INFINITY : REPORTER_CAP;
    const months = [...bins].map((bin): [string, ReadonlyMap<number, SlowBucket>] => {
      const own = spoken(
        said.filter((verdict) => verdict.bin === bin),
        now,
      ).get('months');
      const oldest = Math.floor(now / (30 * DAY)) - HOST_MONTHS + 1;
      return [`${bin}`, new Map([...(own ?? [])].filter(([month]) => month >= oldest))];
    });
    return capped(new Map(months), cap);
  });
  return summed(parts);
}

/** The newest reports on a subject of at least one unit; an untrusted reporter has one place. */
export function slowNewest(history: readonly SlowVerdict[], subject: string): readonly SlowVerdict[] {
  const own = history.filter(({ climb, verdict }) => climb[0] === subject && (REPORTS[verdict] ?? 0) >= 1);
  const rank = (v: SlowVerdict): readonly number[] => [
    Math.floor(v.at / 1000),
    tag(v),
    v.verdict === 'ham' ? 0 : 1,
    v.trusted ? 1 : 0,
    v.bin ?? -1,
  ];
  const sorted = own.toSorted((a, b) => compare(rank(b), rank(a)));
  return sorted.filter((v, i) => sorted.findIndex((w) => tag(w) === tag(v)) === i).slice(0, NEWEST);
}

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
      const odds = (TURN.chance / (1 - TURN.chance)) * Math.exp(evidence);
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

/** The verdicts on a subject, reporter by reporter; one whose trust changed counts as two. */
function reportersOf(history: readonly SlowVerdict[], subject: string): readonly (readonly SlowVerdict[])[] {
  const own = history.filter(({ climb }) => climb[0] === subject);
  const names = new Set(own.map(({ reporter, trusted }) => `${reporter} ${trusted}`));
  return [...names].map((name) => own.filter(({ reporter, trusted }) => `${reporter} ${trusted}` === name));
}

function childrenOf(history: readonly SlowVerdict[], rung: string): ReadonlySet<string> {
  return new Set(
    history.flatMap(({ climb }) => {
      const at = climb.indexOf(rung);
      return at > 0 ? climb.slice(at - 1, at) : [];
    }),
  );
}

/** The plain sum of verdicts in each bucket that is still kept. */
function spoken(said: readonly SlowVerdict[], now: number): SlowSeries {
  return new Map(
    Object.entries(LENGTHS).map(([name, length]) => {
      const oldest = Math.floor(now / length) - (KEPT[name] ?? 0) + 1;
      const buckets = new Map<number, SlowBucket>();
      for (const { verdict, count, at } of said) {
        const number = Math.floor(at / length);
        const weight = Math.round(1000 * (REPORTS[verdict] ?? 0)) * Math.min(count, MOST_MESSAGES);
        const { bad, good } = buckets.get(number) ?? { bad: 0, good: 0 };
        if (number < oldest) continue;
        const isHam = verdict === 'ham';
        buckets.set(number, {
          bad: bad + (isHam ? 0 : weight),
          good: good + (isHam ? weight : 0),
          sources: 1,
        });
      }
      return [name, buckets];
    }),
  );
}

/** In each bucket, at most so much: both kinds shrink alike; the bucket is one source. */
function capped(series: SlowSeries, cap: number): SlowSeries {
  return mapBuckets(series, ({ bad, good }) => {
    const total = bad + good;
    const kept = total <= cap ? bad : Math.round((bad * cap) / total);
    return { bad: kept, good: total <= cap ? good : cap - kept, sources: total > 0 ? 1 : 0 };
  });
}

function summed(parts: readonly SlowSeries[]): SlowSeries {
  const names = new Set(parts.flatMap((part) => [...part.keys()]));
  return new Map(
    [...names].map((name) => {
      const buckets = new Map<number, SlowBucket>();
      for (const [number, { bad, good, sources }] of parts.flatMap((part) => [...(part.get(name) ?? [])])) {
        const sum = buckets.get(number) ?? { bad: 0, good: 0, sources: 0 };
        buckets.set(number, { bad: sum.bad + bad, good: sum.good + good, sources: sum.sources + sources });
      }
      return [name, buckets];
    }),
  );
}

/** One series less another, in no bucket below nothing. */
function less(series: SlowSeries | undefined, other: SlowSeries): SlowSeries {
  return new Map(
    [...(series ?? [])].map(([name, buckets]) => [
      name,
      new Map(
        [...buckets].map(([number, { bad, good, sources }]) => {
          const out = other.get(name)?.get(number) ?? { bad: 0, good: 0 };
          return [number, { bad: Math.max(0, bad - out.bad), good: Math.max(0, good - out.good), sources }];
        }),
      ),
    ]),
  );
}

function mapBuckets(series: SlowSeries, change: (bucket: SlowBucket) => SlowBucket): SlowSeries {
  return new Map(
    [...series].map(([name, buckets]) => [
      name,
      new Map([...buckets].map(([number, bucket]) => [number, change(bucket)])),
    ]),
  );
}

/** 16 bits of FNV-1a of the verdict's id, or of who reported when that is not trusted. */
function tag({ id, reporter, trusted }: SlowVerdict): number {
  let hash = 2166136261n;
  for (const unit of (trusted ? id : reporter).split('')) {
    hash = ((hash ^ BigInt(unit.charCodeAt(0))) * 16777619n) % 2n ** 32n;
  }
  return Number((hash / 65536n) ^ (hash % 65536n));
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((x, i) => x - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
