/**
 * The slow, obvious twin of tallies and cascade: from the plain list of verdicts to every bucket, each time from the beginning.
 * It shares no code with lib/reputation, only the two caps.
 */
import { rungsAbove } from '../../lib/allocation/ladder.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { CHILD_CAP, REPORTER_CAP } from '../../lib/reputation/cascade.ts';
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
export const LENGTHS: Readonly<Record<string, number>> = { quarters: 6 * HOUR, days: DAY, months: 30 * DAY };
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
export function capped(series: SlowSeries, cap: number): SlowSeries {
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
export function less(series: SlowSeries | undefined, other: SlowSeries): SlowSeries {
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
